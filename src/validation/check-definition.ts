import { jsonPointer } from '../definition/json-pointer.js';
import type { PatternDefinition, ToolDefinition } from '../definition/tool-definition.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { Issue } from '../kernel/issue.js';
import type { JsonObject } from '../kernel/json.js';
import { checkEstimate } from './check-estimate.js';
import { checkPolicy } from './check-policy.js';
import type { ValidationIssueCode } from './issue-codes.js';

function checkPreferenceMatch(preferenceMatch: JsonObject, path: string): Issue[] {
  return Object.entries(preferenceMatch).flatMap(([key, value]): Issue[] => {
    const valuePath = path + jsonPointer([key]);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return [
        {
          severity: 'ERROR',
          code: 'PREFERENCE_NOT_A_NUMBER' satisfies ValidationIssueCode,
          message: `'${key}' of preference_match must be a number from 0 to 1.`,
          path: valuePath,
          hint: 'Write a plain number without quotes, such as 0.8, or leave the key out.',
        },
      ];
    }
    if (value >= 0 && value <= 1) return [];
    return [
      {
        severity: 'WARNING',
        code: 'PREFERENCE_OUT_OF_RANGE' satisfies ValidationIssueCode,
        message: `'${key}' of preference_match is ${value}; selection takes it as ${value < 0 ? 0 : 1}.`,
        path: valuePath,
        hint: 'Give a number from 0 (poor) to 1 (excellent).',
      },
    ];
  });
}

function checkPattern(pattern: PatternDefinition, path: string, cache: ExpressionCache): Issue[] {
  return [
    ...checkEstimate(pattern.timeEstimateMs, `${path}/time_estimate_ms`, cache),
    ...checkEstimate(pattern.costEstimate, `${path}/cost_estimate`, cache),
    ...checkPolicy(pattern.policy, `${path}/policy`, cache),
    ...checkPreferenceMatch(pattern.preferenceMatch, `${path}/preference_match`),
  ];
}

/**
 * What must hold before a definition is stored, beyond its shape: expressions and conditions compile, estimates give
 * finite numbers of 0 or more for ordinary variables, policies and preferences have values that selection can apply.
 *
 * @returns the issues in the order of the document, with JSON Pointers into its snake_case mapping form
 */
export function checkDefinition(definition: ToolDefinition, cache: ExpressionCache): Issue[] {
  return definition.capabilities.flatMap((capability) =>
    capability.patterns.flatMap((pattern) =>
      checkPattern(pattern, jsonPointer(['capabilities', capability.name, 'patterns', pattern.name]), cache),
    ),
  );
}
