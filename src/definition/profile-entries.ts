import type { Issue } from '../kernel/issue.js';
import { jsonPointer } from './json-pointer.js';

/** One definition within a YAML document. */
export interface DocumentEntry {
  readonly document: unknown;
  /** Where a path of this definition stands in the YAML document. */
  readonly sourcePath: (path: string) => string;
  /** What is to be said about the entry beyond its own definition. */
  readonly issues: readonly Issue[];
}

const ASSUMED = { platform: 'custom', category: 'automation' } as const;
const SHARED_KEYS = ['version', 'platform', 'category'];

/**
 * The tools of a file that holds many under `tools`, by name. They share the file's version, platform and category; a platform or
 * category that is named nowhere is assumed, with a warning. Null for a document that is no such file.
 */
export function profileEntries(document: unknown): DocumentEntry[] | null {
  if (!isObject(document) || 'tool_name' in document || 'name' in document || !isObject(document['tools'])) return null;
  const unused = Object.keys(document).filter((key) => key !== 'tools' && !SHARED_KEYS.includes(key));
  return Object.entries(document['tools']).map(([name, body], index) => {
    const prefix = jsonPointer(['tools', name]);
    const own = isObject(body) ? body : {};
    const issues = index === 0 ? unused.map(unusedKey) : [];
    const shared: Record<string, unknown> = { tool_name: name };
    for (const key of SHARED_KEYS) if (document[key] !== undefined) shared[key] = document[key];
    for (const key of ['platform', 'category'] as const) {
      if (key in own || key in shared) continue;
      shared[key] = ASSUMED[key];
      issues.push(assumption(key));
    }
    return {
      document: isObject(body) ? { ...shared, ...own } : body,
      sourcePath: (path) => {
        if (path === '/tool_name' && !('tool_name' in own)) return prefix;
        const key = path.slice(1);
        return SHARED_KEYS.includes(key) && !(key in own) && key in document ? path : prefix + path;
      },
      issues,
    };
  });
}

function assumption(key: 'platform' | 'category'): Issue {
  return {
    severity: 'WARNING',
    code: key === 'platform' ? 'PLATFORM_ASSUMED' : 'CATEGORY_ASSUMED',
    message: `Neither the tool nor its file names a ${key}: it is taken to be '${ASSUMED[key]}'.`,
    path: `/${key}`,
    hint: `Write ${key}: "${ASSUMED[key]}" in the tool or at the root of the file.`,
  };
}

function unusedKey(key: string): Issue {
  return {
    severity: 'WARNING',
    code: 'UNKNOWN_KEY',
    message: `The file's key '${key}' belongs to none of its tools: it is left out.`,
    path: '',
    hint: 'Move it into the tools that it is about.',
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
