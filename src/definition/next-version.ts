import { LIMITS } from './limits.js';

/**
 * The version after the newest one in a tool's history: the last number of a dotted version counts up (1.2.3 -> 1.2.4,
 * 1.0 -> 1.1, 1.09 -> 1.10), anything else gets `.1` appended; numbers that exist are skipped. Where that would pass 20
 * characters, the end of the newest version gives way to the number.
 */
export function nextVersion(newest: string, exists: (version: string) => boolean): string {
  const dotted = /^((?:\d+\.)*)(\d+)$/.exec(newest);
  if (dotted) {
    const [, head = '', last = '0'] = dotted;
    for (let number = BigInt(last) + 1n; ; number++) {
      const version = head + String(number).padStart(last.length, '0');
      if (version.length > LIMITS.versionLength) break;
      if (!exists(version)) return version;
    }
  }
  for (let number = 1; ; number++) {
    const suffix = `.${number}`;
    const stem = newest.slice(0, LIMITS.versionLength - suffix.length).replace(/[^0-9A-Za-z]+$/, '');
    const version = stem + suffix;
    if (!exists(version)) return version;
  }
}
