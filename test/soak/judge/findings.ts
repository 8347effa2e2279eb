/** What is checked, in the words of the table that is printed. */
export const CHECKS = {
  V1: 'ordered: no stream ever goes back',
  V2: 'unique: nothing is applied twice',
  V3: 'complete: each change between start and end, as it was made',
  V4: 'atomic: each revision whole, and at once',
  V5: 'resumable: each connection goes on where the one before ended',
  V6: 'bookmarks: everything before them was sent',
  V7: 'copies: hashes and tools equal those of the database',
  V8: 'durable: acknowledged writes exist once, others once or never',
  log: 'revisions without a hole; tables, log and audit agree',
  open: 'nothing ended for good, no socket closed with 4500',
  recovery: 'caught up in time after every kill',
} as const;

export type Check = keyof typeof CHECKS;

const SHOWN = 5;

export interface CheckResult {
  /** How many things were looked at. */
  readonly looked: number;
  readonly violations: number;
  /** The first ones. */
  readonly first: readonly string[];
}

/** What the judge has found wrong so far, and how much it has looked at. */
export class Findings {
  readonly #results = new Map<Check, { looked: number; violations: number; first: string[] }>();

  looked(check: Check, count = 1): void {
    this.#of(check).looked += count;
  }

  /** @param record the record that offends, to be found in the files again. */
  add(check: Check, where: string, what: string, record?: object): void {
    const result = this.#of(check);
    result.violations += 1;
    if (result.first.length >= SHOWN) return;
    result.first.push(`${where}: ${what}${record === undefined ? '' : ` ${JSON.stringify(record).slice(0, 400)}`}`);
  }

  /** Looks at one thing, and adds it when it is wrong. */
  expect(check: Check, right: boolean, where: string, what: () => string, record?: object): void {
    this.looked(check);
    if (!right) this.add(check, where, what(), record);
  }

  results(): Readonly<Record<Check, CheckResult>> {
    return {
      V1: this.#of('V1'),
      V2: this.#of('V2'),
      V3: this.#of('V3'),
      V4: this.#of('V4'),
      V5: this.#of('V5'),
      V6: this.#of('V6'),
      V7: this.#of('V7'),
      V8: this.#of('V8'),
      log: this.#of('log'),
      open: this.#of('open'),
      recovery: this.#of('recovery'),
    };
  }

  #of(check: Check): { looked: number; violations: number; first: string[] } {
    const found = this.#results.get(check) ?? { looked: 0, violations: 0, first: [] };
    this.#results.set(check, found);
    return found;
  }
}
