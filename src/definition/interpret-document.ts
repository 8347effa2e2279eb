import type { Issue } from '../kernel/issue.js';
import { isAcceptable } from '../kernel/issue.js';
import { coerceDocument } from './coerce-document.js';
import { namedPath, toMappingForm } from './document-form.js';
import { documentToContent, documentToTool } from './document-to-tool.js';
import { jsonPointer } from './json-pointer.js';
import { LIMITS } from './limits.js';
import type { PlainJson, PlainObject, PlainResult } from './plain-json.js';
import { isPlainObject, toPlainJson } from './plain-json.js';
import { schemaIssues } from './schema-issues.js';
import { toDocument } from './to-document.js';
import type { ToolContent, ToolDefinition } from './tool-definition.js';
import { contentSchema, toolSchema } from './tool-schema.js';

const PLATFORMS = ['linux', 'windows', 'network', 'scheduler', 'custom'];
const CATEGORIES = ['system', 'network', 'automation', 'monitoring', 'security'];

/** What a document says, and what of its identity is known even when it fails. */
export interface Interpretation {
  /** Null exactly when one of the issues is an ERROR. */
  readonly definition: ToolDefinition | null;
  readonly issues: readonly Issue[];
  readonly name?: string;
  readonly platform?: string;
  readonly version?: string;
  /** Where a path of the mapping form, which issues name, stands in the document as it was given. */
  readonly sourcePath: (path: string) => string;
}

const asGiven = (path: string): string => path;

/** Reads a document of any known form. Never throws. */
export function interpretDocument(given: unknown): Interpretation {
  const plain = toPlainJson(given);
  if (plain.value === undefined) {
    return { definition: null, issues: withNames(plain.issues, given), sourcePath: asGiven };
  }
  if (!isPlainObject(plain.value)) return { definition: null, issues: [notAMapping()], sourcePath: asGiven };
  const form = toMappingForm(plain.value);
  if (!('document' in form)) return { definition: null, issues: form.issues, sourcePath: asGiven };
  const { document, sourcePath } = form;
  const issues: Issue[] = [...form.issues, ...coerceDocument(document)];
  const parsed = toolSchema.safeParse(document);
  if (parsed.success && isAcceptable(issues)) issues.push(...remarks(document));
  if (!parsed.success) issues.push(...schemaIssues(parsed.error.issues, document));
  let definition = parsed.success && isAcceptable(issues) ? documentToTool(parsed.data) : null;
  if (definition !== null && isLarge(plain)) {
    issues.push(...exportIssues(definition));
    if (!isAcceptable(issues)) definition = null;
  }
  return { definition, issues: capped(issues), ...identity(document), sourcePath };
}

/** Reads the part of a mapping form that makes a version; identity and state play no part. Never throws. */
export function interpretContent(given: unknown): {
  readonly content: ToolContent | null;
  readonly issues: readonly Issue[];
} {
  const plain = toPlainJson(given);
  if (!isPlainObject(plain.value)) return { content: null, issues: withNames(plain.issues, given) };
  const issues = coerceDocument(plain.value);
  const parsed = contentSchema.safeParse(plain.value);
  if (parsed.success) issues.push(...remarks(plain.value));
  else issues.push(...schemaIssues(parsed.error.issues, plain.value));
  let content = parsed.success && isAcceptable(issues) ? documentToContent(parsed.data) : null;
  if (content !== null && isLarge(plain)) {
    issues.push(...exportIssues(content));
    if (!isAcceptable(issues)) content = null;
  }
  return { content, issues: capped(issues) };
}

/** True for what could pass the limits once it is written with every default and in its own form. */
function isLarge(plain: PlainResult): boolean {
  return plain.nodes > 0.75 * LIMITS.nodes || plain.bytes > 0.75 * LIMITS.documentBytes;
}

/** What an export of this content could not be imported again for, whatever its tool is called. */
function exportIssues(content: ToolContent): Issue[] {
  const text = (length: number): string => 'x'.repeat(length);
  const identity = {
    name: text(LIMITS.nameLength),
    version: text(LIMITS.versionLength),
    platform: text(LIMITS.platformLength),
    owner: text(LIMITS.ownerLength),
    status: 'DEPRECATED',
    enabled: true,
  } as const;
  return toPlainJson(toDocument({ ...content, ...identity })).issues;
}

function notAMapping(): Issue {
  return {
    severity: 'ERROR',
    code: 'TYPE',
    message: 'A tool definition must be a mapping of keys to values.',
    path: '',
    hint: 'Begin with: tool_name: "list-files"',
  };
}

/** What is worth knowing about a document that the schema has accepted. */
function remarks(document: PlainObject): Issue[] {
  const issues: Issue[] = [];
  unlisted(issues, document, 'platform', PLATFORMS);
  unlisted(issues, document, 'category', CATEGORIES);
  const capabilities = isPlainObject(document['capabilities']) ? Object.entries(document['capabilities']) : [];
  if (capabilities.length === 0) {
    issues.push({
      severity: 'WARNING',
      code: 'NO_CAPABILITIES',
      message: 'This tool has no capabilities: it can be seen and edited, and is never selected.',
      path: '/capabilities',
      hint: 'Write capabilities: {list_files: {description: "...", patterns: {execute: {...}}}}',
    });
  }
  for (const [name, capability] of capabilities) {
    if (!isPlainObject(capability) || !isPlainObject(capability['patterns'])) continue;
    if (Object.keys(capability['patterns']).length > 0) continue;
    issues.push({
      severity: 'WARNING',
      code: 'NO_PATTERNS',
      message: `The capability '${name}' has no patterns: it is never selected.`,
      path: jsonPointer(['capabilities', name, 'patterns']),
    });
  }
  return issues;
}

function unlisted(
  issues: Issue[],
  document: PlainObject,
  key: 'platform' | 'category',
  listed: readonly string[],
): void {
  const value = document[key];
  if (typeof value !== 'string' || listed.includes(value)) return;
  issues.push({
    severity: 'INFO',
    code: key === 'platform' ? 'PLATFORM_UNLISTED' : 'CATEGORY_UNLISTED',
    message: `'${value}' is none of the usual values of ${key}: ${listed.join(', ')}.`,
    path: `/${key}`,
  });
}

function identity(document: PlainObject): { name?: string; platform?: string; version?: string } {
  const { tool_name: name, platform, version } = document;
  return {
    ...(isText(name) && { name }),
    ...(isText(platform) && { platform }),
    ...(isText(version) && { version }),
  };
}

function isText(value: PlainJson | undefined): value is string {
  return typeof value === 'string';
}

function withNames(issues: readonly Issue[], given: unknown): Issue[] {
  return issues.map((issue) => ({ ...issue, path: namedPath(given, issue.path) }));
}

function capped(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= LIMITS.issues) return issues;
  const errorsFirst = [...issues.filter((issue) => issue.severity === 'ERROR'), ...issues];
  return [...new Set(errorsFirst)].slice(0, LIMITS.issues);
}
