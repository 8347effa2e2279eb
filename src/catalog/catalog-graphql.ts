import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { forwardArguments, type Page, pageByKey } from '../graphql/page.js';
import type { CapabilityEntry, CatalogView } from '../view/catalog-view.js';
import { formatPosition } from '../view/position.js';
import { pageTools } from '../view/tool-page.js';
import { viewOf } from './tool-reads-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

/** Adds the queries catalog, capabilities and capability. */
export function addCatalog(builder: CatalogSchemaBuilder, types: ToolTypes) {
  const catalog = builder.objectRef<CatalogView>('Catalog').implement({
    description: 'The whole catalog as the caller sees it.',
    fields: (t) => ({
      tenant: t.exposeString('tenant', { description: "The caller's tenant." }),
      revision: t.expose('revision', { type: 'SafeInt', description: 'The revision of this answer.' }),
      position: t.field({
        type: 'CatalogPosition',
        description: 'The position of this answer: follow the change log from here.',
        resolve: (view) => formatPosition(view.position),
      }),
      oldestPosition: t.field({
        type: 'CatalogPosition',
        description: 'The oldest position from which the change log can still be followed.',
        resolve: (_view, _args, context) => formatPosition(context.services.source.oldestPosition),
      }),
      toolCount: t.exposeInt('toolCount', { description: 'Tools that the caller sees.' }),
      contentHash: t.exposeString('contentHash', {
        description:
          'Hash of the whole visible catalog at this revision: a copy that has the same hash is complete and right.',
      }),
    }),
  });

  const summary = builder.objectRef<CapabilityEntry>('CapabilitySummary').implement({
    description: 'A capability name and the tools that offer it.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'The capability.' }),
      toolCount: t.int({ description: 'Tools that offer it.', resolve: (parent) => parent.tools.length }),
      tools: t.field({
        type: types.toolConnection,
        description: 'Tools that offer it, by name and platform.',
        args: forwardArguments(builder),
        resolve: (parent, args, context) => ({
          page: pageTools(parent.tools, args),
          position: formatPosition(viewOf(context).position),
        }),
      }),
    }),
  });
  const edge = builder.objectRef<Page<CapabilityEntry>['edges'][number]>('CapabilitySummaryEdge').implement({
    description: 'A capability name and its place in a list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For `after`.' }),
      node: t.expose('node', { type: summary, description: 'The capability.' }),
    }),
  });
  const connection = builder.objectRef<Page<CapabilityEntry>>('CapabilitySummaryConnection').implement({
    description: 'A page of capability names.',
    fields: (t) => ({
      edges: t.field({ type: [edge], description: 'The page with its cursors.', resolve: (page) => page.edges }),
      nodes: t.field({
        type: [summary],
        description: 'The page without its cursors.',
        resolve: (page) => page.nodes,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Whether there is more before and after.',
        resolve: (page) => page.pageInfo,
      }),
      totalCount: t.exposeInt('totalCount', { description: 'Capability names on all pages.' }),
    }),
  });

  builder.queryFields((t) => ({
    catalog: t.field({
      type: catalog,
      description: 'Where the catalog stands.',
      resolve: (_root, _args, context) => viewOf(context),
    }),
    capabilities: t.field({
      type: connection,
      description: 'The capability names that tools offer, in alphabetical order.',
      args: {
        text: t.arg.string({ description: 'Only names that contain this, whatever the case.' }),
        ...forwardArguments(builder),
      },
      resolve: (_root, { text, ...page }, context) => {
        const wanted = text?.toLowerCase() ?? '';
        const found = viewOf(context)
          .capabilities()
          .filter(({ name }) => name.toLowerCase().includes(wanted));
        return pageByKey(found, ({ name }) => name, page);
      },
    }),
    capability: t.field({
      type: summary,
      nullable: true,
      description: 'The tools that offer a capability under this name or alias. Null where there is none.',
      args: { name: t.arg.string({ required: true, description: 'The name or an alias.' }) },
      resolve: (_root, { name }, context) => {
        const tools = viewOf(context).byCapability(name);
        return tools.length === 0 ? null : { name, tools };
      },
    }),
  }));
}
