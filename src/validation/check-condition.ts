import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { Issue } from '../kernel/issue.js';
import { refusedExpression, sampledFailures, unusualVariables } from './expression-issues.js';

const WHAT = 'The condition';

/**
 * What must hold of a condition: it compiles, and can be evaluated for ordinary variables. Those are all numbers; any
 * other may be a boolean, so that a condition which refers to one cannot be tried.
 */
export function checkCondition(source: string, path: string, cache: ExpressionCache): Issue[] {
  try {
    const { variables, evaluate } = cache.condition(source);
    const unusual = unusualVariables(variables, path);
    if (unusual.length > 0) return unusual;
    return sampledFailures({
      what: WHAT,
      path,
      variables,
      failure: (point) => {
        evaluate(point);
        return undefined;
      },
      codes: ['CONDITION_FAILS', 'CONDITION_FAILS_SOMETIMES'],
    });
  } catch (error) {
    return [refusedExpression(error, WHAT, path)];
  }
}
