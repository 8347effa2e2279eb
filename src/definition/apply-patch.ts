import type { Issue } from '../kernel/issue.js';
import type { ToolPatchInput } from './definition-input.js';
import { capabilitiesDocument, extensionIssues } from './definition-input.js';
import { interpretContent } from './interpret-document.js';
import { jsonPointer, pointerSegments } from './json-pointer.js';
import { mergePatch } from './merge-patch.js';
import type { PlainJson } from './plain-json.js';
import { isPlainObject, toPlainJson } from './plain-json.js';
import { contentDocument } from './to-document.js';
import type { ToolContent } from './tool-definition.js';
import { TOOL_KEYS } from './tool-schema.js';

export interface PatchResult {
  /** Null exactly when one of the issues is an ERROR. */
  readonly content: ToolContent | null;
  /** Of the patched content as a whole; paths are JSON Pointers into its document. */
  readonly issues: readonly Issue[];
}

/**
 * A tool's content with a patch applied and the whole checked again. Fields that the patch leaves out stay; defaults, metadata
 * and extensions are merged by RFC 7396; a list replaces the list. Never throws; the given content stays as it is.
 */
export function applyPatch(content: ToolContent, patch: ToolPatchInput): PatchResult {
  const issues: Issue[] = [];
  const { description, category, dependencies, capabilities } = patch;
  const document: Record<string, unknown> = { ...contentDocument(content) };
  if (isGiven(description)) document['description'] = description;
  if (isGiven(category)) document['category'] = category;
  if (isGiven(dependencies)) document['dependencies'] = dependencies;
  if (isGiven(capabilities)) document['capabilities'] = capabilitiesDocument(capabilities, issues);
  for (const field of ['defaults', 'metadata'] as const) {
    const given = plainPatch(patch[field], [field], issues);
    if (given !== undefined) document[field] = mergePatch(document[field] as PlainJson, given);
  }
  mergeExtensions(document, plainPatch(patch.extensions, [], issues), issues);
  const read = interpretContent(document);
  return {
    content: issues.length > 0 ? null : read.content,
    issues: issues.length > 0 ? [...issues, ...read.issues] : read.issues,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The patch as plain JSON, so that merging it is safe; undefined when it is left out or cannot be read. */
function plainPatch(patch: unknown, path: readonly string[], issues: Issue[]): PlainJson | undefined {
  if (!isGiven(patch)) return undefined;
  const plain = toPlainJson(patch);
  for (const issue of plain.issues) {
    issues.push({ ...issue, path: jsonPointer([...path, ...pointerSegments(issue.path)]) });
  }
  return plain.value;
}

function mergeExtensions(document: Record<string, unknown>, patch: PlainJson | undefined, issues: Issue[]): void {
  if (patch === undefined) return;
  if (!isPlainObject(patch)) {
    const message = "'extensions' must be a mapping of keys to values.";
    issues.push({ severity: 'ERROR', code: 'TYPE', message, path: '' });
    return;
  }
  const reserved = extensionIssues(patch, [], TOOL_KEYS);
  issues.push(...reserved);
  if (reserved.length > 0) return;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete document[key];
    else document[key] = mergePatch(document[key] as PlainJson | undefined, value);
  }
}
