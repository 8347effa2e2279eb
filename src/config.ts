import { z } from 'zod';

/** All mistakes in the environment at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Digits and nothing else: JavaScript reads a blank as 0, and 0x10 and 1e3 as numbers, too. */
function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^[0-9]{1,16}$/, message)
    .transform(Number)
    .refine((number) => number >= min && number <= max, message);
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/** A hundred years: past that, dates end. */
const MAX_AGE_MS = 100 * 365 * 24 * 3_600_000;
const flag = oneOf(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

const variables = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_POOL_SIZE: wholeNumber(2, 200).default(10),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,200}$/, 'must have 16 to 200 characters, ASCII without blanks: an HTTP header carries it')
    .optional(),
  BUNDLED_CATALOG: flag.default(true),
  TLS_CERT: z.string().min(1).optional(),
  TLS_KEY: z.string().min(1).optional(),
  ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((origin) => origin.trim() || []))
    .refine(
      (origins) => origins.every(isOrigin),
      'must be origins such as https://console.example.org, without a path',
    ),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  INTROSPECTION: flag.optional(),
  MAX_STALENESS_MS: wholeNumber(0).default(900_000),
  RETENTION_AGE_MS: wholeNumber(0, MAX_AGE_MS).default(7 * 24 * 3_600_000),
  RETENTION_CHANGES: wholeNumber(0).default(100_000),
});

const environment = variables.refine((read) => (read.TLS_CERT === undefined) === (read.TLS_KEY === undefined), {
  path: ['TLS_CERT'],
  message: 'and TLS_KEY go together: give both or neither',
});

/** How this instance runs: what .env.example explains, typed, checked and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Undefined: an embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly databasePoolSize: number;
  /** Undefined: made at the first start and kept in `dataDir`. */
  readonly adminToken: string | undefined;
  /** Whether an empty catalog gets the bundled definitions. */
  readonly bundledCatalog: boolean;
  /** Origins of pages that may open a websocket, beside the service's own. */
  readonly allowedOrigins: readonly string[];
  /** Files of the certificate (chain) and its private key, in PEM; undefined: plain HTTP. */
  readonly tlsFiles: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly production: boolean;
  /** Whether introspection and GraphiQL answer everyone; admins are always answered. */
  readonly introspection: boolean;
  readonly maxStalenessMs: number;
  readonly retention: { readonly maxAgeMs: number; readonly minChanges: number };
}

/** @throws ConfigError that names every variable that is wrong, and why. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is how many shells and compose files say "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(
      `The environment is not right:\n${mistakes.join('\n')}\n.env.example explains every variable.`,
    );
  }
  const read = parsed.data;
  const production = read.NODE_ENV === 'production';
  return Object.freeze({
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    dataDir: read.DATA_DIR,
    databasePoolSize: read.DATABASE_POOL_SIZE,
    adminToken: read.ADMIN_TOKEN,
    bundledCatalog: read.BUNDLED_CATALOG,
    allowedOrigins: read.ALLOWED_ORIGINS,
    tlsFiles:
      read.TLS_CERT === undefined || read.TLS_KEY === undefined
        ? undefined
        : { certificateFile: read.TLS_CERT, keyFile: read.TLS_KEY },
    logLevel: read.LOG_LEVEL,
    production,
    introspection: read.INTROSPECTION ?? !production,
    maxStalenessMs: read.MAX_STALENESS_MS,
    retention: { maxAgeMs: read.RETENTION_AGE_MS, minChanges: read.RETENTION_CHANGES },
  });
}

/** The configuration of this process: the only place that reads its environment. */
export function processConfig(): Config {
  return readConfig(process.env);
}
