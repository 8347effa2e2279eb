/**
 * Everything that a `ToolState` is made of, one for one. `parentVersion` is left out: the service would need a query for
 * each tool, and nothing that works on a copy asks for it.
 */
const TOOL_FIELDS = `
  toolId tenant platform name version status enabled isLatest owner deletedAt contentHash revision
  createdAt updatedAt createdBy updatedBy description category defaults metadata extensions
  dependencies { name type required version platform }
  capabilities {
    name aliases description extensions
    patterns {
      name description typicalUseCases timeEstimateMs costEstimate complexityScore scope completeness limitations
      policy preferenceMatch requiredInputs optionalInputs outputSchema examples extensions
    }
  }`;

export const TENANT_QUERY = 'query CatalogTenant { catalog { tenant } }';

export const REPORT_MUTATION = `mutation ReportPosition($consumer: String!, $position: CatalogPosition!) {
  reportPosition(consumer: $consumer, position: $position) { name }
}`;

export const LIST_QUERY = `query CatalogTools($first: Int!, $after: String) {
  catalog { tenant }
  tools(first: $first, after: $after, includeShadowed: true) {
    nodes {${TOOL_FIELDS}
    }
    pageInfo { hasNextPage endCursor }
    position
  }
}`;

export const FEED_SUBSCRIPTION = `subscription CatalogFeed($after: CatalogPosition, $snapshot: Boolean!) {
  toolUpdated(after: $after, snapshot: $snapshot, bookmarks: true) {
    action position previousPosition revision lastInRevision toolId tenant toolName platform
    changedFields actor reason contentHash at
    tool {${TOOL_FIELDS}
    }
  }
}`;
