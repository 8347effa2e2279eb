import { type Spread, spread } from '../soak/judge/judge-timing.js';
import { openSql } from './sql.js';

/** When each revision after `after` was committed by PostgreSQL, in milliseconds since 1970. */
export async function commitTimes(databaseUrl: string, after: number): Promise<ReadonlyMap<number, number>> {
  const sql = await openSql(databaseUrl);
  const rows = await sql.rows<{ revision: number; ms: number }>(
    `select revision::int, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000)::float8 as ms
     from tool_catalog.catalog_revisions where revision > $1`,
    [after],
  );
  await sql.close();
  return new Map(rows.map(({ revision, ms }) => [revision, ms]));
}

/** From the commit to everyone who has applied it. @throws Error when somebody has not. */
export function delays(
  subscribers: readonly { readonly arrivals: ReadonlyMap<number, number> }[],
  committed: ReadonlyMap<number, number>,
): Spread {
  return spread(
    subscribers.flatMap(({ arrivals }) =>
      [...committed].map(([revision, ms]) => {
        const at = arrivals.get(revision);
        if (at === undefined) throw new Error(`A subscriber has never applied revision ${revision}.`);
        return at - ms;
      }),
    ),
  );
}
