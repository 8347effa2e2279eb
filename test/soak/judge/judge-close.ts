import type { Findings } from './findings.js';

/** Codes after which every client connects again: ended in order, cut, restarting, overloaded, and a greeting that a fault held up. */
const HARMLESS = new Set([1000, 1001, 1005, 1006, 1012, 1013, 4408]);

/** How a socket was closed. Stock clients stop for good after 4500, and others of that range mean that something is wrong. */
export function judgeClose(record: { readonly code: number }, where: string, findings: Findings): void {
  findings.expect('open', HARMLESS.has(record.code), where, () => `closed with ${record.code}`, record);
}
