/** Deletions of tools, remembered so that an older change of such a tool, arriving late or again, does not revive it. */
export class Tombstones {
  readonly #limit: number;
  readonly #revisions = new Map<string, number>();
  #forgotten = 0;

  /** @param limit how many deletions to remember one by one, the latest ones. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * The revision up to which changes of a tool that is not in the catalog are known. For a tool whose deletion is no
   * longer remembered it is the latest forgotten deletion: followers apply revisions in order, so whatever is older than
   * that is a repetition.
   */
  knownRevision(toolId: string): number {
    return this.#revisions.get(toolId) ?? this.#forgotten;
  }

  bury(toolId: string, revision: number): void {
    this.#revisions.delete(toolId);
    this.#revisions.set(toolId, revision);
    if (this.#revisions.size <= this.#limit) return;
    const [oldest] = this.#revisions;
    if (oldest === undefined) return;
    this.#revisions.delete(oldest[0]);
    this.#forgotten = Math.max(this.#forgotten, oldest[1]);
  }

  forget(toolId: string): void {
    this.#revisions.delete(toolId);
  }
}
