import { ExpressionError } from '../expressions/expression-error.js';
import type { Issue } from '../kernel/issue.js';
import type { ValidationIssueCode } from './issue-codes.js';
import { ORDINARY_VARIABLES, ordinaryPoints, type Point } from './ordinary-variables.js';

const SHOWN_VALUES = 5;

/** The issue for an expression that does not compile. */
export function refusedExpression(error: unknown, what: string, path: string): Issue {
  if (!(error instanceof ExpressionError)) throw error;
  return {
    severity: 'ERROR',
    code: error.code,
    message: `${what} cannot be used: ${error.message}`,
    path,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

/** One INFO for all the variables that requests do not usually carry. */
export function unusualVariables(variables: readonly string[], path: string): Issue[] {
  const unusual = variables.filter((name) => !ORDINARY_VARIABLES.has(name));
  if (unusual.length === 0) return [];
  const names = unusual.map((name) => `'${name}'`).join(', ');
  const similar = [...ORDINARY_VARIABLES].find((known) =>
    unusual.some((name) => name.toLowerCase() === known.toLowerCase()),
  );
  return [
    {
      severity: 'INFO',
      code: 'EXPRESSION_UNUSUAL_VARIABLE' satisfies ValidationIssueCode,
      message: `Requests do not usually carry ${names}: without a value the pattern is not selected.`,
      path,
      hint:
        similar === undefined
          ? `Usual variables: ${[...ORDINARY_VARIABLES].join(', ')}.`
          : `Did you mean '${similar}'?`,
    },
  ];
}

function shownPoint(point: Point): string {
  const entries = Object.entries(point);
  const shown = entries.slice(0, SHOWN_VALUES).map(([name, value]) => `${name} = ${value}`);
  if (entries.length > SHOWN_VALUES) shown.push('...');
  return `with ${shown.join(', ')}`;
}

function failureAt(point: Point, failure: (point: Point) => string | undefined): string | undefined {
  try {
    return failure(point);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message.replace(/\.$/, '');
    throw error;
  }
}

export interface Sampling {
  readonly what: string;
  readonly path: string;
  readonly variables: readonly string[];
  /** Evaluates at a point; gives what is wrong with the result, if anything. */
  readonly failure: (point: Point) => string | undefined;
  /** The code when it fails for most ordinary inputs, and when it fails for some. */
  readonly codes: readonly [most: ValidationIssueCode, some: ValidationIssueCode];
}

/** Tries an expression with ordinary values: an ERROR when it fails for most of them, a WARNING when for some. */
export function sampledFailures({ what, path, variables, failure, codes }: Sampling): Issue[] {
  const points = ordinaryPoints(variables);
  const failures = points.flatMap((point) => {
    const reason = failureAt(point, failure);
    return reason === undefined ? [] : [{ point, reason }];
  });
  const [first] = failures;
  if (first === undefined) return [];
  // Half the points may be out of an honest expression's reach: exp(N) overflows for large N, N - 50 is negative for small.
  const most = failures.length > points.length / 2;
  return [
    {
      severity: most ? 'ERROR' : 'WARNING',
      code: codes[most ? 0 : 1],
      message:
        variables.length === 0
          ? `${what} always fails: ${first.reason}.`
          : `${what} fails for ${failures.length} of ${points.length} ordinary inputs, for example ${shownPoint(first.point)}: ${first.reason}.`,
      path,
      hint: 'Keep it within bounds with max, as in max(0, x) or 100 / max(1, N - 1).',
    },
  ];
}
