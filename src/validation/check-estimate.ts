import type { CompiledExpression } from '../expressions/compile-expression.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import { ExpressionError } from '../expressions/expression-error.js';
import type { Issue } from '../kernel/issue.js';
import type { ValidationIssueCode } from './issue-codes.js';
import { ORDINARY_VARIABLES, ordinaryPoints } from './ordinary-variables.js';

const SHOWN_VALUES = 5;

function uncompiled(error: unknown, what: string, path: string): Issue {
  if (!(error instanceof ExpressionError)) throw error;
  return {
    severity: 'ERROR',
    code: error.code,
    message: `${what} cannot be used: ${error.message}`,
    path,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

function unusualVariables(variables: readonly string[], path: string): Issue[] {
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

/** Why an estimate fails at a point; undefined when it does not. */
function failureAt(expression: CompiledExpression, point: Readonly<Record<string, number>>): string | undefined {
  try {
    const value = expression.evaluate(point);
    return value >= 0 ? undefined : `it gives ${value}, and an estimate is never negative`;
  } catch (error) {
    if (error instanceof ExpressionError) return error.message.replace(/\.$/, '');
    throw error;
  }
}

function shownPoint(point: Readonly<Record<string, number>>): string {
  const entries = Object.entries(point);
  const shown = entries.slice(0, SHOWN_VALUES).map(([name, value]) => `${name} = ${value}`);
  if (entries.length > SHOWN_VALUES) shown.push('...');
  return shown.length === 0 ? 'always' : `with ${shown.join(', ')}`;
}

function sampledFailures(expression: CompiledExpression, what: string, path: string): Issue[] {
  const points = ordinaryPoints(expression.variables);
  const failures = points.flatMap((point) => {
    const reason = failureAt(expression, point);
    return reason === undefined ? [] : [{ point, reason }];
  });
  const [first] = failures;
  if (first === undefined) return [];
  // Half the points may be out of an honest expression's reach: exp(N) overflows for large N, N - 50 is negative for small.
  const fails = failures.length > points.length / 2;
  return [
    {
      severity: fails ? 'ERROR' : 'WARNING',
      code: (fails ? 'ESTIMATE_FAILS' : 'ESTIMATE_FAILS_SOMETIMES') satisfies ValidationIssueCode,
      message: `${what} fails for ${failures.length} of ${points.length} ordinary inputs: ${shownPoint(first.point)}: ${first.reason}.`,
      path,
      hint: 'Keep it within bounds with max, as in max(0, x) or 100 / max(1, N - 1).',
    },
  ];
}

/** What must hold of an estimate: it compiles, and gives a finite number of 0 or more for ordinary variables. */
export function checkEstimate(source: string, path: string, cache: ExpressionCache): Issue[] {
  const what = 'The estimate';
  try {
    const expression = cache.expression(source);
    return [...sampledFailures(expression, what, path), ...unusualVariables(expression.variables, path)];
  } catch (error) {
    return [uncompiled(error, what, path)];
  }
}

/** What must hold of a condition: it compiles. */
export function checkCondition(source: string, path: string, cache: ExpressionCache): Issue[] {
  try {
    return unusualVariables(cache.condition(source).variables, path);
  } catch (error) {
    return [uncompiled(error, 'The condition', path)];
  }
}
