// The direction of imports between the rooms of src/ (docs/architecture.md draws it):
//   main -> app -> doors (graphql, http) -> features -> live -> database -> pure rooms;
//   view, selection, validation -> expressions -> definition -> kernel.
// scripts/check-boundaries.mjs runs this and plants one fault for every rule, so each rule needs an entry there.

const PURE = 'kernel|definition|expressions|validation|view|selection';
const FEATURES = 'catalog|telemetry|experiments|audit|access';
const DOORS = 'graphql|http';
const GRAPHQL_PART = '-graphql[.]ts$';

/** Files of these rooms may import nothing of src/ but these rooms (their own always). */
function only(name, { from, to, except }) {
  const own = Array.isArray(from) ? from.join('|') : from;
  return {
    name,
    severity: 'error',
    from: { path: `^src/(${own})/`, ...(except === undefined ? {} : { pathNot: except }) },
    to: { path: '^src/', pathNot: `^src/(${[own, ...to].join('|')})/` },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    only('kernel-is-a-leaf', { from: 'kernel', to: [] }),
    only('definition-reaches-only-kernel', { from: 'definition', to: ['kernel'] }),
    only('expressions-reaches-only-definition', { from: 'expressions', to: ['definition', 'kernel'] }),
    only('view-reaches-only-inner-rooms', { from: 'view', to: ['definition', 'expressions', 'kernel'] }),
    only('validation-and-selection-reach-only-pure-rooms', { from: ['validation', 'selection'], to: [PURE] }),
    only('database-reaches-only-pure-rooms', { from: 'database', to: [PURE] }),
    only('live-reaches-only-database', { from: 'live', to: ['database', PURE], except: GRAPHQL_PART }),
    only('features-reach-only-inner-rooms', {
      from: FEATURES,
      to: ['live', 'database', PURE],
      except: GRAPHQL_PART,
    }),
    only('doors-reach-only-features', { from: DOORS, to: [FEATURES, 'live', 'database', PURE] }),
    only('client-reaches-only-pure-rooms', { from: 'client', to: [PURE] }),
    only('admin-reaches-only-pure-rooms', { from: 'admin', to: [PURE] }),
    {
      name: 'feature-graphql-reaches-only-the-builder',
      comment:
        "A feature's GraphQL part stands on what the door shares with all parts, not on how the door is put together.",
      severity: 'error',
      from: { path: '^src/[^/]+/[^/]+-graphql[.]ts$', pathNot: '^src/graphql/' },
      to: {
        path: '^src/',
        pathNot: `^src/(graphql/(builder|context|scalars|errors|page|record-refusal|shared-types)[.]ts$|(${FEATURES}|live|database|${PURE})/)`,
      },
    },
    {
      name: 'only-the-schema-imports-graphql-parts',
      comment: 'src/graphql/schema.ts puts the parts together; besides it, only parts know parts.',
      severity: 'error',
      from: { path: '^(src|scripts)/', pathNot: '^src/graphql/schema[.]ts$|-graphql[.]ts$' },
      to: { path: '^src/[^/]+/[^/]+-graphql[.]ts$' },
    },
    {
      name: 'pure-rooms-run-without-node',
      comment: 'They also run in a browser.',
      severity: 'error',
      from: { path: `^src/(${PURE}|admin)/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-the-doors-speak-graphql',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/((${DOORS}|client|admin)/|app[.]ts$)|-graphql[.]ts$` },
      to: { path: 'node_modules/(graphql|graphql-yoga|graphql-ws|@pothos|@graphql-[^/]+|@escape[.]tech)/' },
    },
    {
      name: 'one-wrapper-around-the-expression-engine',
      severity: 'error',
      from: { path: '^(src|scripts)/', pathNot: '^src/expressions/' },
      to: { path: 'node_modules/(expr-eval|expr-eval-fork)/' },
    },
    {
      name: 'rooms-do-not-know-the-composition',
      comment: 'Settings reach a room as arguments: only main, app and scripts know the configuration.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+[.]ts$' },
    },
    {
      name: 'main-is-imported-by-nobody',
      severity: 'error',
      from: { path: '^(src|scripts)/' },
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'src-does-not-know-scripts',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(scripts|test)/' },
    },
    {
      name: 'scripts-reach-only-client-pure-rooms-and-app',
      comment: 'Scripts that run the server start the app; print-schemas also reads the schema itself.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: '^scripts/print-schemas[.]ts$' },
      to: { path: '^(src|test)/', pathNot: `^src/((client|${PURE})/|(app|config)[.]ts$)` },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^(src|scripts)/' }, to: { circular: true } },
    {
      name: 'no-unresolvable-imports',
      comment: 'An import that cannot be resolved would slip past every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(src|scripts)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages',
      comment: 'What is shipped in dist/ runs without devDependencies. The admin UI is bundled when it is built.',
      severity: 'error',
      from: { path: '^(src|scripts)/.*[.]ts$', pathNot: '^src/admin/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|^src/database/generated/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
