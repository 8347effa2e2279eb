import type { Document } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import { jsonPointer } from './json-pointer.js';

/**
 * Turns versions that YAML took for numbers back into the text that was written, since 1.10 is not 1.1, and tells where: JSON
 * Pointers into the document as it was given. Looks at the tool's version, those of a file's many tools, and of dependencies.
 */
export function keepVersionText(document: Document.Parsed): readonly string[] {
  const root = document.contents;
  if (!isMap(root)) return [];
  const kept: string[] = [];
  keep(root, [], kept);
  const dependencies = root.get('dependencies');
  if (isSeq(dependencies)) {
    for (const [index, item] of dependencies.items.entries()) keep(item, ['dependencies', index], kept);
  }
  const tools = root.get('tools');
  if (isMap(tools)) {
    for (const pair of tools.items) if (isScalar(pair.key)) keep(pair.value, ['tools', String(pair.key.value)], kept);
  }
  return kept;
}

function keep(holder: unknown, path: readonly PropertyKey[], kept: string[]): void {
  if (!isMap(holder)) return;
  const version = holder.get('version', true);
  if (!isScalar(version) || typeof version.value !== 'number' || version.source === undefined) return;
  version.value = version.source;
  kept.push(jsonPointer([...path, 'version']));
}
