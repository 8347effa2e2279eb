import type { SeenCandidate, SelectionChange } from './standing-selection.js';
import { counted, printable, type Terminal } from './terminal.js';

/** What a watcher holds at one moment. */
export interface HeldCatalog {
  /** Null where no service gave it out: a copy from YAML. */
  readonly position: string | null;
  readonly revision: number;
  readonly contentHash: string;
  /** 'live', 'disk' or 'yaml'. */
  readonly source: string;
  /** Milliseconds since the service last confirmed it; Infinity where none ever did. */
  readonly ageMs: number;
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
  selection(change: SelectionChange, now: number): Promise<void>;
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

  catalog({ position, revision, contentHash, source, ageMs, tools }: HeldCatalog, now: number): Promise<void> {
    const platforms = countPlatforms(tools);
    const age = Number.isFinite(ageMs) ? `${source}, confirmed ${shownAge(ageMs)} ago` : `${source}, never confirmed`;
    const shown = platforms.slice(0, SHOWN_PLATFORMS).map(([platform, count]) => `${printable(platform)} ${count}`);
    const more =
      platforms.length > SHOWN_PLATFORMS ? [counted(platforms.length - SHOWN_PLATFORMS, 'more platform')] : [];
    const counts = [...shown, ...more].join(', ');
    const held = `${counted(tools.length, 'tool')}, hash ${contentHash}`;
    const lines = [
      `${clock(now)}  ${position === null ? '' : `revision ${revision}, `}${held}`,
      `              from ${age}${position === null ? '' : `, position ${printable(position)}`}`,
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

  selection(
    { now: { best, runnerUp, ambiguous, why, rejected }, before }: SelectionChange,
    now: number,
  ): Promise<void> {
    const was = before === null ? [] : [`              before: ${shownCandidate(before.best)}`];
    const second = runnerUp === null ? [] : [`              second: ${shownCandidate(runnerUp)}`];
    const notes = [ambiguous ? 'ambiguous' : '', rejected > 0 ? `${rejected} rejected` : ''].filter(
      (note) => note !== '',
    );
    const lines = [
      `${clock(now)}  ${this.#paint('35', 'SELECTED   ')}  ${shownCandidate(best)}${notes.map((note) => `  ${note}`).join('')}`,
      ...was,
      ...second,
      `              ${printable(why)}`,
    ];
    return this.#terminal.line(lines.join('\n'));
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

  catalog({ tools, ageMs, ...held }: HeldCatalog, now: number): Promise<void> {
    const platforms = Object.fromEntries(countPlatforms(tools));
    const age = Number.isFinite(ageMs) ? Math.round(ageMs) : null;
    return this.#write({ type: 'catalog', ...held, ageMs: age, tools: tools.length, platforms, at: time(now) });
  }

  change(change: SeenChange, now: number): Promise<void> {
    return this.#write({ type: 'change', ...change, latencyMs: latencyMs(change.at, now) });
  }

  selection({ now: answer, before }: SelectionChange, now: number): Promise<void> {
    return this.#write({ type: 'selection', ...answer, before: before?.best ?? null, at: time(now) });
  }

  #write(value: object): Promise<void> {
    return this.#terminal.line(JSON.stringify(value));
  }
}

function shownCandidate(candidate: SeenCandidate | null): string {
  if (candidate === null) return 'nothing';
  const { platform, toolName, version, capability, pattern, score, timeMs, cost } = candidate;
  const figures = `score ${score.toFixed(3)}, ${Math.round(timeMs)} ms, cost ${Number(cost.toFixed(3))}`;
  return `${printable(`${platform}/${toolName} ${version} ${capability}/${pattern}`)}  ${figures}`;
}

function shownAge(ageMs: number): string {
  if (ageMs < 10_000) return `${Math.round(ageMs)} ms`;
  return ageMs < 600_000 ? `${Math.round(ageMs / 1_000)} s` : `${Math.round(ageMs / 60_000)} min`;
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
