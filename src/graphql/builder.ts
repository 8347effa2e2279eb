import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { ROLES, type Role } from '../access/principal.js';
import type PrismaTypes from '../database/generated/pothos-types.js';
import { getDatamodel } from '../database/generated/pothos-types.js';
import { ForbiddenError } from '../kernel/errors.js';
import type { Json } from '../kernel/json.js';
import { type GraphqlContext, refusalOf } from './context.js';
import { fieldCost } from './cost.js';
import { PAGE_ARGUMENTS } from './page-arguments.js';
import { catalogPositionScalar, dateTimeScalar, jsonScalar, safeIntScalar } from './scalars.js';

export interface CatalogSchemaTypes {
  Context: GraphqlContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  AuthScopes: {
    /** Any principal. */
    authenticated: boolean;
    /** A principal of at least this role. */
    role: Role;
  };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: string | Date };
    /** A null is no value where one is required, and stands for a field left out elsewhere. */
    JSON: { Input: Exclude<Json, null>; Output: unknown };
    SafeInt: { Input: number; Output: number | bigint };
    CatalogPosition: { Input: string; Output: string };
  };
}

const RELAY_OPTIONS = {
  cursorType: 'String',
  nodesQueryOptions: false,
  idFieldOptions: { description: 'Opaque: give it to `node`.' },
  nodeTypeOptions: { description: 'Anything that can be fetched again by its id.' },
  nodeQueryOptions: {
    nullable: true,
    description: 'The object with this id; null where the caller sees none.',
    args: { id: { description: 'From the field `id` of a node.' } },
  },
  edgesFieldOptions: { nullable: { list: false, items: false }, description: 'The page with its cursors.' },
  nodesOnConnection: { description: 'The page without its cursors.' },
  nodeFieldOptions: { nullable: false, description: 'What is in this place.' },
  cursorFieldOptions: { description: 'For `after` and `before`.' },
  pageInfoFieldOptions: { description: 'Whether there is more before and after.' },
  pageInfoTypeOptions: { description: 'Whether there is more before and after a page.' },
  hasNextPageFieldOptions: { description: 'Whether there is more after this page.' },
  hasPreviousPageFieldOptions: { description: 'Whether there is more before this page.' },
  startCursorFieldOptions: { description: 'The first cursor of this page.' },
  endCursorFieldOptions: { description: 'The last cursor of this page: give it as `after` for the next one.' },
  firstArgOptions: { description: PAGE_ARGUMENTS.first },
  afterArgOptions: { description: PAGE_ARGUMENTS.after },
  lastArgOptions: { description: PAGE_ARGUMENTS.last },
  beforeArgOptions: { description: PAGE_ARGUMENTS.before },
} as const;

/** A builder that knows the catalog's scalars and who may call what; the features add their types to it. */
export function createSchemaBuilder() {
  const builder = new SchemaBuilder<CatalogSchemaTypes>({
    defaultFieldNullability: false,
    plugins: [ErrorsPlugin, ScopeAuthPlugin, ComplexityPlugin, RelayPlugin, DataloaderPlugin, PrismaPlugin],
    errors: { directResult: true },
    // The cost of the whole operation is checked once before it starts (operation-limits.ts), not at each root field.
    complexity: { disabled: true, fieldComplexity: (args, _context, field) => fieldCost(args, field) },
    relay: RELAY_OPTIONS,
    prisma: {
      // Every read gives its own transaction, which runs as a tenant; this client sees no rows, so a forgotten one answers nothing.
      client: (context) => context.services.database.app,
      dmmf: getDatamodel(),
      onUnusedQuery: null,
    },
    scopeAuth: {
      authorizeOnSubscribe: true,
      authScopes: ({ principal }) => ({
        authenticated: principal !== null,
        role: (role) => principal !== null && ROLES.indexOf(principal.role) >= ROLES.indexOf(role),
      }),
      unauthorizedError: (_parent, context, info) =>
        context.principal === null
          ? refusalOf(context)
          : new ForbiddenError(`${info.fieldName} is not open to the role ${context.principal.role}.`),
    },
  });
  builder.addScalarType('DateTime', dateTimeScalar);
  builder.addScalarType('JSON', jsonScalar);
  builder.addScalarType('SafeInt', safeIntScalar);
  builder.addScalarType('CatalogPosition', catalogPositionScalar);
  builder.queryType({
    description: 'Reading. Answers come from memory and go on while the database is away.',
    authScopes: { authenticated: true },
  });
  builder.mutationType({
    description:
      'Changing. Expected failures are members of the result unions; refusals are errors with `extensions.code`.',
    authScopes: { authenticated: true },
  });
  builder.subscriptionType({
    description: 'Live updates, over a websocket (graphql-transport-ws) or server-sent events.',
    authScopes: { authenticated: true },
  });
  return builder;
}

export type CatalogSchemaBuilder = ReturnType<typeof createSchemaBuilder>;

/** The builder's own types, for refs that are handed from one feature to another. */
export type CatalogTypes = CatalogSchemaBuilder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;
