/** An operation that GraphiQL offers in a tab of its own. */
export interface ExampleOperation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const WELCOME = `# The tool catalog's API. The book icon on the left explains every type and field.
#
# Every request needs a token: put yours into the Headers pane below, in place of PASTE-YOUR-TOKEN-HERE.
# Run something once with it, and the other tabs use it too.
#
# The first admin token is printed at the very first start and written to the file admin-token in DATA_DIR;
# further ones come from the mutation createApiToken.
`;

const IMPORT_YAML = `tool_name: example_ping
version: "1.0.0"
platform: linux
category: network
description: Checks whether a host answers.
capabilities:
  reachability:
    description: Tell whether a host can be reached.
    patterns:
      single_host:
        description: Ping one host.
        typical_use_cases: [is this host up]
        time_estimate_ms: "1000 * count"
        cost_estimate: "1"
        complexity_score: 0.1
        scope: single_item
        completeness: summary
        policy: {requires_approval: false, production_safe: true}
        preference_match: {speed: 0.9, accuracy: 0.7, cost: 0.9, complexity: 0.9, completeness: 0.4}
`;

/** One operation of each kind, in the order in which one would try them. */
export const EXAMPLE_OPERATIONS: readonly ExampleOperation[] = [
  {
    query: `${WELCOME}
query ListTools {
  tools(first: 20, filter: { enabled: true }) {
    totalCount
    position
    nodes { name platform version status category description capabilities { name } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# One tool with its patterns, both estimates evaluated for N = 100, and the same as YAML.
query GetTool($name: String!, $variables: JSON!) {
  tool(name: $name) {
    id
    version
    description
    capabilities {
      name
      patterns { name timeEstimateMs costEstimate policy estimate(variables: $variables) { timeMs cost error } }
    }
    yaml
  }
}
`,
    variables: { name: 'example_ping', variables: { N: 100, count: 4 } },
  },
  {
    query: `# Stores a new version and makes it the latest. Every orchestrator that follows the catalog has it within milliseconds.
mutation UpdateTool($input: UpdateToolInput!) {
  updateTool(input: $input) {
    ... on Tool { name version revision contentHash }
    ... on UserError { code message }
    ... on ValidationError { issues { severity code path message hint } }
  }
}
`,
    variables: {
      input: {
        name: 'example_ping',
        patch: { description: 'Checks whether a host answers, and how fast.' },
        reason: 'Tried from GraphiQL',
      },
    },
  },
  {
    query: `# Runs until it is stopped: a BOOKMARK at once, then every change as it happens. Change something in another tab.
# A client that reconnects sends the last position as \`after\` and misses nothing.
subscription FollowTools {
  toolUpdated {
    action
    position
    revision
    lastInRevision
    toolName
    platform
    changedFields
    actor
    tool { version status enabled }
    at
  }
}
`,
  },
  {
    query: `# Imports a YAML stream, one document a tool. With dryRun: true it only says what would happen.
mutation ImportTools($input: ImportToolsInput!) {
  importTools(input: $input) {
    created
    updated
    unchanged
    failed
    results { index name platform version outcome issues { severity code path message line hint } }
  }
}
`,
    variables: { input: { yaml: IMPORT_YAML, onConflict: 'NEW_VERSION', dryRun: false } },
  },
];
