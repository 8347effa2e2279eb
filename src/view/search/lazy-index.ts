import type { ToolState } from '../catalog-change.js';
import { LayerIndex } from './layer-index.js';

/**
 * The search index of one layer, which costs nothing until somebody searches. From then on changes are noted as they come, in
 * constant time, and worked in before the next search: a tool that changes ten times in between is read once.
 */
export class LazyIndex {
  readonly #allTools: () => Iterable<ToolState>;
  #index: LayerIndex | null = null;
  /** By toolId, what the index does not know yet; null for a tool that is gone. */
  #pending = new Map<string, ToolState | null>();

  constructor(allTools: () => Iterable<ToolState>) {
    this.#allTools = allTools;
  }

  note(before: ToolState | undefined, after: ToolState | undefined): void {
    if (this.#index === null) return;
    if (before !== undefined && before.toolId !== after?.toolId) this.#pending.set(before.toolId, null);
    if (after !== undefined) this.#pending.set(after.toolId, after);
  }

  /** Works in what is left to do, at most so many tools; true when nothing is left. */
  prepare(maxTools: number): boolean {
    const index = this.#begin();
    let left = maxTools;
    for (const [toolId, tool] of this.#pending) {
      if (left <= 0) return false;
      left -= 1;
      this.#pending.delete(toolId);
      index.remove(toolId);
      if (tool !== null && isRanked(tool)) index.add(tool);
    }
    return true;
  }

  /** The index, up to date. */
  current(): LayerIndex {
    this.prepare(Number.POSITIVE_INFINITY);
    return this.#begin();
  }

  #begin(): LayerIndex {
    if (this.#index === null) {
      this.#index = new LayerIndex();
      for (const tool of this.#allTools()) this.#pending.set(tool.toolId, tool);
    }
    return this.#index;
  }
}

/** What is switched off, in either way, is not in the index at all, so that nothing of it can show. */
function isRanked(tool: ToolState): boolean {
  return tool.enabled && tool.status !== 'DISABLED';
}
