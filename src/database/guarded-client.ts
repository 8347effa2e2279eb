import type { Client, PoolClient, QueryResult } from 'pg';

/**
 * Closes two holes between the driver and Prisma on a pooled connection:
 * - For a transaction in which a statement failed whose error was caught, the server answers COMMIT by rolling back, and does
 *   not call that an error. Prisma looks only at errors and would report the changes as made: here COMMIT fails.
 * - A statement that was given up (query_timeout) may leave its transaction open. Such a connection is destroyed, so that the
 *   next transaction cannot come to lie inside that one.
 */
export function guardClient(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  client.query = ((...args: unknown[]) => {
    const answer = query(...args);
    if (!(answer instanceof Promise)) return answer;
    answer.catch((error: unknown) => {
      // PoolClient hides it, but a pool hands out Clients. With a statement under way, end() cuts the socket.
      if (isReadTimeout(error)) void (client as unknown as Client).end().catch(() => undefined);
    });
    return isCommit(args[0]) ? answer.then(requireCommitted) : answer;
  }) as typeof client.query;
}

function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function isCommit(query: unknown): boolean {
  const text = typeof query === 'object' && query !== null && 'text' in query ? query.text : query;
  return text === 'COMMIT';
}

function requireCommitted(result: QueryResult): QueryResult {
  if (result.command === 'COMMIT') return result;
  const error = new Error('The transaction was rolled back: a statement in it had failed, and its error was ignored.');
  throw Object.assign(error, { code: '25P02', severity: 'ERROR' });
}
