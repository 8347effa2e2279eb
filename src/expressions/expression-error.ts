import { CatalogError } from '../kernel/errors.js';

/** Every code of an {@link ExpressionError}, with the rule that was broken. */
export const EXPRESSION_ERROR_CODES = {
  EXPRESSION_EMPTY: 'An expression has at least one number or variable.',
  EXPRESSION_SYNTAX:
    'The expression does not follow the grammar: an operand, an operator or a bracket is missing or misplaced.',
  EXPRESSION_TOO_LONG: 'An expression has at most 1,000 characters.',
  EXPRESSION_TOO_DEEP: 'Brackets, powers and "not" nest at most 32 levels deep.',
  EXPRESSION_FORBIDDEN:
    'The expression uses a character or construct outside the dialect: member access, assignment, text, lists, ^, // and the like.',
  EXPRESSION_RESERVED_NAME:
    'A name that means something else (a function, a constant, a keyword, a JavaScript internal) is used as a variable.',
  EXPRESSION_UNKNOWN_FUNCTION: 'Only log, log10, log2, sqrt, min, max, abs, ceil, floor and exp can be called.',
  EXPRESSION_ARGUMENT_COUNT: 'A function is called with too few or too many arguments.',
  EXPRESSION_TYPE:
    'A boolean stands where a number is needed, or the other way round: estimates are numbers, conditions are booleans.',
  EXPRESSION_MISSING_VARIABLE: 'A variable that the expression refers to was not given.',
  EXPRESSION_VARIABLE_TYPE:
    'A variable that the expression refers to is not a finite number (or not a boolean where one is needed).',
  EXPRESSION_VARIABLES_UNREADABLE: 'The variables are not an object that can be read.',
  EXPRESSION_DIVISION_BY_ZERO: 'The right side of / or % is 0, or 0 is raised to a negative power.',
  EXPRESSION_DOMAIN: 'A function or power has no real result for its arguments, such as log(0) or sqrt(-1).',
  EXPRESSION_OVERFLOW: 'A number in the expression, or a result on the way, is too large.',
  EXPRESSION_FAILED: 'The expression engine could not work with the expression.',
} as const;

export type ExpressionErrorCode = keyof typeof EXPRESSION_ERROR_CODES;

export interface ExpressionErrorDetails {
  readonly position?: number;
  readonly hint?: string;
  readonly missingVariables?: readonly string[];
}

/** An expression or condition that cannot be compiled, or cannot be evaluated with the variables given. */
export class ExpressionError extends CatalogError {
  override readonly name = 'ExpressionError';
  readonly code: ExpressionErrorCode;
  /** 1-based offset into the source, in UTF-16 units, when the fault has a place there. */
  readonly position: number | undefined;
  readonly hint: string | undefined;
  /** Every variable that was not given; empty unless the code is EXPRESSION_MISSING_VARIABLE. */
  readonly missingVariables: readonly string[];

  constructor(code: ExpressionErrorCode, message: string, details: ExpressionErrorDetails = {}) {
    super(message);
    this.code = code;
    this.position = details.position;
    this.hint = details.hint;
    this.missingVariables = details.missingVariables ?? [];
  }
}
