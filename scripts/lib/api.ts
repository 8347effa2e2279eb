import type { Severity } from '../../src/kernel/issue.js';
import type { Connection } from './connection.js';
import { GraphqlSender } from './graphql-request.js';

export const IMPORT_CONFLICTS = ['SKIP', 'NEW_VERSION', 'FAIL'] as const;
export type ImportConflict = (typeof IMPORT_CONFLICTS)[number];

export const ROLES = ['VIEWER', 'ORCHESTRATOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** An issue as the wire has it: null where the domain leaves a member out. */
export interface WireIssue {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly hint: string | null;
}

export interface ImportInput {
  readonly yaml: string;
  readonly onConflict: ImportConflict;
  readonly atomic: boolean;
  readonly dryRun: boolean;
  readonly reason?: string | undefined;
  readonly idempotencyKey: string;
}

export interface ImportResult {
  /** 0-based place of the document in the stream. */
  readonly index: number;
  readonly name: string | null;
  readonly platform: string | null;
  readonly version: string | null;
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'SKIPPED' | 'FAILED';
  readonly issues: readonly WireIssue[];
}

export interface ImportReport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  readonly results: readonly ImportResult[];
}

/** The filters that commands offer; empty lists are left out. */
export interface ExportFilter {
  readonly names?: readonly string[];
  readonly platforms?: readonly string[];
  readonly categories?: readonly string[];
  readonly tags?: readonly string[];
}

export interface ExportedTool {
  readonly name: string;
  readonly platform: string;
  readonly yaml: string;
}

export interface ExportPage {
  readonly tools: readonly ExportedTool[];
  readonly totalCount: number;
  readonly position: string;
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface TokenRequest {
  readonly name: string;
  readonly role: Role;
  readonly tenant?: string | undefined;
  /** RFC 3339. */
  readonly expiresAt?: string | undefined;
}

const IMPORT = /* GraphQL */ `
  mutation Import($input: ImportToolsInput!) {
    importTools(input: $input) {
      created updated unchanged skipped failed
      results {
        index name platform version outcome
        issues { severity code message path line column hint }
      }
    }
  }`;

const EXPORT = /* GraphQL */ `
  query Export($filter: ToolFilter, $first: Int!, $after: String) {
    tools(filter: $filter, orderBy: { field: NAME, direction: ASC }, first: $first, after: $after) {
      nodes { name platform yaml }
      totalCount
      position
      pageInfo { hasNextPage endCursor }
    }
  }`;

const TOKEN_FIELDS = 'id name role tenant createdAt expiresAt lastUsedAt revokedAt';
const CREATE_TOKEN = `mutation CreateToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) { token apiToken { ${TOKEN_FIELDS} } }
}`;
const LIST_TOKENS = `query Tokens($tenant: String) { apiTokens(tenant: $tenant) { ${TOKEN_FIELDS} } }`;
const REVOKE_TOKEN = `mutation RevokeToken($id: ID!) { revokeApiToken(id: $id) { ${TOKEN_FIELDS} } }`;

interface ExportData {
  readonly tools: {
    readonly nodes: readonly ExportedTool[];
    readonly totalCount: number;
    readonly position: string;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** The part of the catalog's GraphQL API that the commands use. All methods throw CommandError. */
export class CatalogApi {
  readonly #sender: GraphqlSender;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#sender = new GraphqlSender(connection, signal);
  }

  /** Repeated with the same idempotency key when the service goes away meanwhile. */
  async importTools(input: ImportInput): Promise<ImportReport> {
    const data = await this.#sender.send<{ readonly importTools: ImportReport }>({
      query: IMPORT,
      variables: { input },
      repeatable: true,
    });
    return data.importTools;
  }

  async exportPage(filter: ExportFilter, first: number, after: string | undefined): Promise<ExportPage> {
    const { tools } = await this.#sender.send<ExportData>({
      query: EXPORT,
      variables: { filter, first, after: after ?? null },
      repeatable: true,
    });
    const { hasNextPage, endCursor } = tools.pageInfo;
    return {
      tools: tools.nodes,
      totalCount: tools.totalCount,
      position: tools.position,
      next: hasNextPage && endCursor !== null ? endCursor : undefined,
    };
  }

  /** Finds out whether the service is there and takes the token. */
  async check(): Promise<void> {
    await this.#sender.send({ query: 'query Check { me { name } }' });
  }

  async createToken(input: TokenRequest): Promise<{ readonly token: string; readonly apiToken: ApiToken }> {
    const data = await this.#sender.send<{
      readonly createApiToken: { readonly token: string; readonly apiToken: ApiToken };
    }>({ query: CREATE_TOKEN, variables: { input } });
    return data.createApiToken;
  }

  /** @param tenant one's own when left out. */
  async listTokens(tenant?: string): Promise<readonly ApiToken[]> {
    const data = await this.#sender.send<{ readonly apiTokens: readonly ApiToken[] }>({
      query: LIST_TOKENS,
      variables: { tenant: tenant ?? null },
      repeatable: true,
    });
    return data.apiTokens;
  }

  async revokeToken(id: string): Promise<ApiToken> {
    const data = await this.#sender.send<{ readonly revokeApiToken: ApiToken }>({
      query: REVOKE_TOKEN,
      variables: { id },
      repeatable: true,
    });
    return data.revokeApiToken;
  }
}
