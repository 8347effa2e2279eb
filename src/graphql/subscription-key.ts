import { type DocumentNode, getOperationAST, Kind, visit } from 'graphql';
import { sha256Hex } from '../kernel/sha256.js';

export interface SubscribedOperation {
  readonly document: DocumentNode;
  /** The text of the document. */
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Arguments that say only where a stream begins, not what it says from there on. */
const BEGINNINGS: ReadonlySet<string> = new Set(['after', 'snapshot']);

/**
 * Equal for subscriptions that say the same from any common position on.
 *
 * @param visibility what decides which tools and fields may be seen.
 */
export function subscriptionKey(operation: SubscribedOperation, visibility: readonly string[]): string {
  const { query, operationName, variables } = operation;
  const beginnings = beginningVariables(operation);
  const others = Object.entries(variables).filter(([name]) => !beginnings.has(name));
  others.sort(([left], [right]) => (left < right ? -1 : 1));
  return sha256Hex(JSON.stringify([visibility, query, operationName, others]));
}

/** Variables that stand for a beginning and are used for nothing else. */
function beginningVariables({ document, operationName }: SubscribedOperation): ReadonlySet<string> {
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      uses.set(name.value, (uses.get(name.value) ?? 0) + 1);
    },
  });
  const beginnings = new Set<string>();
  for (const field of getOperationAST(document, operationName)?.selectionSet.selections ?? []) {
    if (field.kind !== Kind.FIELD) continue;
    for (const { name, value } of field.arguments ?? []) {
      if (!BEGINNINGS.has(name.value) || value.kind !== Kind.VARIABLE) continue;
      if (uses.get(value.name.value) === 1) beginnings.add(value.name.value);
    }
  }
  return beginnings;
}
