/** An operation that GraphiQL offers in a tab of its own. */
export interface ExampleOperation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

// GraphiQL's editor shows about 50 columns of a line on a small screen, and wraps none.
const WELCOME = `# The tool catalog's API. The book icon on the
# left explains every type and field.
#
# Every request needs a token. Put yours into the
# Headers pane below: double-click the word
# PASTE_YOUR_TOKEN_HERE, paste, then run this.
# The other tabs then use the same token, until
# you close this tab of your browser.
#
# The first admin's token is printed at the very
# first start and kept in .data/admin-token
# (DATA_DIR). Others come from createApiToken.
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
    nodes {
      name
      platform
      version
      status
      category
      description
      capabilities { name }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# One tool with its patterns, both estimates
# evaluated for N = 100, and all of it as YAML.
# Its arguments are in the Variables pane below.
query GetTool($name: String!, $variables: JSON!) {
  tool(name: $name) {
    id
    version
    description
    capabilities {
      name
      patterns {
        name
        timeEstimateMs
        costEstimate
        policy
        estimate(variables: $variables) {
          timeMs
          cost
          error
        }
      }
    }
    yaml
  }
}
`,
    variables: { name: 'rsync', variables: { N: 100, file_size_kb: 1_024, num_files: 100 } },
  },
  {
    query: `# Ranked by words: typos, synonyms and partial
# words are forgiven. Empty when no tool fits.
query SearchTools {
  searchTools(
    query: "which process listens on port 443"
    first: 5
  ) {
    score
    matchedOn
    tool { name platform description }
  }
}
`,
  },
  {
    query: `# Which tool, capability and pattern to use for a
# request, with every rejection explained.
# The request is in the Variables pane below.
query SelectTool($input: SelectToolInput!) {
  selectTool(input: $input) {
    ... on ToolSelection {
      best {
        tool { name platform version }
        capability
        pattern
        score
        estimate { timeMs cost }
        executionMode
      }
      justification
      preference
      ambiguous
      clarifyingQuestion
      alternatives(first: 3) {
        tool { name }
        pattern
        score
      }
      rejected(first: 10) {
        tool { name }
        pattern
        code
        message
      }
      position
    }
    ... on NoToolFoundError {
      message
      rejected(first: 10) {
        tool { name }
        pattern
        code
        message
      }
    }
    ... on ValidationError {
      issues { path message hint }
    }
  }
}
`,
    variables: {
      input: {
        query: 'quickly copy the build to the web server',
        capabilities: ['file_transfer'],
        variables: { N: 100 },
        platforms: ['linux'],
      },
    },
  },
  {
    query: `# Stores a new version and makes it the latest.
# Every orchestrator that follows the catalog has
# it within milliseconds. The same once more is no
# change: for another version, write another
# description in the Variables pane.
mutation UpdateTool($input: UpdateToolInput!) {
  updateTool(input: $input) {
    ... on Tool {
      name
      version
      revision
      contentHash
    }
    ... on UserError {
      code
      message
    }
    ... on ValidationError {
      issues { severity code path message hint }
    }
  }
}
`,
    variables: {
      input: {
        name: 'rsync',
        patch: { description: 'Copies trees between directories or hosts, and sends only what differs.' },
        reason: 'Tried from GraphiQL',
      },
    },
  },
  {
    query: `# Shows each change as it happens. Run this, then
# change something elsewhere: on the command line,
# or by UpdateTool in a second tab of your browser.
# (GraphiQL stops this when you go to another of
# its own tabs.)
#
# With bookmarks it says every 10 s how far it is.
# A client that reconnects sends the last position
# as \`after\` and misses nothing.
subscription FollowTools {
  toolUpdated(bookmarks: false) {
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
    query: `# Imports a YAML stream, one document a tool; the
# Variables pane holds one. With dryRun: true it
# only says what would happen.
mutation ImportTools($input: ImportToolsInput!) {
  importTools(input: $input) {
    created
    updated
    unchanged
    failed
    results {
      index
      name
      platform
      version
      outcome
      issues { severity code path message line hint }
    }
  }
}
`,
    variables: { input: { yaml: IMPORT_YAML, onConflict: 'NEW_VERSION', dryRun: false } },
  },
];
