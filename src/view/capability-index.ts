import type { ToolState } from './catalog-change.js';
import { compareTools } from './tool-order.js';

interface Offer {
  readonly tools: Set<ToolState>;
  /** How many of the tools have a capability of this name; the others know it as an alias. */
  named: number;
  sorted: readonly ToolState[] | null;
}

const NO_TOOLS: readonly ToolState[] = Object.freeze([]);

/** Which tools of one layer offer which capability. A change of a tool costs what that tool has capabilities. */
export class CapabilityIndex {
  readonly #offers = new Map<string, Offer>();

  add(tool: ToolState): void {
    for (const [name, named] of offeredNames(tool)) {
      const offer = this.#offers.get(name) ?? { tools: new Set(), named: 0, sorted: null };
      offer.tools.add(tool);
      if (named) offer.named += 1;
      offer.sorted = null;
      this.#offers.set(name, offer);
    }
  }

  remove(tool: ToolState): void {
    for (const [name, named] of offeredNames(tool)) {
      const offer = this.#offers.get(name);
      if (offer === undefined || !offer.tools.delete(tool)) continue;
      if (named) offer.named -= 1;
      offer.sorted = null;
      if (offer.tools.size === 0) this.#offers.delete(name);
    }
  }

  /** In the catalog's order; the same array until one of these tools changes. */
  tools(name: string): readonly ToolState[] {
    const offer = this.#offers.get(name);
    if (offer === undefined) return NO_TOOLS;
    offer.sorted ??= Object.freeze([...offer.tools].sort(compareTools));
    return offer.sorted;
  }

  /** The names of capabilities, without those that are only aliases; in no order. */
  *names(): Iterable<string> {
    for (const [name, offer] of this.#offers) if (offer.named > 0) yield name;
  }
}

/** Each name under which a tool offers something, once; true where it is a capability's own name. */
function offeredNames(tool: ToolState): Map<string, boolean> {
  const names = new Map<string, boolean>();
  for (const capability of tool.capabilities) {
    for (const alias of capability.aliases) if (!names.has(alias)) names.set(alias, false);
    names.set(capability.name, true);
  }
  return names;
}
