import type { Json, JsonObject } from '../kernel/json.js';

/** What selection applies of a pattern's policy. Null and false where the policy says nothing. */
export interface SelectionPolicy {
  readonly maxCost: number | null;
  /** True only where the policy says that it is not. */
  readonly unsafeInProduction: boolean;
  readonly allowedEnvironments: readonly string[] | null;
  readonly requiredPermissions: readonly string[];
  readonly requiresApproval: boolean;
  /** A condition. */
  readonly backgroundIf: string | null;
  readonly maxImmediateItems: number | null;
  /** Keys whose value has not the type that it must have. What forbids something nobody can read, so nothing passes it. */
  readonly unreadableKeys: readonly string[];
}

/** Reads a policy whatever it holds: definitions are checked before they are stored, and not every store was always kept so. */
export function readPolicy(policy: JsonObject): SelectionPolicy {
  const unreadableKeys: string[] = [];
  const read = <T>(key: string, fits: (value: Json) => value is Json & T): T | null => {
    const value = Object.hasOwn(policy, key) ? policy[key] : null;
    if (value === undefined || value === null) return null;
    if (fits(value)) return value;
    unreadableKeys.push(key);
    return null;
  };
  return {
    maxCost: read('max_cost', isNumber),
    unsafeInProduction: read('production_safe', isBoolean) === false,
    allowedEnvironments: read('allowed_environments', isTexts),
    requiredPermissions: read('required_permissions', isTexts) ?? [],
    requiresApproval: read('requires_approval', isBoolean) ?? false,
    backgroundIf: read('requires_background_if', isText),
    maxImmediateItems: read('max_N_immediate', isNumber),
    unreadableKeys,
  };
}

const isNumber = (value: Json): value is number => typeof value === 'number' && Number.isFinite(value);
const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isText = (value: Json): value is string => typeof value === 'string';
const isTexts = (value: Json): value is readonly string[] => Array.isArray(value) && value.every(isText);
