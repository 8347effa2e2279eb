import { SHARED_TENANT } from '../access/principal.js';
import type { Database } from '../database/database.js';
import { Prisma } from '../database/generated/prisma/client.js';
import { readVersions } from '../live/tool-state-reads.js';
import type { ToolHistory } from './catalog-commands.js';

/** Reads of old versions and deleted tools, under the tenant's own row-level security. */
export function createToolHistory(database: Database): ToolHistory {
  const read = async (tenant: string, where: Prisma.Sql) => {
    const layers = Prisma.sql`t.tenant in (${SHARED_TENANT}, ${tenant})`;
    const rows = await database.withTenant(tenant, (tx) => readVersions(tx, Prisma.sql`${layers} and ${where}`));
    return rows.map((row) => row.state);
  };
  return {
    version: async (tenant, toolId, version) =>
      (await read(tenant, Prisma.sql`t.tool_id = ${toolId}::uuid and t.version = ${version}`))[0],
    versionsByReference: (tenant, references) => {
      const wanted = Prisma.sql`select w."toolId", w.version
        from json_to_recordset(${JSON.stringify(references)}::json) as w("toolId" uuid, version text)`;
      return read(tenant, Prisma.sql`(t.tool_id, t.version) in (${wanted})`);
    },
    versions: async (tenant, toolId) => (await read(tenant, Prisma.sql`t.tool_id = ${toolId}::uuid`)).reverse(),
    deletedTools: (tenant) => read(tenant, Prisma.sql`t.is_latest and t.deleted_at is not null`),
  };
}
