import { CapabilityIndex } from './capability-index.js';
import type { ToolState } from './catalog-change.js';
import { LazyIndex } from './search/lazy-index.js';
import { HashSum } from './state-hash.js';
import { compareBytes, compareTools, lowerBound } from './tool-order.js';

interface Replacement {
  readonly before: ToolState | undefined;
  readonly after: ToolState | undefined;
}

/** Past this share of the tools, sorting anew is cheaper than patching the sorted list change by change. */
const PATCHED_SHARE = 1 / 16;

/** What a view needs of the tools of one tenant, or of the shared ones. */
export interface Layer {
  readonly size: number;
  /** Moves with every change, so that whoever derives something from this layer knows when to do so again. */
  readonly version: number;
  readonly hash: HashSum;
  readonly capabilities: Pick<CapabilityIndex, 'tools' | 'names'>;
  readonly search: LazyIndex;
  /** Several only where a name exists on several platforms, then sorted by platform. */
  named(name: string): readonly ToolState[] | undefined;
  at(name: string, platform: string): ToolState | undefined;
  /** In the catalog's order; the same array until a tool changes. */
  sorted(): readonly ToolState[];
}

/** The tools of one tenant, or the shared ones, with the indexes for looking them up. */
export class ToolLayer implements Layer {
  readonly capabilities = new CapabilityIndex();
  readonly hash = new HashSum();
  readonly search = new LazyIndex(() => [...this.#byName.values()].flat());
  /** Tools by name; several only where a name exists on several platforms, then sorted by platform. */
  readonly #byName = new Map<string, readonly ToolState[]>();
  #size = 0;
  #version = 0;
  #sorted: readonly ToolState[] | null = null;
  #unsorted: Replacement[] = [];

  get size(): number {
    return this.#size;
  }

  /** Moves with every change, so that whoever derives something from this layer knows when to do so again. */
  get version(): number {
    return this.#version;
  }

  named(name: string): readonly ToolState[] | undefined {
    return this.#byName.get(name);
  }

  at(name: string, platform: string): ToolState | undefined {
    return this.#byName.get(name)?.find((tool) => tool.platform === platform);
  }

  /** Puts one state in the place of another of the same tool; undefined stands for no state. */
  replace(before: ToolState | undefined, after: ToolState | undefined): void {
    if (before !== undefined) this.#take(before);
    if (after !== undefined) this.#put(after);
    this.search.note(before, after);
    this.#version += 1;
    if (this.#sorted === null) return;
    this.#unsorted.push({ before, after });
    if (this.#unsorted.length > 64 + this.#size * PATCHED_SHARE) {
      this.#sorted = null;
      this.#unsorted = [];
    }
  }

  /** In the catalog's order; the same array until a tool changes. */
  sorted(): readonly ToolState[] {
    if (this.#sorted === null) {
      this.#sorted = Object.freeze([...this.#byName.values()].flat().sort(compareTools));
    } else if (this.#unsorted.length > 0) {
      this.#sorted = Object.freeze(patchSorted(this.#sorted, this.#unsorted));
      this.#unsorted = [];
    }
    return this.#sorted;
  }

  #put(tool: ToolState): void {
    const others = this.#byName.get(tool.name);
    const together =
      others === undefined ? [tool] : [...others, tool].sort((a, b) => compareBytes(a.platform, b.platform));
    this.#byName.set(tool.name, together);
    this.capabilities.add(tool);
    this.#size += 1;
  }

  #take(tool: ToolState): void {
    const others = this.#byName.get(tool.name)?.filter((other) => other !== tool) ?? [];
    if (others.length === 0) this.#byName.delete(tool.name);
    else this.#byName.set(tool.name, others);
    this.capabilities.remove(tool);
    this.#size -= 1;
  }
}

function patchSorted(sorted: readonly ToolState[], replacements: readonly Replacement[]): ToolState[] {
  // Spreading a frozen array is twelve times as fast as slicing it (V8 has a short cut for the one only).
  const patched = [...sorted];
  for (const { before, after } of replacements) {
    if (before !== undefined) {
      const place = lowerBound(patched, (tool) => compareTools(tool, before));
      if (after !== undefined && compareTools(before, after) === 0) {
        patched[place] = after;
        continue;
      }
      patched.splice(place, 1);
    }
    if (after !== undefined) {
      patched.splice(
        lowerBound(patched, (tool) => compareTools(tool, after)),
        0,
        after,
      );
    }
  }
  return patched;
}
