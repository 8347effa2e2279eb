import { stemmer } from 'stemmer';

const REMEMBERED_STEMS = 20_000;
const STEMMED = /^[a-z]{4,}$/;
/** Plurals too short for the stemmer, and words of operations that it would tear apart or fail to bring together. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    vms: 'vm',
    ips: 'ip',
    ids: 'id',
    pcs: 'pc',
    acls: 'acl',
    dirs: 'dir',
    apis: 'api',
    urls: 'url',
    axes: 'axis',
    container: 'container',
    containers: 'container',
    computer: 'computer',
    computers: 'computer',
    used: 'use',
    using: 'use',
    uses: 'use',
    use: 'use',
    databases: 'databas',
    indices: 'index',
    indexes: 'index',
    processes: 'process',
    ran: 'run',
    found: 'find',
    sent: 'send',
    died: 'die',
    dying: 'die',
    written: 'write',
    wrote: 'write',
    broken: 'break',
    broke: 'break',
    frozen: 'freez',
    froze: 'freez',
    chosen: 'choos',
    kept: 'keep',
    held: 'hold',
    lost: 'lose',
    built: 'build',
  }),
);

/** Porter's stem of a folded word. */
export function stemWord(word: string): string {
  return IRREGULAR.get(word) ?? (STEMMED.test(word) ? stemmer(word) : word);
}

/** {@link stemWord}, remembered: a catalog says the same few thousand words over and over. */
export class StemMemory {
  readonly #known = new Map<string, string>();

  of(word: string): string {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const stem = stemWord(word);
    if (this.#known.size < REMEMBERED_STEMS) this.#known.set(word, stem);
    return stem;
  }
}
