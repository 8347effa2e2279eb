import type { GraphQLSchema } from 'graphql';
import { addAccess } from '../access/access-graphql.js';
import { addAudit } from '../audit/audit-graphql.js';
import { addCatalog } from '../catalog/catalog-graphql.js';
import { addImport } from '../catalog/import-graphql.js';
import { addToolSelection } from '../catalog/select-tool-graphql.js';
import { addDefinitionInputs, addToolFilter } from '../catalog/tool-inputs-graphql.js';
import { addToolMutations } from '../catalog/tool-mutations-graphql.js';
import { addToolQueries } from '../catalog/tool-queries-graphql.js';
import { addToolSearch } from '../catalog/tool-search-graphql.js';
import { addToolTypes } from '../catalog/tool-types-graphql.js';
import { addConsumers } from '../live/consumers-graphql.js';
import { addLive } from '../live/live-graphql.js';
import { createSchemaBuilder } from './builder.js';
import { addSharedTypes } from './shared-types.js';

/** The catalog's GraphQL schema: every feature's part, put together. */
export function createSchema(): GraphQLSchema {
  const builder = createSchemaBuilder();
  const shared = addSharedTypes(builder);
  const tools = addToolTypes(builder);
  const types = {
    ...shared,
    ...tools,
    ...addToolFilter(builder, tools),
    ...addDefinitionInputs(builder, tools),
  };
  addToolQueries(builder, types);
  addToolSearch(builder, types);
  addToolSelection(builder, types);
  addToolMutations(builder, types);
  addImport(builder, types);
  addCatalog(builder, types);
  addLive(builder, types);
  addConsumers(builder);
  addAudit(builder);
  addAccess(builder);
  return builder.toSchema({ sortSchema: false });
}
