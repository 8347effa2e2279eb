import { EXPRESSION_ERROR_CODES } from '../expressions/expression-error.js';

/**
 * The codes of the issues that `checkDefinition` finds, each with the rule behind it. Documentation is made from this.
 * The codes of expressions are those of ExpressionError: an expression that does not compile is an ERROR with its code.
 */
export const VALIDATION_ISSUE_CODES = {
  ...EXPRESSION_ERROR_CODES,
  EXPRESSION_UNUSUAL_VARIABLE:
    'INFO: an expression refers to variables that requests do not usually carry; they must be given by name.',
  ESTIMATE_FAILS: 'ERROR: an estimate fails or is negative for most ordinary values of its variables.',
  ESTIMATE_FAILS_SOMETIMES: 'WARNING: an estimate fails or is negative for some ordinary values of its variables.',
  CONDITION_FAILS: 'ERROR: a condition fails for most ordinary values of its variables, as a bare N does.',
  CONDITION_FAILS_SOMETIMES: 'WARNING: a condition fails for some ordinary values of its variables.',
  POLICY_VALUE_INVALID: 'ERROR: a policy value that the catalog applies has the wrong type, or is a negative number.',
  POLICY_KEY_MISSPELT:
    'WARNING: a policy has a key that the catalog does not apply, and that is spelt nearly as one that it does.',
  POLICY_NO_ENVIRONMENT: 'WARNING: a policy allows no environment at all, so that its pattern is never selected.',
  PREFERENCE_NOT_A_NUMBER: 'ERROR: a value of preference_match is not a number.',
  PREFERENCE_OUT_OF_RANGE: 'WARNING: a value of preference_match is outside 0 to 1; selection clamps it.',
} as const;

export type ValidationIssueCode = keyof typeof VALIDATION_ISSUE_CODES;
