import { readdirSync, readFileSync } from 'node:fs';
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
export function differenceToPrismaSchema(connection: string): Promise<string> {
  return withEngine(connection, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files: schemaFiles(), configDir: packageRoot() },
      to: { tag: 'schemaDatamodel', files: schemaFiles() },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return (stdout ?? '').trim();
  });
}

/** What `prisma migrate status` and `prisma migrate deploy` think of the database's history. */
export function diagnoseMigrations(connection: string): Promise<engineModule.DiagnoseMigrationHistoryOutput> {
  const baseDir = path.join(packageRoot(), 'prisma', 'migrations');
  const names = readdirSync(baseDir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const migrationDirectories = names.map(({ name }) => ({
    path: name,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok' as const, value: readFileSync(path.join(baseDir, name, 'migration.sql'), 'utf8') },
    },
  }));
  return withEngine(connection, (engine) =>
    engine.diagnoseMigrationHistory({
      migrationsList: {
        baseDir,
        lockfile: {
          path: 'migration_lock.toml',
          content: readFileSync(path.join(baseDir, 'migration_lock.toml'), 'utf8'),
        },
        migrationDirectories,
        shadowDbInitScript: '',
      },
      optInToShadowDatabase: false,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
}

function schemaFiles(): { path: string; content: string }[] {
  const file = path.join(packageRoot(), 'prisma', 'schema.prisma');
  return [{ path: file, content: readFileSync(file, 'utf8') }];
}

async function withEngine<T>(connection: string, use: (engine: engineModule.SchemaEngine) => Promise<T>): Promise<T> {
  await loadEngine();
  const pool = new pg.Pool({ connectionString: connection, max: 2 });
  try {
    const engine = await engineModule.SchemaEngine.new(
      { datamodels: schemaFiles().map((file) => [file.path, file.content]) },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(readingCatalogs(pool)),
    );
    return await use(engine);
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
