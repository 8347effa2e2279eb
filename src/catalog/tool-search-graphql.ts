import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { BadUserInputError } from '../kernel/errors.js';
import type { CatalogView } from '../view/catalog-view.js';
import { MAX_PAGE_SIZE } from '../view/tool-page.js';
import { DEFAULT_SEARCH_LIMIT, MAX_SEARCH_QUERY_LENGTH, type ToolSearchHit } from '../view/tool-search.js';
import { SearchPreparation } from './search-preparation.js';
import type { ToolFilterTypes } from './tool-inputs-graphql.js';
import { viewOf } from './tool-reads-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

/** Adds the query searchTools. */
export function addToolSearch(builder: CatalogSchemaBuilder, types: ToolTypes & ToolFilterTypes) {
  const preparation = new SearchPreparation<CatalogView>();
  const hit = builder.objectRef<ToolSearchHit>('ToolSearchHit').implement({
    description: 'A tool that fits a request, and how well.',
    fields: (t) => ({
      tool: t.expose('tool', { type: types.tool, description: 'The tool.' }),
      score: t.exposeFloat('score', { description: 'Higher is better; comparable within one answer.' }),
      matchedOn: t.exposeStringList('matchedOn', {
        description: 'Which fields matched, best first: name, capability, useCase, description, tag, input.',
      }),
    }),
  });
  builder.queryField('searchTools', (t) =>
    t.field({
      type: [hit],
      description:
        'Ranked retrieval by words a person or a model would use: typos, synonyms and partial words forgiven. Only tools the caller may see ' +
        'and that are enabled are ranked. Empty when no tool has enough of what was asked for.',
      args: {
        query: t.arg.string({
          required: true,
          description: `What is wanted, in at most ${MAX_SEARCH_QUERY_LENGTH} characters.`,
        }),
        filter: t.arg({ type: types.toolFilter, description: 'Which tools to rank; all when left out.' }),
        first: t.arg.int({
          defaultValue: DEFAULT_SEARCH_LIMIT,
          description: `The most hits to answer, 0 to ${MAX_PAGE_SIZE}.`,
        }),
      },
      resolve: async (_root, { query, filter, first }, context) => {
        const limit = first ?? DEFAULT_SEARCH_LIMIT;
        if (limit < 0 || limit > MAX_PAGE_SIZE) {
          throw new BadUserInputError(`first must be a whole number from 0 to ${MAX_PAGE_SIZE}, not ${limit}.`);
        }
        const view = viewOf(context);
        await preparation.complete(view);
        return view.search(query, { filter, limit });
      },
    }),
  );
}
