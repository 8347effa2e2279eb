import { readDocument } from '../../definition/read-document.js';
import { BadUserInputError, UnavailableError, ValidationError } from '../../kernel/errors.js';
import type { CatalogChange, ChangeAction, ToolState } from '../../view/catalog-change.js';
import { type AppliedChange, CatalogStore } from '../../view/catalog-store.js';
import { type CatalogView, SHARED_TENANT } from '../../view/catalog-view.js';
import { formatPosition } from '../../view/position.js';
import { CatalogLookups } from '../catalog-lookups.js';
import type { CatalogReader, CatalogReaderEvents, CopySource, WaitOptions } from '../catalog-reader.js';
import type { ClientState } from '../client-state.js';
import { definedTool } from '../defined-tool.js';
import { Listeners } from '../listeners.js';
import { Waiters } from '../waiters.js';

/** A tool as a test gives it: a definition document, as it stands in a YAML file, or a whole state. */
export type GivenTool = ToolState | Readonly<Record<string, unknown>>;

export interface TestCatalogOptions {
  /** Default 'shared'. Tools that do not say whose they are belong to it. */
  readonly tenant?: string;
  /** What it begins as. Default 'live'. */
  readonly state?: ClientState;
}

/** How far the answers of a catalog can be trusted. What is left out stays, but for `source` where `state` decides it. */
export interface Trust {
  readonly state?: ClientState;
  /** Left out, it becomes 'live' with the state 'live', and 'none' with 'connecting', as the client's does. */
  readonly source?: CopySource;
  /** It stays so until it is set again: no clock runs in a test. */
  readonly stalenessMs?: number;
  readonly lastError?: Error | null;
}

/**
 * A catalog for the tests of an orchestrator: the interface of the client over the same store and view, in memory, with nothing
 * behind it. What a test puts in is there at once, in a revision of its own, and listeners are told as the client tells them.
 */
export class TestCatalog extends CatalogLookups implements CatalogReader {
  readonly view: CatalogView;
  readonly #store = new CatalogStore();
  readonly #waiters = new Waiters();
  readonly #listeners: Listeners<CatalogReaderEvents>;
  #trust: Required<Trust>;

  constructor(tools: readonly GivenTool[] = [], options: TestCatalogOptions = {}) {
    super();
    const { tenant = SHARED_TENANT, state = 'live' } = options;
    this.#listeners = new Listeners((name, cause) => {
      if (name !== 'error') this.#listeners.emit('error', new Error(`A listener of '${name}' threw.`, { cause }));
    });
    this.view = this.#store.view(tenant);
    this.#store.replaceAll([], { epoch: 'test', revision: 0 });
    this.#trust = { state, source: state === 'connecting' ? 'none' : 'live', stalenessMs: 0, lastError: null };
    if (tools.length > 0) this.put(...tools);
  }

  /**
   * Creates or changes tools, in one revision.
   * @returns the tools as they stand now. @throws ValidationError for a document that is no definition, with its issues.
   */
  put(...tools: readonly GivenTool[]): readonly ToolState[] {
    const states = tools.map((given) => this.#stateOf(given));
    this.#commit(
      states.map((state) => [this.#store.view(state.tenant).byId(state.toolId) ? 'UPDATED' : 'CREATED', state]),
    );
    return states.map((state) => this.view.byId(state.toolId) ?? state);
  }

  /**
   * Deletes a tool. The platform may be left out while the name is unique.
   * @throws BadUserInputError where there is none, AmbiguousNameError where there are several.
   */
  remove(name: string, options: { readonly platform?: string } = {}): void {
    this.#commit([['DELETED', this.#existing(name, options.platform)]]);
  }

  /** Changes status, enabled or owner of a tool, as a person would. @throws as {@link remove} does. */
  change(
    name: string,
    change: Partial<Pick<ToolState, 'status' | 'enabled' | 'owner'>>,
    options: { readonly platform?: string } = {},
  ): void {
    this.#commit([['UPDATED', { ...this.#existing(name, options.platform), ...change }]]);
  }

  /** Sets what `state`, `source`, `stalenessMs` and `lastError` say, and tells a change of state. */
  trust(trust: Trust): void {
    const { state: previous } = this.#trust;
    this.#trust = { ...this.#trust, ...sourceOf(trust.state), ...trust };
    if (this.state !== previous) this.#listeners.emit('state', { state: this.state, previous });
    this.#waiters.look();
  }

  /** Tells listeners of any event, such as a warning. */
  emit<Name extends keyof CatalogReaderEvents>(name: Name, event: CatalogReaderEvents[Name]): void {
    this.#listeners.emit(name, event);
  }

  start(): void {
    if (this.state === 'closed') throw new Error('A closed TestCatalog cannot be started: make a new one.');
  }

  ready(options: WaitOptions = {}): Promise<void> {
    return this.#wait(() => this.source !== 'none', options);
  }

  live(options: WaitOptions = {}): Promise<void> {
    return this.#wait(() => this.state === 'live', options);
  }

  async close(): Promise<void> {
    this.trust({ state: 'closed' });
    this.#waiters.fail('The catalog is closed.');
  }

  on<Name extends keyof CatalogReaderEvents>(
    event: Name,
    listener: (event: CatalogReaderEvents[Name]) => void,
  ): () => void {
    return this.#listeners.add(event, listener);
  }

  get state(): ClientState {
    return this.#trust.state;
  }

  get source(): CopySource {
    return this.#trust.source;
  }

  get position(): string | null {
    return this.source === 'none' || this.source === 'yaml' ? null : formatPosition(this.#store.position);
  }

  get stalenessMs(): number {
    return this.#trust.stalenessMs;
  }

  get lastError(): Error | null {
    return this.#trust.lastError;
  }

  #wait(isMet: () => boolean, options: WaitOptions): Promise<void> {
    if (!isMet() && this.state === 'closed') return Promise.reject(new UnavailableError('The catalog is closed.'));
    return this.#waiters.wait(isMet, options, (timeoutMs) => `The catalog was '${this.state}' for ${timeoutMs} ms.`);
  }

  #stateOf(given: GivenTool): ToolState {
    if (isToolState(given)) return given;
    const { definition, issues } = readDocument(given);
    if (definition !== null) return definedTool(definition, { tenant: this.view.tenant });
    const [first] = issues.filter((issue) => issue.severity === 'ERROR');
    throw new ValidationError(`This is no definition of a tool: ${first?.path} ${first?.message}`, issues);
  }

  #existing(name: string, platform: string | undefined): ToolState {
    const tool = this.view.find(name, platform);
    if (tool === undefined) throw new BadUserInputError(`There is no tool '${name}' in this catalog.`);
    return tool;
  }

  #commit(states: readonly (readonly [ChangeAction, ToolState])[]): void {
    const revision = this.#store.position.revision + 1;
    // One second a revision, from the beginning of 2026: equal tests see equal times.
    const at = new Date(Date.UTC(2026, 0, 1) + revision * 1_000).toISOString();
    const changes = states.map(([action, state]) => changeOf(action, { ...state, revision, updatedAt: at }));
    this.#tell(at, this.#store.apply({ revision, at, changes }));
  }

  #tell(at: string, changes: readonly AppliedChange[]): void {
    this.#listeners.emit('change', {
      kind: 'revision',
      source: this.source,
      revision: this.view.revision,
      position: formatPosition(this.view.position),
      at,
      changes,
    });
  }
}

/** What the client's source always is in a state. */
function sourceOf(state: ClientState | undefined): { readonly source?: CopySource } {
  if (state === 'live') return { source: 'live' };
  return state === 'connecting' ? { source: 'none' } : {};
}

/** A {@link TestCatalog} that holds these tools. */
export function createTestCatalog(tools: readonly GivenTool[] = [], options: TestCatalogOptions = {}): TestCatalog {
  return new TestCatalog(tools, options);
}

function isToolState(given: GivenTool): given is ToolState {
  return typeof given['toolId' as keyof GivenTool] === 'string';
}

function changeOf(action: ChangeAction, state: ToolState): CatalogChange {
  return {
    toolId: state.toolId,
    tenant: state.tenant,
    platform: state.platform,
    toolName: state.name,
    action,
    before: null,
    after: action === 'DELETED' ? null : state,
    changedFields: [],
    actor: 'test',
    reason: null,
  };
}
