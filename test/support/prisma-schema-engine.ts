import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { packageRoot } from '../../src/database/package-root.js';

/** Node has it; its type is among the browser's. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** The internal type "char" of PostgreSQL's catalogs, and an array type that stands in for it. */
const CHAR_OID = 18;
const CHAR_ARRAY_OID = 1002;

/**
 * What Prisma's own schema engine would change in the database to make it what schema.prisma says, as SQL: comments only when
 * they agree. It compares the schema tool_catalog: tables, columns with type, nullability and default, primary keys, foreign
 * keys with their actions, indexes with name, columns and kind. It does not see CHECKs, partial indexes, triggers, functions,
 * policies and privileges.
 */
export async function differenceToPrismaSchema(connection: string): Promise<string> {
  await loadEngine();
  const file = path.join(packageRoot(), 'prisma', 'schema.prisma');
  const files = [{ path: file, content: readFileSync(file, 'utf8') }];
  const pool = new pg.Pool({ connectionString: connection, max: 2 });
  try {
    const engine = await engineModule.SchemaEngine.new(
      { datamodels: files.map(({ path: name, content }) => [name, content]) },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(readingCatalogs(pool)),
    );
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: packageRoot() },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return (stdout ?? '').trim();
  } finally {
    await pool.end();
  }
}

let loading: Promise<void> | undefined;

function loadEngine(): Promise<void> {
  loading ??= instantiateEngine();
  return loading;
}

async function instantiateEngine(): Promise<void> {
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/js$/, 'wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': engineModule });
  engineModule.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}

/** The Prisma adapter does not know the type "char", which the schema engine's questions about constraints answer with. */
function readingCatalogs(pool: pg.Pool): PrismaPg {
  const query = pool.query.bind(pool) as unknown as (...args: unknown[]) => Promise<pg.QueryResult>;
  pool.query = (async (...args: unknown[]) => {
    const result = await query(...args);
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = CHAR_ARRAY_OID;
    return result;
  }) as typeof pool.query;
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql);
      const columnTypes = result.columnTypes.map((type) =>
        type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  };
  return factory;
}
