/** Every code of an issue about a selection request, with the rule that it breaks. */
export const SELECTION_ISSUE_CODES = {
  SELECTION_CAPABILITY_MISSING: 'A request names at least one capability.',
  SELECTION_VALUE_INVALID: 'A value of the request has the wrong type or is out of bounds.',
  SELECTION_VARIABLE_INVALID: 'A context variable is a finite number or a boolean, and N is a number of 0 or more.',
  SELECTION_TOO_LARGE: 'A text or a list of the request is longer than allowed.',
} as const;

export type SelectionIssueCode = keyof typeof SELECTION_ISSUE_CODES;
