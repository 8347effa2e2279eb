import type { Issue } from '../kernel/issue.js';
import { jsonPointer } from './json-pointer.js';
import type { PlainJson, PlainObject } from './plain-json.js';
import { isPlainObject } from './plain-json.js';
import { CAPABILITY_KEYS, DEPENDENCY_KEYS, PATTERN_KEYS, TOOL_KEYS } from './tool-schema.js';

const POLICY_BOOLEANS = ['requires_approval', 'production_safe'];
const POLICY_NUMBERS = ['max_cost', 'max_execution_time', 'max_execution_time_ms', 'max_N_immediate'];
const PREFERENCES = ['speed', 'accuracy', 'cost', 'complexity', 'completeness'];

/**
 * Brings values of a mapping form to the types that the schema asks for, in place, where what is meant is beyond doubt. What
 * changes anybody's data is a WARNING; keys that are there without a value count as left out.
 */
export function coerceDocument(document: PlainObject): Issue[] {
  const coercion = new Coercion();
  coercion.tool(document);
  return coercion.issues;
}

class Coercion {
  readonly issues: Issue[] = [];

  tool(tool: PlainObject): void {
    dropNulls(tool, TOOL_KEYS);
    this.#text(tool, 'version', []);
    this.#boolean(tool, 'enabled', []);
    if (typeof tool['status'] === 'string') tool['status'] = tool['status'].toLowerCase();
    eachObject(tool['dependencies'], (dependency, index) => this.#dependency(dependency, ['dependencies', index]));
    eachMember(tool['capabilities'], (capability, name) => this.#capability(capability, ['capabilities', name]));
  }

  #dependency(dependency: PlainObject, path: readonly PropertyKey[]): void {
    dropNulls(dependency, DEPENDENCY_KEYS);
    this.#boolean(dependency, 'required', path);
    this.#text(dependency, 'version', path);
    for (const key of Object.keys(dependency)) {
      if (DEPENDENCY_KEYS.has(key)) continue;
      this.#warn(
        'UNKNOWN_KEY',
        `A dependency has no '${key}': it is left out.`,
        [...path, key],
        'Keep it in metadata if it matters.',
      );
      delete dependency[key];
    }
  }

  #capability(capability: PlainObject, path: readonly PropertyKey[]): void {
    dropNulls(capability, CAPABILITY_KEYS);
    eachMember(capability['patterns'], (pattern, name) => this.#pattern(pattern, [...path, 'patterns', name]));
  }

  #pattern(pattern: PlainObject, path: readonly PropertyKey[]): void {
    dropNulls(pattern, PATTERN_KEYS);
    for (const key of ['time_estimate_ms', 'cost_estimate']) {
      const estimate = pattern[key];
      if (typeof estimate === 'number') pattern[key] = String(estimate);
    }
    this.#number(pattern, 'complexity_score', path);
    const { policy, preference_match: preferences } = pattern;
    if (isPlainObject(policy)) {
      for (const key of POLICY_BOOLEANS) this.#boolean(policy, key, path, 'policy');
      for (const key of POLICY_NUMBERS) this.#number(policy, key, path, 'policy');
    }
    if (isPlainObject(preferences)) {
      for (const key of PREFERENCES) this.#number(preferences, key, path, 'preference_match');
    }
    for (const list of ['required_inputs', 'optional_inputs']) {
      eachObject(pattern[list], (input, index) => this.#input(input, [...path, list, index]));
    }
  }

  #input(input: PlainObject, path: readonly PropertyKey[]): void {
    this.#boolean(input, 'required', path);
    const type = input['type'];
    if (type !== 'boolean' && type !== 'bool') return;
    this.#boolean(input, 'default', path);
    for (const list of ['allowed_values', 'examples']) {
      const values = input[list];
      if (!Array.isArray(values)) continue;
      for (let index = 0; index < values.length; index++) this.#boolean(values, index, path, list);
    }
  }

  #text(holder: PlainObject, key: string, path: readonly PropertyKey[]): void {
    const value = holder[key];
    if (typeof value !== 'number') return;
    holder[key] = String(value);
    this.issues.push(versionNumber(String(value), jsonPointer([...path, key])));
  }

  #boolean(holder: PlainObject | PlainJson[], key: PropertyKey, path: readonly PropertyKey[], within?: string): void {
    const values = holder as Record<PropertyKey, PlainJson | undefined>;
    const value = values[key];
    if (typeof value !== 'string') return;
    const meant = /^(?:true|false)$/i.test(value) ? value.toLowerCase() === 'true' : undefined;
    if (meant === undefined) return;
    values[key] = meant;
    this.#coerced(value, meant, path, within, key);
  }

  #number(holder: PlainObject, key: string, path: readonly PropertyKey[], within?: string): void {
    const value = holder[key];
    if (typeof value !== 'string' || !/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return;
    const meant = Number(value);
    if (!Number.isSafeInteger(Math.trunc(meant))) return;
    holder[key] = meant === 0 ? 0 : meant;
    this.#coerced(value, meant, path, within, key);
  }

  #coerced(
    text: string,
    meant: boolean | number,
    path: readonly PropertyKey[],
    within: string | undefined,
    key: PropertyKey,
  ): void {
    const place = within === undefined ? [...path, key] : [...path, within, key];
    const code = typeof meant === 'boolean' ? 'COERCED_BOOLEAN' : 'COERCED_NUMBER';
    this.#warn(code, `The text "${text}" is taken as ${meant}.`, place, `Write it without quotes: ${meant}`);
  }

  #warn(code: string, message: string, path: readonly PropertyKey[], hint: string): void {
    this.issues.push({ severity: 'WARNING', code, message, path: jsonPointer(path), hint });
  }
}

/** The warning about a version that is a number. */
export function versionNumber(text: string, path: string): Issue {
  return {
    severity: 'WARNING',
    code: 'VERSION_NUMBER',
    message: `The version is a number; it is taken as the text "${text}".`,
    path,
    hint: `Write it in quotes, "${text}": a number has no trailing zeros.`,
  };
}

function dropNulls(holder: PlainObject, keys: ReadonlySet<string>): void {
  for (const key of Object.keys(holder)) {
    if (holder[key] === null && keys.has(key)) delete holder[key];
  }
}

function eachObject(list: PlainJson | undefined, visit: (item: PlainObject, index: number) => void): void {
  if (!Array.isArray(list)) return;
  for (const [index, item] of list.entries()) if (isPlainObject(item)) visit(item, index);
}

function eachMember(mapping: PlainJson | undefined, visit: (member: PlainObject, name: string) => void): void {
  if (!isPlainObject(mapping)) return;
  for (const [name, member] of Object.entries(mapping)) if (isPlainObject(member)) visit(member, name);
}
