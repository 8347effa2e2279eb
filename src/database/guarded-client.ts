import type { Client, PoolClient, QueryResult } from 'pg';
import { STATEMENT_TIMEOUT_MS } from './transactions.js';

/** The server ends a statement at its timeout. One that is silent for so much longer is not there any more. */
const SILENCE_MS = 5_000;

/**
 * Closes holes between the driver and Prisma on a pooled connection:
 * - For a transaction in which a statement failed whose error was caught, the server answers COMMIT by rolling back, and does
 *   not call that an error. Prisma looks only at errors and would report the changes as made: here COMMIT fails.
 * - A machine that loses its power, or a failover, says no goodbye: the driver would wait for an answer for minutes, and with it
 *   whoever needs the connection. One on which a statement is silent for longer than the server lets it run is destroyed, as is
 *   one whose statement the driver itself gave up, so that no transaction can come to lie inside one that was left open.
 * - While the pool hands a connection to Prisma, neither listens to it. Its end, when it comes in one piece with the word that it is
 *   ready, would then be an error that nobody handles, and end the process; the next statement on it fails anyway.
 */
export function guardClient(client: PoolClient): void {
  client.on('error', () => undefined);
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  // PoolClient hides it, but a pool hands out Clients. With a statement under way, end() cuts the socket.
  const destroy = () => void (client as unknown as Client).end().catch(() => undefined);
  let timeoutMs = STATEMENT_TIMEOUT_MS;
  client.query = ((...args: unknown[]) => {
    const text = textOf(args[0]);
    timeoutMs = statementTimeoutIn(args[0]) ?? timeoutMs;
    const silence = setTimeout(destroy, timeoutMs + SILENCE_MS);
    const heard = () => clearTimeout(silence);
    // A timeout that is set in a transaction ends with it.
    if (text === 'COMMIT' || text === 'ROLLBACK') timeoutMs = STATEMENT_TIMEOUT_MS;
    const callback = args.at(-1);
    // The pool's own way, for a statement outside a transaction.
    if (typeof callback === 'function') {
      args[args.length - 1] = (...result: unknown[]) => {
        heard();
        callback(...result);
      };
    }
    const answer = query(...args);
    if (!(answer instanceof Promise)) {
      if (typeof callback !== 'function') heard();
      return answer;
    }
    answer.then(heard, (error: unknown) => {
      heard();
      if (isReadTimeout(error)) destroy();
    });
    return text === 'COMMIT' ? answer.then(requireCommitted) : answer;
  }) as typeof client.query;
}

function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function textOf(query: unknown): unknown {
  return typeof query === 'object' && query !== null && 'text' in query ? query.text : query;
}

/** What `set_config($1, $2, true), ...` says about it: names and values take turns. */
function statementTimeoutIn(query: unknown): number | undefined {
  if (typeof query !== 'object' || query === null || !('values' in query) || !Array.isArray(query.values))
    return undefined;
  if (!String(textOf(query)).startsWith('SELECT set_config(')) return undefined;
  const { values } = query;
  const index = values.findIndex((value, place) => place % 2 === 0 && value === 'statement_timeout');
  return index < 0 ? undefined : Number(values[index + 1]);
}

function requireCommitted(result: QueryResult): QueryResult {
  if (result.command === 'COMMIT') return result;
  const error = new Error('The transaction was rolled back: a statement in it had failed, and its error was ignored.');
  throw Object.assign(error, { code: '25P02', severity: 'ERROR' });
}
