import type { Json, JsonObject } from '../kernel/json.js';
import { isJsonObject, jsonEqual } from '../kernel/json.js';
import { jsonPointer } from './json-pointer.js';
import { contentDocument } from './to-document.js';
import type { ToolContent } from './tool-definition.js';

/** One difference, at the deepest key that tells it. A side that has no such key is left out. */
export interface FieldChange {
  /** JSON Pointer into the definition's document. */
  readonly path: string;
  readonly before?: Json | null;
  readonly after?: Json | null;
}

/** What differs between two contents, sorted by path; nothing exactly when their hashes are equal. Lists are compared whole. */
export function diffContent(before: ToolContent, after: ToolContent): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(contentDocument(before), contentDocument(after), [], changes);
  return changes.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}

function compare(before: JsonObject, after: JsonObject, path: readonly string[], changes: FieldChange[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const left = member(before, key);
    const right = member(after, key);
    const here = [...path, key];
    if (isJsonObject(left) && isJsonObject(right)) compare(left, right, here, changes);
    else if (left === undefined || right === undefined || !jsonEqual(left, right)) {
      changes.push({
        path: jsonPointer(here),
        ...(left !== undefined && { before: left }),
        ...(right !== undefined && { after: right }),
      });
    }
  }
}

function member(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
