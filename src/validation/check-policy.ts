import SearchableMap from 'minisearch/SearchableMap';
import { jsonPointer } from '../definition/json-pointer.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { Issue } from '../kernel/issue.js';
import type { Json, JsonObject } from '../kernel/json.js';
import { checkCondition } from './check-condition.js';
import type { ValidationIssueCode } from './issue-codes.js';

type ValueCheck = (value: Json, path: string, cache: ExpressionCache) => Issue[];

function invalid(path: string, needed: string, hint: string): Issue[] {
  const key = path.slice(path.lastIndexOf('/') + 1);
  return [
    {
      severity: 'ERROR',
      code: 'POLICY_VALUE_INVALID' satisfies ValidationIssueCode,
      message: `The policy's ${key} must be ${needed}.`,
      path,
      hint,
    },
  ];
}

const nonNegativeNumber: ValueCheck = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? []
    : invalid(path, 'a number of 0 or more', 'Write a plain number without quotes, or leave the key out for no limit.');

const boolean: ValueCheck = (value, path) =>
  typeof value === 'boolean'
    ? []
    : invalid(path, 'true or false', 'Write true or false without quotes, or leave the key out.');

const texts: ValueCheck = (value, path) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? []
    : invalid(path, 'a list of texts', 'Write a list, such as [production, staging], or leave the key out.');

const environments: ValueCheck = (value, path, cache) => {
  if (!Array.isArray(value) || value.length > 0) return texts(value, path, cache);
  return [
    {
      severity: 'WARNING',
      code: 'POLICY_NO_ENVIRONMENT' satisfies ValidationIssueCode,
      message: 'The list of allowed environments is empty: the pattern is never selected.',
      path,
      hint: 'Name the environments, or leave the key out to allow all.',
    },
  ];
};

const condition: ValueCheck = (value, path, cache) =>
  typeof value === 'string'
    ? checkCondition(value, path, cache)
    : invalid(path, 'a condition in quotes', 'Write a condition, such as "N > 50" or "true", or leave the key out.');

/** The keys that selection applies. Any other key is kept as it is. */
const POLICY_CHECKS: ReadonlyMap<string, ValueCheck> = new Map([
  ['requires_background_if', condition],
  ['max_cost', nonNegativeNumber],
  ['max_N_immediate', nonNegativeNumber],
  ['max_execution_time', nonNegativeNumber],
  ['max_execution_time_ms', nonNegativeNumber],
  ['requires_approval', boolean],
  ['production_safe', boolean],
  ['allowed_environments', environments],
  ['required_permissions', texts],
]);

/** Two slips of the hand turn no key into another. */
const MAX_SLIPS = 2;
const APPLIED_KEYS = SearchableMap.from([...POLICY_CHECKS.keys()].map((key) => [folded(key), key]));

/** A key that nobody applies does no harm, unless it was to be one that is: then the pattern is less safe than its author thinks. */
function unknownKey(key: string, path: string): Issue[] {
  const near = [...APPLIED_KEYS.fuzzyGet(folded(key), MAX_SLIPS)].sort(([, [, left]], [, [, right]]) => left - right);
  const [nearest] = near;
  if (nearest === undefined) return [];
  const [, [meant]] = nearest;
  return [
    {
      severity: 'WARNING',
      code: 'POLICY_KEY_MISSPELT' satisfies ValidationIssueCode,
      message: `The policy's '${key}' is kept, and not applied.`,
      path,
      hint: `Write ${meant} if that is meant.`,
    },
  ];
}

/** As it is compared: `maxCost` and `max-cost` are slips for `max_cost`, too. */
function folded(key: string): string {
  return key.toLowerCase().replaceAll(/[-_ .]/g, '');
}

/** What must hold of a pattern's policy; `path` is where the policy stands in the document. */
export function checkPolicy(policy: JsonObject, path: string, cache: ExpressionCache): Issue[] {
  return Object.entries(policy).flatMap(([key, value]) => {
    const check = POLICY_CHECKS.get(key);
    const place = `${path}${jsonPointer([key])}`;
    return check === undefined ? unknownKey(key, place) : check(value, place, cache);
  });
}
