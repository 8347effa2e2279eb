import { expect, test } from 'vitest';
import { toCatalogError } from '../../src/database/database-errors.js';
import { UnavailableError } from '../../src/kernel/errors.js';

/** As Prisma 7 throws it from a raw query: a code that says nothing, and the adapter's word inside. */
function rawQueryError(cause: object): Error {
  return Object.assign(new Error('Raw query failed.'), {
    code: 'P2010',
    clientVersion: '7.10.0',
    meta: { driverAdapterError: Object.assign(new Error('DriverAdapterError'), { cause }) },
  });
}

test.each(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])(
  'a raw query that fails with %s is a database that is away',
  (kind) => {
    expect(toCatalogError(rawQueryError({ kind }))).toBeInstanceOf(UnavailableError);
  },
);

test('what is wrong with a query itself stays what it is', () => {
  const error = rawQueryError({ kind: 'ColumnNotFound', column: 'x' });
  expect(toCatalogError(error)).toBe(error);
});
