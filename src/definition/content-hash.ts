import { canonicalJson } from '../kernel/json.js';
import { sha256Hex } from '../kernel/sha256.js';
import { contentDocument } from './to-document.js';
import type { ToolContent } from './tool-definition.js';

/**
 * Identifies content: SHA-256 over the canonical JSON of description, category, defaults, dependencies, metadata, extensions
 * and capabilities, these and their patterns by name. Equal content has an equal hash, whatever its name, version, status,
 * enabled and owner, and whatever the order of keys, capabilities and patterns.
 */
export function contentHash(content: ToolContent): string {
  return sha256Hex(canonicalJson(contentDocument(content)));
}
