import type { ToolState } from './catalog-change.js';
import { compareTools } from './tool-order.js';

interface Offer {
  readonly tools: Set<ToolState>;
  sorted: readonly ToolState[] | null;
}

const NO_TOOLS: readonly ToolState[] = Object.freeze([]);

/** Which tools of one layer offer which capability. A change of a tool costs what that tool has capabilities. */
export class CapabilityIndex {
  readonly #offers = new Map<string, Offer>();

  add(tool: ToolState): void {
    for (const name of offeredNames(tool)) {
      const offer = this.#offers.get(name) ?? { tools: new Set(), sorted: null };
      offer.tools.add(tool);
      offer.sorted = null;
      this.#offers.set(name, offer);
    }
  }

  remove(tool: ToolState): void {
    for (const name of offeredNames(tool)) {
      const offer = this.#offers.get(name);
      if (offer === undefined || !offer.tools.delete(tool)) continue;
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

  /** Every name under which something is offered, aliases too; in no order. */
  names(): Iterable<string> {
    return this.#offers.keys();
  }
}

/** Under which names a tool is found: its capabilities and their aliases. */
export function offeredNames(tool: ToolState): Set<string> {
  return new Set(tool.capabilities.flatMap((capability) => [capability.name, ...capability.aliases]));
}
