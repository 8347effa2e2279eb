import type { Sql } from './sql.js';

/** What a restored backup or a promoted replica without the last writes looks like to those who are connected. */
export interface Backup {
  /** Puts every table back to what it was when the backup was taken, in one transaction. */
  restore(): Promise<void>;
}

let taken = 0;

export async function takeBackup(sql: Sql): Promise<Backup> {
  taken += 1;
  const schema = `backup_${taken}`;
  const tables = (
    await sql.rows<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'tool_catalog'",
    )
  ).map(({ name }) => name);
  await sql.rows(`create schema ${schema}`);
  for (const table of tables) await sql.rows(`create table ${schema}.${table} as table tool_catalog.${table}`);
  return {
    restore: async () => {
      await sql.rows('begin');
      // Without triggers and foreign keys, as a restore does it.
      await sql.rows('set local session_replication_role = replica');
      for (const table of tables) {
        await sql.rows(`delete from tool_catalog.${table}`);
        await sql.rows(`insert into tool_catalog.${table} select * from ${schema}.${table}`);
      }
      await sql.rows('commit');
    },
  };
}
