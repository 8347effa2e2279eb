import { sha256Hex } from '../kernel/sha256.js';
import type { ToolState } from './catalog-change.js';

/**
 * What one tool adds to the catalog's hash (live-update rule H1): SHA-256 over the JSON array of its id and of everything
 * that a change of the tool cannot leave alone. `contentHash` stands for the content, `revision` for whatever is listed
 * nowhere here.
 */
export function stateHash(state: ToolState): bigint {
  const covered = [
    state.toolId,
    state.tenant,
    state.platform,
    state.name,
    state.version,
    state.status,
    state.enabled,
    state.owner,
    state.contentHash,
    state.revision,
  ];
  return BigInt(`0x${sha256Hex(JSON.stringify(covered))}`);
}

/**
 * A catalog's hash: the sum modulo 2^256 of the hashes of its tools. It knows no order, and one change moves it in constant
 * time, whatever the number of tools.
 */
export class HashSum {
  #sum = 0n;

  add(hash: bigint): void {
    this.#sum = BigInt.asUintN(256, this.#sum + hash);
  }

  remove(hash: bigint): void {
    this.#sum = BigInt.asUintN(256, this.#sum - hash);
  }

  /** This sum and another, as 64 lower-case hexadecimal digits. */
  hexWith(other: HashSum | null): string {
    const total = other === null ? this.#sum : BigInt.asUintN(256, this.#sum + other.#sum);
    return total.toString(16).padStart(64, '0');
  }
}
