import { diffContent } from '../definition/diff.js';
import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { type GraphqlContext, principalOf } from '../graphql/context.js';
import { backwardArguments, forwardArguments } from '../graphql/page.js';
import type { SharedTypes } from '../graphql/shared-types.js';
import { NotFoundError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import { formatPosition } from '../view/position.js';
import { matchesFilter, type ToolFilter } from '../view/tool-filter.js';
import { compareTools } from '../view/tool-order.js';
import { pageTools } from '../view/tool-page.js';
import type { VersionComparison } from './catalog-commands.js';
import { exportYaml } from './export-yaml.js';
import type { ToolFilterTypes } from './tool-inputs-graphql.js';
import { loadVersion, viewAtLeast, viewOf } from './tool-reads-graphql.js';
import { definitionOf, type ToolTypes } from './tool-types-graphql.js';

const AT_LEAST =
  "Wait, at most 2 s, until the answering instance has applied this position: reads one's own write on any instance.";

/** Of what an operation may cost in all: three exports in one are too many, since each writes the whole catalog. */
const EXPORT_COST = 40_000;

/** Adds the queries tool, tools, compareVersions and exportTools. */
export function addToolQueries(
  builder: CatalogSchemaBuilder,
  types: ToolTypes & ToolFilterTypes & Pick<SharedTypes, 'fieldChange'>,
) {
  const comparison = builder.objectRef<VersionComparison>('VersionComparison').implement({
    description: 'Two versions of a tool and what differs between their definitions.',
    fields: (t) => ({
      from: t.expose('from', { type: types.tool, description: 'The version compared from.' }),
      to: t.expose('to', { type: types.tool, description: 'The version compared to.' }),
      changes: t.field({
        type: [types.fieldChange],
        description: 'Every difference, by path.',
        resolve: (parent) => parent.changes,
      }),
    }),
  });
  const toolExport = builder.objectRef<{ readonly tools: readonly ToolState[] }>('ToolExport').implement({
    description: 'Tools as YAML.',
    fields: (t) => ({
      yaml: t.string({
        description: 'A YAML stream, one document a tool, that importTools takes back.',
        complexity: EXPORT_COST,
        resolve: ({ tools }, _args, { signal, late }) => exportYaml(tools.map(definitionOf), [signal, late]),
      }),
      toolCount: t.int({ description: 'Documents in the stream.', resolve: ({ tools }) => tools.length }),
    }),
  });

  builder.queryFields((t) => ({
    tool: t.field({
      type: types.tool,
      nullable: true,
      description:
        'Null where the catalog has no such tool (or no such version of it). A tool is identified by platform and name; the platform may be ' +
        'left out while the name is unique, else the answer is an error with extensions.code AMBIGUOUS_NAME and extensions.platforms.',
      args: {
        name: t.arg.string({ required: true, description: 'The name.' }),
        version: t.arg.string({ description: 'The latest version when left out.' }),
        platform: t.arg.string({ description: 'May be left out while the name is unique.' }),
        atLeast: t.arg({ type: 'CatalogPosition', description: AT_LEAST }),
      },
      resolve: async (_root, { name, version, platform, atLeast }, context) => {
        const view = await viewAtLeast(context, atLeast);
        const latest = view.find(name, platform ?? undefined);
        if (latest === undefined) return null;
        return typeof version === 'string' ? loadVersion(context, latest.toolId, version) : latest;
      },
    }),
    tools: t.field({
      type: types.toolConnection,
      description:
        'Latest versions only. With `atLeast` (also above) the instance first waits, at most 2 s, until it has applied that position: reading ' +
        "one's own write on any instance. A tenant's tool hides a shared tool of the same platform and name unless includeShadowed.",
      args: {
        filter: t.arg({ type: types.toolFilter, description: 'Which tools; all when left out.' }),
        orderBy: t.arg({ type: types.toolOrder, description: 'By name and platform when left out.' }),
        ...forwardArguments(builder),
        ...backwardArguments(builder),
        includeShadowed: t.arg.boolean({
          defaultValue: false,
          description: "Also shared tools that a tool of the caller's tenant hides.",
        }),
        atLeast: t.arg({ type: 'CatalogPosition', description: AT_LEAST }),
      },
      resolve: async (_root, { filter, orderBy, includeShadowed, atLeast, ...page }, context) => {
        const view = await viewAtLeast(context, atLeast);
        // The position is taken first: a change that comes while the page is read must not be skipped by a follower.
        const position = formatPosition(view.position);
        const tools = await matchingTools(context, filter ?? {}, includeShadowed ?? false);
        return { page: pageTools(tools, { orderBy, ...page }), position };
      },
    }),
    compareVersions: t.field({
      type: comparison,
      description: 'What differs between two versions of a tool. A version that is not there is an error NOT_FOUND.',
      args: {
        name: t.arg.string({ required: true, description: 'The name.' }),
        platform: t.arg.string({ description: 'May be left out while the name is unique.' }),
        from: t.arg.string({ required: true, description: 'The version to compare from.' }),
        to: t.arg.string({ required: true, description: 'The version to compare to.' }),
      },
      resolve: async (_root, args, context) => {
        const latest = viewOf(context).find(args.name, args.platform ?? undefined);
        if (latest === undefined) throw new NotFoundError(`There is no tool '${args.name}'.`);
        const [from, to] = await Promise.all([args.from, args.to].map((version) => existing(context, latest, version)));
        if (from === undefined || to === undefined) throw new TypeError('Two versions were asked for.');
        return { from, to, changes: diffContent(from, to) };
      },
    }),
    exportTools: t.field({
      type: toolExport,
      description: 'The latest versions as YAML, in the order of name and platform.',
      args: { filter: t.arg({ type: types.toolFilter, description: 'Which tools; all when left out.' }) },
      resolve: async (_root, { filter }, context) => ({ tools: await matchingTools(context, filter ?? {}, false) }),
    }),
  }));
}

async function existing(context: GraphqlContext, latest: ToolState, version: string): Promise<ToolState> {
  const tool = await loadVersion(context, latest.toolId, version);
  if (tool === null) throw new NotFoundError(`'${latest.name}' on ${latest.platform} has no version ${version}.`);
  return tool;
}

/** In the catalog's own order, by name and platform. */
async function matchingTools(
  context: GraphqlContext,
  filter: ToolFilter,
  includeShadowed: boolean,
): Promise<readonly ToolState[]> {
  const matches = (tool: ToolState) => matchesFilter(tool, filter);
  if (filter.deleted !== true) return viewOf(context).tools({ includeShadowed }).filter(matches);
  const deleted = await context.services.history.deletedTools(principalOf(context).tenant);
  return deleted.filter(matches).sort(compareTools);
}
