import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { Issue } from '../kernel/issue.js';
import { refusedExpression, sampledFailures, unusualVariables } from './expression-issues.js';

const WHAT = 'The estimate';

/** What must hold of an estimate: it compiles, and gives a finite number of 0 or more for ordinary variables. */
export function checkEstimate(source: string, path: string, cache: ExpressionCache): Issue[] {
  try {
    const { variables, evaluate } = cache.expression(source);
    const failures = sampledFailures({
      what: WHAT,
      path,
      variables,
      failure: (point) => {
        const value = evaluate(point);
        return value >= 0 ? undefined : `it gives ${value}, and an estimate is never negative`;
      },
      codes: ['ESTIMATE_FAILS', 'ESTIMATE_FAILS_SOMETIMES'],
    });
    return [...failures, ...unusualVariables(variables, path)];
  } catch (error) {
    return [refusedExpression(error, WHAT, path)];
  }
}
