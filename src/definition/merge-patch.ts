import type { PlainJson } from './plain-json.js';
import { isPlainObject } from './plain-json.js';

/** JSON Merge Patch (RFC 7396): objects are merged, null removes a key, anything else replaces what was there. */
export function mergePatch(target: PlainJson | undefined, patch: PlainJson): PlainJson {
  if (!isPlainObject(patch)) return patch;
  const merged = isPlainObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
