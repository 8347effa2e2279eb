import pg from 'pg';
import { openDatabase } from '../../src/database/database.js';
import { createChangeLog } from '../../src/live/change-log.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { ContentSum, toolDigest, toolPart } from './content-sum.js';
import { JsonLinesWriter } from './json-lines.js';
import type { OracleRecord } from './records.js';

interface ChangeRow {
  revision: number;
  index: number;
  toolId: string;
  action: string;
  reason: string | null;
  after: ToolState | null;
}

const PAGE = 2_000;

/** Writes down what the tables say: the truth that everything which was told before is held against. @returns the head. */
export async function writeOracle(url: string, file: string): Promise<number> {
  const log = new JsonLinesWriter<OracleRecord>(file);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ epoch: string; revision: number; audit: number }>(`
      select epoch, revision::int, (select count(*)::int from tool_catalog.tool_audit_log where tool_name is not null) as audit
      from tool_catalog.catalog_head`);
    const { epoch, revision, audit } = rows[0] ?? { epoch: '', revision: -1, audit: 0 };
    const tools = await readTools(url);
    const sum = new ContentSum();
    for (const tool of tools) sum.put(tool.toolId, toolPart(tool));
    log.write({ what: 'head', epoch, revision, sum: sum.hex, auditRows: audit });
    for (const tool of tools) log.write({ what: 'tool', toolId: tool.toolId, digest: toolDigest(tool) });
    const revisions = await client.query<{ revision: number; changes: number; at: number }>(`
      select revision::int, change_count::int as changes, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
      from tool_catalog.catalog_revisions order by revision`);
    for (const row of revisions.rows) {
      log.write({ what: 'revision', revision: row.revision, changes: row.changes, committedAt: row.at });
    }
    await writeChanges(client, log);
    return revision;
  } finally {
    await client.end();
    await log.end();
  }
}

async function writeChanges(client: pg.Client, log: JsonLinesWriter<OracleRecord>): Promise<void> {
  for (let after = [-1, 0]; ; ) {
    const { rows } = await client.query<ChangeRow>(
      `select revision::int, change_index as index, tool_id as "toolId", action, reason, state_after as after
       from tool_catalog.tool_changes where (revision, change_index) > ($1::bigint, $2::int)
       order by revision, change_index limit ${PAGE}`,
      after,
    );
    for (const { after: state, ...change } of rows) {
      const digest = state && toolDigest(state);
      log.write({ what: 'change', ...change, digest, part: state && toolPart(state) });
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = [last.revision, last.index];
  }
}

async function readTools(url: string): Promise<readonly ToolState[]> {
  const database = await openDatabase({
    connection: url,
    poolSize: 2,
    log: { info: () => undefined, warn: () => undefined },
  });
  try {
    return (await createChangeLog(database).snapshot()).states;
  } finally {
    await database.close();
  }
}
