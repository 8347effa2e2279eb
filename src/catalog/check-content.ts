import type { ReadResult } from '../definition/read-document.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import { ValidationError } from '../kernel/errors.js';
import { type Issue, isAcceptable } from '../kernel/issue.js';
import { checkDefinition } from '../validation/check-definition.js';

/** Everything that must hold before a definition is stored: its shape, and what its expressions and policies say. */
function checkRead(read: ReadResult, expressions: ExpressionCache): ReadResult {
  if (!read.definition) return read;
  const issues: readonly Issue[] = [...read.issues, ...checkDefinition(read.definition, expressions)];
  return { definition: isAcceptable(issues) ? read.definition : null, issues };
}

/** @throws ValidationError with every issue, when one of them refuses the definition. */
export function requireValid(read: ReadResult, expressions: ExpressionCache): ToolDefinition {
  const { definition, issues } = checkRead(read, expressions);
  if (definition) return definition;
  const errors = issues.filter((issue) => issue.severity === 'ERROR');
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new ValidationError(
    `The definition cannot be stored: ${first ? `${first.path || '/'}: ${first.message}` : 'it cannot be read.'}${more}`,
    issues,
  );
}
