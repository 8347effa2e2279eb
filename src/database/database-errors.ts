import { UnavailableError } from '../kernel/errors.js';

/** The database is not set up as the service needs it: a person must act, as the message says. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}

const PRISMA_UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028', 'P2037']);
const SOCKET_UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);
/** What Prisma's adapter makes of a failure; raw queries bring nothing else. */
const ADAPTER_UNAVAILABLE = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);
const SOCKET_CALLS = new Set(['connect', 'read', 'write', 'getaddrinfo', 'shutdown']);
/** 53: out of connections, memory, disk; 55P03: lock timeout; 57014: statement timeout; 57P0x: shutting down or starting up;
 * 25P03/25P04: transaction cut off by a timeout; 25006: a replica; 58: input or output failed. */
const SQLSTATE_UNAVAILABLE = /^(08...|53...|55P03|57014|57P0[1-5]|25P0[34]|25006|58...)$/;
const DRIVER_UNAVAILABLE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|the database system is|Server has closed the connection|timeout expired/i;

/** What is said of a connection that there was, and is no more. */
const LOST_CONNECTION =
  /Connection terminated|Client has encountered a connection error|Server has closed the connection/i;

/** The PostgreSQL error code (SQLSTATE) behind an error of the driver or of Prisma. */
export function sqlState(error: unknown): string | undefined {
  for (const layer of layersOf(error)) {
    const state = layer['originalCode'] ?? (layer['kind'] === 'postgres' ? layer['code'] : undefined);
    if (typeof state === 'string') return state;
    if (typeof layer['severity'] === 'string' && typeof layer['code'] === 'string') return layer['code'];
  }
  return undefined;
}

/** The transaction lost against another and may succeed when it is run again from its start. */
export function isSerializationFailure(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01' || hasPrismaCode(error, 'P2034');
}

/** The connection is gone, which says nothing of the server: another connection may work at once. */
export function isLostConnection(error: unknown): boolean {
  if (/^57P0[12]$/.test(sqlState(error) ?? '')) return true;
  return layersOf(error).some(
    (layer) =>
      layer['code'] === 'P1017' ||
      layer['kind'] === 'ConnectionClosed' ||
      layer['code'] === 'ECONNRESET' ||
      layer['code'] === 'EPIPE' ||
      (typeof layer['message'] === 'string' && LOST_CONNECTION.test(layer['message'])),
  );
}

/** A unique index refused the row; with `constraint`, the index of that name. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505' && !hasPrismaCode(error, 'P2002')) return false;
  if (constraint === undefined) return true;
  return layersOf(error).some((layer) => {
    const named = layer['constraint'];
    return named === constraint || (isObject(named) && named['index'] === constraint);
  });
}

/**
 * The error as the rest of the service is to see it: an UnavailableError, with the original as its cause, when the database
 * is away, overloaded or was waited for too long. Everything else comes back as it is.
 */
export function toCatalogError(error: unknown): unknown {
  if (error instanceof UnavailableError) return error;
  const reason = unavailability(error);
  if (reason === undefined) return error;
  const unavailable = new UnavailableError(reason);
  unavailable.cause = error;
  return unavailable;
}

/** As {@link toCatalogError}, for the first contact: a database or user that is not there is then a matter of the URL. */
export function toStartError(error: unknown): unknown {
  if (!['3D000', '28000', '28P01'].includes(sqlState(error) ?? '')) return toCatalogError(error);
  const message = error instanceof Error ? error.message : String(error);
  return new DatabaseSetupError(`DATABASE_URL: ${message}.`, { cause: error });
}

function unavailability(error: unknown): string | undefined {
  const state = sqlState(error);
  if (state === '55P03') return 'The row is being changed by somebody else; try again.';
  if (state === '57014' || state === '25P03' || state === '25P04') return 'The database took too long; try again.';
  if (state !== undefined) return SQLSTATE_UNAVAILABLE.test(state) ? 'The database is not available.' : undefined;
  const found = layersOf(error).some(
    (layer) =>
      PRISMA_UNAVAILABLE.has(String(layer['code'])) ||
      ADAPTER_UNAVAILABLE.has(String(layer['kind'])) ||
      isSocketError(layer) ||
      (typeof layer['message'] === 'string' && DRIVER_UNAVAILABLE.test(layer['message'])),
  );
  return found ? 'The database is not available.' : undefined;
}

/** As Node throws it, or as Prisma repeats it, with its own version and without the system call. */
function isSocketError(layer: Record<string, unknown>): boolean {
  if (!SOCKET_UNAVAILABLE.has(String(layer['code']))) return false;
  return SOCKET_CALLS.has(String(layer['syscall'])) || typeof layer['clientVersion'] === 'string';
}

function hasPrismaCode(error: unknown, code: string): boolean {
  return layersOf(error).some((layer) => layer['code'] === code);
}

/** The error, its causes, Prisma's `meta.driverAdapterError` and the members of an AggregateError, outermost first. */
function layersOf(error: unknown): Record<string, unknown>[] {
  const layers: Record<string, unknown>[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && layers.length < 20) {
    const layer = waiting.shift();
    if (!isObject(layer) || layers.includes(layer)) continue;
    layers.push(layer);
    waiting.push(layer['cause']);
    if (isObject(layer['meta'])) waiting.push(layer['meta']['driverAdapterError']);
    if (Array.isArray(layer['errors'])) waiting.push(...layer['errors']);
  }
  return layers;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
