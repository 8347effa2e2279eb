import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ImportResult } from '../../scripts/lib/api.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import { toYaml } from '../../src/definition/to-yaml.js';
import type { ToolDefinition } from '../../src/definition/tool-definition.js';

export const TOKEN = 'tc_right';

type Variables = Record<string, unknown> & { readonly input: Record<string, unknown> };
type Answer = { readonly status?: number; readonly body: unknown };

/** As much of the service as the command line talks to: reads YAML as the service does and keeps tools in memory. */
export class CatalogServer {
  readonly tools = new Map<string, ToolDefinition>();
  readonly imports: Variables['input'][] = [];
  /** Answers given instead of real ones, first come first served. */
  readonly instead: Answer[] = [];
  #answered = 0;
  #lost = 0;
  #held = 0;
  readonly #progress = new EventEmitter();
  readonly #server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const answer = this.instead.shift() ?? (await this.#answer(request, body));
    this.#answered += 1;
    this.#progress.emit('answered');
    if (this.#answered === this.#lost) return void request.socket.destroy();
    if (this.#answered === this.#held) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });

  /** Loses the n-th answer from now: what was asked is done, and the connection breaks. */
  lose(nth: number): void {
    this.#lost = this.#answered + nth;
  }

  /** Never sends the n-th answer from now; resolves when it would have been sent. */
  async holdAnswer(nth: number): Promise<void> {
    this.#held = this.#answered + nth;
    await this.answered(nth);
  }

  /** Resolves when so many more requests have been answered. */
  async answered(count: number): Promise<void> {
    const goal = this.#answered + count;
    while (this.#answered < goal) await once(this.#progress, 'answered');
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, body: { query: string; variables: Variables }): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, body: refusal('UNAUTHENTICATED', 'The token is not known.') };
    }
    const operation = /(?:query|mutation) (\w+)/.exec(body.query)?.[1];
    if (operation === 'Import') return { body: { data: { importTools: await this.#import(body.variables.input) } } };
    if (operation === 'Export') return { body: { data: { tools: this.#page(body.variables) } } };
    if (operation === 'CreateToken') {
      const apiToken = { ...tokenFields, ...body.variables.input };
      return { body: { data: { createApiToken: { token: 'tc_secret', apiToken } } } };
    }
    if (operation === 'Tokens') return { body: { data: { apiTokens: [tokenFields] } } };
    return { body: refusal('FORBIDDEN', 'Only an admin may do this.') };
  }

  async #import(input: Variables['input']) {
    this.imports.push(input);
    const results: (Omit<ImportResult, 'issues'> & { readonly issues: readonly unknown[] })[] = [];
    for await (const read of readYamlStream(String(input['yaml']))) {
      const { definition, index, issues, name, platform, version } = read;
      const key = `${platform}/${name}`;
      const outcome = definition === null ? 'FAILED' : this.tools.has(key) ? 'UNCHANGED' : 'CREATED';
      if (definition !== null && input['dryRun'] !== true) this.tools.set(key, definition);
      results.push({
        index,
        name: name ?? null,
        platform: platform ?? null,
        version: version ?? null,
        outcome,
        issues: issues.map((issue) => ({ line: null, column: null, hint: null, ...issue })),
      });
    }
    const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
    return {
      created: count('CREATED'),
      updated: 0,
      unchanged: count('UNCHANGED'),
      skipped: 0,
      failed: count('FAILED'),
      results,
    };
  }

  #page(variables: Variables) {
    const { platforms } = (variables['filter'] ?? {}) as { readonly platforms?: readonly string[] };
    const tools = [...this.tools.values()].filter((tool) => platforms?.includes(tool.platform) ?? true);
    const start = Number(variables['after'] ?? 0);
    const end = start + Number(variables['first']);
    return {
      nodes: tools.slice(start, end).map((tool) => ({ name: tool.name, platform: tool.platform, yaml: toYaml(tool) })),
      totalCount: tools.length,
      position: 'epoch:1',
      pageInfo: { hasNextPage: end < tools.length, endCursor: String(end) },
    };
  }
}

export function refusal(code: string, message: string) {
  return { data: null, errors: [{ message, extensions: { code } }] };
}

const tokenFields = {
  id: 'id-1',
  name: 'build-server',
  role: 'ORCHESTRATOR',
  tenant: 'shared',
  createdAt: '2026-01-02T03:04:05.000Z',
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};

/** A YAML stream of tools that are as small as tools can be; reading them warns of their having no capability. */
export function smallTools(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `---\ntool_name: t${index}\ndescription: x\nplatform: linux\ncategory: system\n`,
  ).join('');
}
