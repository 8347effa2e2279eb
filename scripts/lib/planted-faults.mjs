// One fault for every rule: check-boundaries.mjs writes these files to a scratch folder and must see each of them refused.
// The files that they import are made empty where they are not listed.

export const PLANTED_FAULTS = [
  { rule: 'kernel-is-a-leaf', file: 'src/kernel/fault.ts', imports: '../view/catalog-view.js' },
  { rule: 'definition-reaches-only-kernel', file: 'src/definition/fault.ts', imports: '../view/catalog-view.js' },
  { rule: 'expressions-reaches-only-definition', file: 'src/expressions/fault.ts', imports: '../view/catalog-view.js' },
  { rule: 'view-reaches-only-inner-rooms', file: 'src/view/fault.ts', imports: '../live/catalog-source.js' },
  {
    rule: 'validation-and-selection-reach-only-pure-rooms',
    file: 'src/selection/fault.ts',
    imports: '../database/connection.js',
  },
  { rule: 'database-reaches-only-pure-rooms', file: 'src/database/fault.ts', imports: '../live/catalog-source.js' },
  { rule: 'live-reaches-only-database', file: 'src/live/fault.ts', imports: '../catalog/catalog-commands.js' },
  { rule: 'features-reach-only-inner-rooms', file: 'src/catalog/fault.ts', imports: '../graphql/builder.js' },
  { rule: 'doors-reach-only-features', file: 'src/graphql/fault.ts', imports: '../client/index.js' },
  { rule: 'client-reaches-only-pure-rooms', file: 'src/client/fault.ts', imports: '../catalog/catalog-commands.js' },
  { rule: 'admin-reaches-only-pure-rooms', file: 'src/admin/fault.ts', imports: '../graphql/builder.js' },
  {
    rule: 'feature-graphql-reaches-only-the-builder',
    file: 'src/catalog/fault-graphql.ts',
    imports: '../graphql/websocket.js',
  },
  {
    rule: 'only-the-schema-imports-graphql-parts',
    file: 'src/catalog/other-fault.ts',
    imports: './catalog-graphql.js',
  },
  { rule: 'pure-rooms-run-without-node', file: 'src/kernel/node-fault.ts', imports: 'node:crypto' },
  { rule: 'only-the-doors-speak-graphql', file: 'src/live/graphql-fault.ts', imports: 'graphql' },
  { rule: 'one-wrapper-around-the-expression-engine', file: 'src/validation/engine-fault.ts', imports: 'expr-eval' },
  { rule: 'rooms-do-not-know-the-composition', file: 'src/http/fault.ts', imports: '../config.js' },
  { rule: 'main-is-imported-by-nobody', file: 'scripts/main-fault.ts', imports: '../src/main.js' },
  { rule: 'src-does-not-know-scripts', file: 'src/audit/fault.ts', imports: '../../scripts/lib/api.js' },
  {
    rule: 'scripts-reach-only-client-pure-rooms-and-app',
    file: 'scripts/fault.ts',
    imports: '../src/database/connection.js',
  },
  {
    rule: 'no-cycles',
    file: 'src/access/fault.ts',
    imports: './other-fault.js',
    alsoFile: 'src/access/other-fault.ts',
    alsoImports: './fault.js',
  },
  { rule: 'no-unresolvable-imports', file: 'src/access/missing-fault.ts', imports: 'no-such-package-anywhere' },
  { rule: 'no-undeclared-packages', file: 'src/access/undeclared-fault.ts', imports: 'acorn' },
  { rule: 'no-development-packages', file: 'src/access/development-fault.ts', imports: 'typescript' },
];

export const PLANTED_TEXTS = [
  {
    rule: 'only-config-reads-the-environment',
    file: 'src/http/text-fault.ts',
    text: 'const url = process.env["URL"];',
  },
  { rule: 'only-config-reads-the-environment', file: 'scripts/text-fault.ts', text: 'const { env } = process;' },
  {
    rule: 'only-config-reads-the-environment',
    file: 'src/live/text-fault.ts',
    text: "import { env } from 'node:process';",
  },
  { rule: 'pure-rooms-read-no-clock', file: 'src/view/text-fault.ts', text: 'const now = Date.now();' },
  { rule: 'pure-rooms-are-deterministic-and-do-no-io', file: 'src/selection/text-fault.ts', text: 'Math.random();' },
];
