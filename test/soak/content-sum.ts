import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/kernel/json.js';
import type { ToolState } from '../../src/view/catalog-change.js';

/** A tool as the live feed carries it: without the version that it was made from. */
export type DeliveredTool = Omit<ToolState, 'parentVersion'>;

/** SHA-256 of everything that a delivered tool says. */
export function toolDigest(tool: DeliveredTool): string {
  return sha256(canonicalJson({ ...tool, parentVersion: undefined })).slice(0, 32);
}

/** What a tool adds to the catalog's hash (live-update rule H1). Written anew here: the judge does not trust the code that it judges. */
export function toolPart(tool: DeliveredTool): string {
  return sha256(
    JSON.stringify([
      tool.toolId,
      tool.tenant,
      tool.platform,
      tool.name,
      tool.version,
      tool.status,
      tool.enabled,
      tool.owner,
      tool.contentHash,
      tool.revision,
    ]),
  );
}

/** The catalog's hash, kept up by putting tools in and taking them out. */
export class ContentSum {
  readonly #parts = new Map<string, bigint>();
  #sum = 0n;

  /** @param part null takes the tool out. */
  put(toolId: string, part: string | null): void {
    this.#sum -= this.#parts.get(toolId) ?? 0n;
    if (part === null) {
      this.#parts.delete(toolId);
      return;
    }
    const value = BigInt(`0x${part}`);
    this.#parts.set(toolId, value);
    this.#sum += value;
  }

  get hex(): string {
    return BigInt.asUintN(256, this.#sum).toString(16).padStart(64, '0');
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
