import { offeredNames } from './capability-index.js';
import type { ToolState } from './catalog-change.js';
import { LazyIndex } from './search/lazy-index.js';
import { HashSum } from './state-hash.js';
import type { Layer } from './tool-layer.js';
import { compareBytes, lowerBound } from './tool-order.js';

const NO_TOOLS: readonly ToolState[] = Object.freeze([]);

/**
 * A layer that never changes, over a list in the catalog's order. It makes no index before it is asked: names are found by
 * binary search, and a capability by looking through the list once.
 */
export class ListLayer implements Layer {
  readonly version = 0;
  readonly hash = new HashSum();
  readonly search: LazyIndex;
  readonly capabilities = {
    tools: (name: string): readonly ToolState[] => this.#offering(name),
    names: (): Iterable<string> => new Set(this.#tools.flatMap((tool) => [...offeredNames(tool)])),
  };
  readonly #tools: readonly ToolState[];
  readonly #byCapability = new Map<string, readonly ToolState[]>();

  constructor(tools: readonly ToolState[]) {
    this.#tools = tools;
    this.search = new LazyIndex(() => tools);
  }

  get size(): number {
    return this.#tools.length;
  }

  sorted(): readonly ToolState[] {
    return this.#tools;
  }

  named(name: string): readonly ToolState[] | undefined {
    const start = lowerBound(this.#tools, (tool) => compareBytes(tool.name, name));
    let end = start;
    while (this.#tools[end]?.name === name) end += 1;
    return end === start ? undefined : this.#tools.slice(start, end);
  }

  at(name: string, platform: string): ToolState | undefined {
    return this.named(name)?.find((tool) => tool.platform === platform);
  }

  #offering(name: string): readonly ToolState[] {
    const known = this.#byCapability.get(name);
    if (known !== undefined) return known;
    const offers = (tool: ToolState) =>
      tool.capabilities.some((capability) => capability.name === name || capability.aliases.includes(name));
    const found = this.#tools.filter(offers);
    // Only what exists is remembered: callers may ask for any number of names that do not.
    if (found.length === 0) return NO_TOOLS;
    this.#byCapability.set(name, Object.freeze(found));
    return found;
  }
}
