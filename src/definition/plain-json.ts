import type { Issue } from '../kernel/issue.js';
import { isStorable } from '../kernel/storable.js';
import { jsonPointer } from './json-pointer.js';
import { LIMITS } from './limits.js';

/** A JSON value that belongs to its reader alone and may be changed in place. */
export type PlainJson = null | boolean | number | string | PlainJson[] | PlainObject;
export interface PlainObject {
  [key: string]: PlainJson;
}

/** Keys that no object of a definition may have: they reach prototypes, or mean a merge to other YAML readers. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<']);

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The copy, or undefined where an issue stands in its way. */
export interface PlainResult {
  readonly value: PlainJson | undefined;
  readonly issues: Issue[];
  /** Upper bound of the value's size as YAML. */
  readonly bytes: number;
  /** Values and keys. */
  readonly nodes: number;
}

const STOPPED = Symbol('stopped');

/**
 * Copies any value into plain JSON, or says why it is none: what is not JSON, too deep, too many or too large, forbidden keys,
 * text that PostgreSQL cannot store. Never throws; cycles end at the depth limit. -0 becomes 0, undefined members are left out.
 */
export function toPlainJson(input: unknown): PlainResult {
  const walk = new PlainWalk();
  try {
    const value = walk.copy(input, 1);
    return {
      value: walk.issues.length === 0 ? value : undefined,
      issues: walk.issues,
      bytes: walk.bytes,
      nodes: walk.nodes,
    };
  } catch (error) {
    if (error !== STOPPED) walk.report('NOT_JSON', 'This value cannot be read.');
    return { value: undefined, issues: walk.issues, bytes: walk.bytes, nodes: walk.nodes };
  }
}

class PlainWalk {
  readonly issues: Issue[] = [];
  bytes = 0;
  nodes = 0;
  readonly #path: PropertyKey[] = [];

  copy(value: unknown, depth: number): PlainJson {
    this.#count(2 * depth + 8);
    switch (typeof value) {
      case 'string':
        this.#countText(value, depth);
        return value;
      case 'number':
        return this.#number(value);
      case 'boolean':
        return value;
      case 'object':
        if (value === null) return null;
        if (depth > LIMITS.depth) {
          this.#stop('TOO_DEEP', `Objects and lists may be nested ${LIMITS.depth} levels deep, not deeper.`);
        }
        return Array.isArray(value) ? this.#list(value, depth) : this.#object(value, depth);
      default:
        this.report('NOT_JSON', `A ${typeof value} is no JSON value.`);
        return null;
    }
  }

  report(code: string, message: string, hint?: string): void {
    const path = jsonPointer(this.#path);
    this.issues.push({ severity: 'ERROR', code, message, path, ...(hint !== undefined && { hint }) });
    if (this.issues.length >= LIMITS.issues) throw STOPPED;
  }

  #stop(code: string, message: string): never {
    this.report(code, message);
    throw STOPPED;
  }

  #list(list: readonly unknown[], depth: number): PlainJson[] {
    const copies: PlainJson[] = [];
    for (let index = 0; index < list.length; index++) {
      this.#path.push(index);
      copies.push(this.copy(list[index], depth + 1));
      this.#path.pop();
    }
    return copies;
  }

  #object(source: object, depth: number): PlainObject {
    const tag = Object.prototype.toString.call(source);
    if (tag !== '[object Object]') {
      this.report('NOT_JSON', `${tag.slice(8, -1)} is no JSON value.`, 'Write it as text.');
      return {};
    }
    const copies: PlainObject = {};
    for (const key of Object.keys(source)) {
      const member = (source as Record<string, unknown>)[key];
      if (member === undefined) continue;
      this.#path.push(key);
      if (this.#keyIsFine(key, depth)) copies[key] = this.copy(member, depth + 1);
      this.#path.pop();
    }
    return copies;
  }

  #keyIsFine(key: string, depth: number): boolean {
    this.#count(4);
    if (FORBIDDEN_KEYS.has(key)) {
      this.report('KEY_FORBIDDEN', `The key '${key}' is not allowed.`, 'Give it another name.');
      return false;
    }
    if (key.length > LIMITS.keyLength) {
      this.report('KEY_TOO_LONG', `A key may have ${LIMITS.keyLength} characters; this one has ${key.length}.`);
      return false;
    }
    if (COMPOSABLE.test(key) && key !== key.normalize('NFC')) {
      this.report('KEY_FORM', `The key '${key}' is not in Unicode's composed form.`, 'Write it in normal form C.');
      return false;
    }
    this.#countText(key, depth);
    return true;
  }

  #number(value: number): number {
    if (!Number.isFinite(value)) this.report('NUMBER_RANGE', `${value} is no number that JSON can hold.`);
    else if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      this.report('NUMBER_RANGE', 'A number beyond 2^53 - 1 would lose digits.', 'Write it in quotes, as text.');
    }
    return value === 0 ? 0 : value;
  }

  #countText(text: string, depth: number): void {
    const bytes = yamlTextBytes(text, 2 * depth);
    if (bytes < 0) {
      this.report('TEXT_INVALID', 'Text may hold neither the character U+0000 nor half of a surrogate pair.');
    } else this.#countBytes(bytes);
  }

  #count(bytes: number): void {
    this.nodes++;
    if (this.nodes > LIMITS.nodes) {
      this.#stop('TOO_MANY_NODES', `A definition may hold ${LIMITS.nodes} keys and values, not more.`);
    }
    this.#countBytes(bytes);
  }

  #countBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > LIMITS.documentBytes) {
      this.#stop('TOO_LARGE', 'A definition may take 1 MiB as YAML, not more.');
    }
  }
}

/** Only keys beyond ASCII can be written in several ways that look the same. */
const COMPOSABLE = /\P{ASCII}/u;

/** Upper bound of a text's bytes in YAML, where every line costs an indent; -1 for text that cannot be stored. */
function yamlTextBytes(text: string, indent: number): number {
  let bytes = 0;
  let plain = true;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x7f) bytes += unit === 0x22 || unit === 0x5c ? 2 : 1;
    else {
      plain = false;
      bytes += unusualBytes(unit, indent);
    }
  }
  return plain || isStorable(text) ? bytes : -1;
}

/** Half of a surrogate pair costs half of the pair's four bytes; control characters and line separators are escaped. */
function unusualBytes(unit: number, indent: number): number {
  if (unit === 0x0a) return indent;
  if (unit < 0xa0) return 6;
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 2;
  return unit === 0x2028 || unit === 0x2029 || unit === 0xfeff || unit >= 0xfffe ? 6 : 3;
}
