import type { Document, Node } from 'yaml';
import { isCollection, isMap, isScalar, isSeq } from 'yaml';
import { pointerSegments } from './json-pointer.js';
import { resolved, startOf } from './parse-yaml.js';

const NAME_KEYS = ['capability_name', 'pattern_name', 'name'];

/**
 * Offset in the YAML text of what a JSON Pointer names, or of the nearest parent that is there. A segment also finds the item of
 * a list that has it for its name.
 */
export function locatePath(document: Document.Parsed, pointer: string): number {
  let node: unknown = document.contents;
  let offset = startOf(document.contents) ?? 0;
  for (const segment of pointerSegments(pointer)) {
    const found = child(resolved(node, document), segment, document);
    if (found === undefined) return offset;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset;
}

interface Found {
  readonly node: unknown;
  readonly offset: number | undefined;
}

function child(node: unknown, segment: string, document: Document.Parsed): Found | undefined {
  if (isMap(node)) {
    const pair = node.items.find((candidate) => keyText(candidate.key) === segment);
    if (pair === undefined) return undefined;
    const value = pair.value as Node | null;
    // A block collection begins a line below its key, where nobody looks for it.
    const at = isScalar(value) && value.range?.[0] !== value.range?.[1] ? value : (pair.key as Node);
    return { node: value, offset: startOf(at) };
  }
  if (!isSeq(node)) return undefined;
  const item = /^\d+$/.test(segment)
    ? node.items[Number(segment)]
    : node.items.find((candidate) => nameOf(resolved(candidate, document)) === segment);
  return item === undefined ? undefined : { node: item, offset: startOf(item as Node) };
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function nameOf(item: unknown): string | undefined {
  if (!isCollection(item) || !isMap(item)) return undefined;
  const names = NAME_KEYS.map((key) => item.get(key));
  return names.find((name) => typeof name === 'string');
}
