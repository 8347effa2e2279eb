import { createExpressionCache } from '../expressions/expression-cache.js';
import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import type { SharedTypes } from '../graphql/shared-types.js';
import { NoToolFoundError } from '../selection/no-tool-found-error.js';
import { selectTool } from '../selection/select-tool.js';
import type { CatalogView } from '../view/catalog-view.js';
import { SearchPreparation } from './search-preparation.js';
import { addSelectionInputs } from './selection-inputs-graphql.js';
import { addSelectionTypes } from './selection-types-graphql.js';
import { viewOf } from './tool-reads-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

/** Compiled estimates and conditions that are kept, each about 2 kB. */
const EXPRESSIONS = 20_000;

/** Adds the query selectTool. */
export function addToolSelection(builder: CatalogSchemaBuilder, types: ToolTypes & Pick<SharedTypes, 'userError'>) {
  const inputs = addSelectionInputs(builder);
  const { selectToolResult } = addSelectionTypes(builder, { ...types, ...inputs });
  const expressions = createExpressionCache(EXPRESSIONS);
  const preparation = new SearchPreparation<CatalogView>();
  builder.queryField('selectTool', (t) =>
    t.field({
      type: selectToolResult,
      description:
        'The tool, capability and pattern that fit a request best, with every rejection explained. The client answers the same from its ' +
        'own copy of the catalog.',
      args: {
        input: t.arg({ type: inputs.selectToolInput, required: true, description: 'What a tool is needed for.' }),
      },
      resolve: async (_root, { input }, context) => {
        const view = viewOf(context);
        // Only the words of a request are ranked by search.
        if (typeof input.query === 'string') await preparation.complete(view);
        const outcome = selectTool(view, input, { expressions });
        if (outcome.kind === 'none') throw new NoToolFoundError(outcome);
        return outcome;
      },
    }),
  );
}
