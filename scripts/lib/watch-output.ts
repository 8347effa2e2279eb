import { printable, type Terminal } from './terminal.js';

/** What a watcher holds at one moment. */
export interface HeldCatalog {
  readonly revision: number;
  readonly contentHash: string;
  readonly tools: readonly { readonly platform: string }[];
}

/** One change as a watcher was told of it. */
export interface SeenChange {
  readonly action: string;
  readonly platform: string;
  readonly toolName: string;
  readonly version: string | null;
  readonly revision: number;
  readonly changedFields: readonly string[];
  readonly actor: string | null;
  readonly reason: string | null;
  /** RFC 3339: when the service changed it. Null where that is not known: the copy was listed anew. */
  readonly at: string | null;
}

/** Prints what a watcher sees. `now` are milliseconds since 1970. */
export interface WatchOutput {
  state(state: string, detail: string | undefined, now: number): Promise<void>;
  catalog(catalog: HeldCatalog, now: number): Promise<void>;
  change(change: SeenChange, now: number): Promise<void>;
}

const SHOWN_FIELDS = 3;
const SHOWN_PLATFORMS = 12;

/** Lines for people. */
export class ReadableWatchOutput implements WatchOutput {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  state(state: string, detail: string | undefined, now: number): Promise<void> {
    const text = detail === undefined ? state : `${state}: ${printable(detail)}`;
    return this.#terminal.line(`${clock(now)}  ${this.#paint(state === 'live' ? '32' : '33', text)}`);
  }

  catalog({ revision, contentHash, tools }: HeldCatalog, now: number): Promise<void> {
    const platforms = countPlatforms(tools);
    const shown = platforms.slice(0, SHOWN_PLATFORMS).map(([platform, count]) => `${printable(platform)} ${count}`);
    const more = platforms.length > SHOWN_PLATFORMS ? [`${platforms.length - SHOWN_PLATFORMS} more platforms`] : [];
    const counts = [...shown, ...more].join(', ');
    const lines = [
      `${clock(now)}  revision ${revision}, ${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}, hash ${contentHash}`,
      ...(counts === '' ? [] : [`              ${counts}`]),
    ];
    return this.#terminal.line(lines.join('\n'));
  }

  change(change: SeenChange, now: number): Promise<void> {
    const { action, platform, toolName, version, changedFields, actor, reason, at } = change;
    const fields = changedFields.slice(0, SHOWN_FIELDS).map(printable);
    if (changedFields.length > SHOWN_FIELDS) fields.push(`${changedFields.length - SHOWN_FIELDS} more`);
    const parts = [
      `${clock(now)}  ${this.#paint('1', action.padEnd(11))}  ${printable(`${platform}/${toolName}`)}`,
      ...(version === null ? [] : [printable(version)]),
      `revision ${change.revision}`,
      ...(actor === null ? [] : [`by ${printable(actor)}`]),
      ...(fields.length === 0 ? [] : [fields.join(' ')]),
      ...(reason === null ? [] : [`"${printable(reason)}"`]),
      ...(at === null ? ['while away'] : [this.#paint('36', `${latencyMs(at, now)} ms`)]),
    ];
    return this.#terminal.line(parts.join('  '));
  }

  #paint(code: string, text: string): string {
    return this.#terminal.interactive ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** One JSON object a line, for programs. */
export class JsonWatchOutput implements WatchOutput {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  state(state: string, detail: string | undefined, now: number): Promise<void> {
    return this.#write({ type: 'state', state, ...(detail === undefined ? {} : { detail }), at: time(now) });
  }

  catalog({ revision, contentHash, tools }: HeldCatalog, now: number): Promise<void> {
    const platforms = Object.fromEntries(countPlatforms(tools));
    return this.#write({ type: 'catalog', revision, contentHash, tools: tools.length, platforms, at: time(now) });
  }

  change(change: SeenChange, now: number): Promise<void> {
    return this.#write({ type: 'change', ...change, latencyMs: latencyMs(change.at, now) });
  }

  #write(value: object): Promise<void> {
    return this.#terminal.line(JSON.stringify(value));
  }
}

/** From the service's clock to ours: it is as exact as they agree. */
function latencyMs(at: string | null, now: number): number | null {
  return at === null ? null : now - Date.parse(at);
}

function countPlatforms(tools: HeldCatalog['tools']): [string, number][] {
  const counts = new Map<string, number>();
  for (const { platform } of tools) counts.set(platform, (counts.get(platform) ?? 0) + 1);
  return [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1),
  );
}

function time(now: number): string {
  return new Date(now).toISOString();
}

function clock(now: number): string {
  return time(now).slice(11, 23);
}
