import pg from 'pg';

/** A connection of the superuser, past row-level security: what a test looks at, or breaks on purpose. */
export interface Sql {
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The first column of the first row, as a number. */
  number(text: string, values?: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

export async function openSql(url: string): Promise<Sql> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const rows = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  return {
    rows,
    number: async (text, values) => Number(Object.values((await rows(text, values))[0] ?? {})[0]),
    close: () => client.end(),
  };
}

/** How many rows each of the catalog's tables has. */
export async function tableCounts(sql: Sql): Promise<Record<string, number>> {
  const tables = await sql.rows<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'tool_catalog' order by 1",
  );
  const each = tables.map(({ name }) => `select '${name}' as name, count(*)::int as count from tool_catalog.${name}`);
  const counts = await sql.rows<{ name: string; count: number }>(each.join(' union all '));
  return Object.fromEntries(counts.map(({ name, count }) => [name, count]));
}

/** Makes every statement of this kind on this table fail until the answered function is called. */
export async function failOn(sql: Sql, statement: 'INSERT' | 'UPDATE', table: string): Promise<() => Promise<void>> {
  const trigger = `fail_${statement}_${table}`.toLowerCase();
  await sql.rows(`create or replace function public.fail_on_purpose() returns trigger language plpgsql
    as $$ begin raise exception 'planted fault on %', TG_TABLE_NAME; end $$`);
  await sql.rows(`create trigger ${trigger} before ${statement} on tool_catalog.${table}
    for each row execute function public.fail_on_purpose()`);
  return async () => void (await sql.rows(`drop trigger ${trigger} on tool_catalog.${table}`));
}
