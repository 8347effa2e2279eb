import type { Issue } from '../kernel/issue.js';
import { interpretDocument } from './interpret-document.js';
import type { ToolDefinition } from './tool-definition.js';

export interface ReadResult {
  /** Null exactly when one of the issues is an ERROR. */
  readonly definition: ToolDefinition | null;
  /** Paths are JSON Pointers into the mapping form of the document, by the names of capabilities and patterns. */
  readonly issues: readonly Issue[];
}

/**
 * Reads a tool's definition from a plain value, as a YAML or JSON parser gives it. Takes the mapping form, lists of
 * capabilities and patterns, and definitions without capabilities. Never throws, whatever it is given.
 */
export function readDocument(document: unknown): ReadResult {
  const { definition, issues } = interpretDocument(document);
  return { definition, issues };
}
