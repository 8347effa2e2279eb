import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../view/tool-page.js';

/** Capabilities a tool and patterns a capability are taken to have. */
const TYPICAL_LIST_LENGTH = 3;
/** A whole tool with its patterns costs about 200, so a full page of whole tools fits, and three nested pages do not. */
export const MAX_OPERATION_COST = 100_000;

interface PageSize {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
}

/** What one field costs: 1, and a page as many times its selection as it may hold nodes. */
export function fieldCost(
  args: PageSize,
  field: Pick<GraphQLField<unknown, unknown>, 'name' | 'args' | 'type'>,
): { field: number; multiplier: number } {
  if (field.args.some((arg) => arg.name === 'first')) {
    const pageSize = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
    return { field: 1, multiplier: Math.max(1, pageSize) };
  }
  // The connection around them has counted the page already.
  if (field.name === 'nodes' || field.name === 'edges') return { field: 1, multiplier: 1 };
  const isList = isListType(getNullableType(field.type)) && !isLeafType(getNamedType(field.type));
  return { field: 1, multiplier: isList ? TYPICAL_LIST_LENGTH : 1 };
}

/** An operation as it is about to run. */
export interface CostedOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
  readonly context: object;
}

/**
 * Number of fields that the operation may have to resolve.
 * @throws GraphQLError when the variables do not fit.
 */
export function operationCost({ schema, document, operation, variables, context }: CostedOperation): number {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  // The document may hold other operations, and the first one counts.
  const single: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  return complexityFromQuery(single, { schema, variables, ctx: context }).complexity;
}
