import { toDocument } from '../definition/to-document.js';
import { toYaml } from '../definition/to-yaml.js';
import type { TOOL_STATUSES, ToolDefinition, ToolDependency } from '../definition/tool-definition.js';
import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { type GraphqlContext, principalOf } from '../graphql/context.js';
import { forwardArguments, type Page, pageByKey } from '../graphql/page.js';
import { UnavailableError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import { formatPosition } from '../view/position.js';
import { addCapabilityTypes } from './capability-types-graphql.js';
import { toolNodeId } from './tool-node-ids-graphql.js';
import { loadToolNode } from './tool-reads-graphql.js';

/** A page of tools, and where the change log stood before it was read. */
export interface PlacedPage {
  readonly page: Page<ToolState>;
  readonly position: string;
}

/** A version as the definition that makes it again. */
export function definitionOf({ owner, ...tool }: ToolState): ToolDefinition {
  return owner === null ? tool : { ...tool, owner };
}

/** Adds the types Tool, Capability and Pattern, which stand over the catalog's own frozen objects. */
export function addToolTypes(builder: CatalogSchemaBuilder) {
  const toolStatus = builder.enumType('ToolStatus', {
    description: 'How far a tool is to be relied on.',
    values: {
      ACTIVE: { description: 'In use.' },
      DEPRECATED: { description: 'Still works; selected only after every active candidate.' },
      DISABLED: { description: 'Never selected.' },
      TESTING: { description: 'Selected only for an A/B test or on request.' },
    } satisfies Record<(typeof TOOL_STATUSES)[number], object>,
  });

  const dependency = builder.objectRef<ToolDependency>('ToolDependency').implement({
    description: 'Something a tool needs to run.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'What it needs.' }),
      type: t.exposeString('type', { description: 'service, tool, package, permission, ...' }),
      required: t.exposeBoolean('required', { description: 'False when the tool works without it, with less.' }),
      version: t.string({
        nullable: true,
        description: 'A version or range, when the definition names one.',
        resolve: (parent) => parent.version ?? null,
      }),
      platform: t.string({
        nullable: true,
        description: 'For dependencies on tools whose name is not unique.',
        resolve: (parent) => parent.platform ?? null,
      }),
    }),
  });

  const tool = builder.objectRef<ToolState>('Tool');
  const toolEdge = builder.objectRef<Page<ToolState>['edges'][number]>('ToolEdge').implement({
    description: 'A tool and its place in a list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For `after` and `before`.' }),
      node: t.expose('node', { type: tool, description: 'The tool.' }),
    }),
  });
  const toolConnection = builder.objectRef<PlacedPage>('ToolConnection').implement({
    description: 'A page of tools.',
    fields: (t) => ({
      edges: t.field({
        type: [toolEdge],
        description: 'The page with its cursors.',
        resolve: ({ page }) => page.edges,
      }),
      nodes: t.field({
        type: [tool],
        description: 'The page without its cursors.',
        resolve: ({ page }) => page.nodes,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Whether there is more before and after.',
        resolve: ({ page }) => page.pageInfo,
      }),
      totalCount: t.int({ description: 'Tools on all pages.', resolve: ({ page }) => page.totalCount }),
      position: t.expose('position', {
        type: 'CatalogPosition',
        description: 'Where the change log stood before this page was read: follow it from here to stay current.',
      }),
    }),
  });
  const { capability, estimate } = addCapabilityTypes(builder, tool);

  builder.node(tool, {
    description: 'One version of a tool. Without a version, a query by name gives the latest one.',
    id: { resolve: toolNodeId, description: 'Identifies this version.' },
    brandLoadedObjects: false,
    isTypeOf: (value) => typeof value === 'object' && value !== null && 'toolId' in value,
    loadOne: (id, context) => loadToolNode(context, id),
    fields: (t) => ({
      toolId: t.exposeID('toolId', { description: 'Identifies the tool across its versions.' }),
      name: t.exposeString('name', { description: 'Its name, unique on its platform.' }),
      version: t.exposeString('version', { description: 'Names this version among those of the tool.' }),
      description: t.exposeString('description', { description: 'What the tool does.' }),
      platform: t.exposeString('platform', { description: 'Where it runs, for example linux, windows, network.' }),
      category: t.exposeString('category', { description: 'What kind of tool it is, for example monitoring.' }),
      status: t.expose('status', { type: toolStatus, description: 'How far it is to be relied on.' }),
      enabled: t.exposeBoolean('enabled', { description: 'False: never selected, whatever its status.' }),
      isLatest: t.exposeBoolean('isLatest', { description: 'Whether this is the version that names alone stand for.' }),
      owner: t.exposeString('owner', {
        nullable: true,
        description:
          "The principal who may update this tool besides admins. Principals' names are unique in a tenant and never used again.",
      }),
      deletedAt: t.expose('deletedAt', { type: 'DateTime', nullable: true, description: 'Null unless deleted.' }),
      tenant: t.exposeString('tenant', {
        description: "The tenant whose catalog holds this tool; 'shared' for the catalog that every tenant sees.",
      }),
      defaults: t.expose('defaults', { type: 'JSON', description: 'Values that its patterns start from.' }),
      dependencies: t.field({
        type: [dependency],
        description: 'What it needs to run.',
        resolve: (parent) => parent.dependencies,
      }),
      metadata: t.expose('metadata', { type: 'JSON', description: 'Anything else about it, `tags` among it.' }),
      extensions: t.expose('extensions', {
        type: 'JSON',
        description: 'Keys of the definition that the catalog has no field for, kept as they came.',
      }),
      capabilities: t.field({
        type: [capability],
        description: 'What it can do.',
        resolve: (parent) => parent.capabilities.map((entry) => ({ tool: parent, capability: entry })),
      }),
      definition: t.field({
        type: 'JSON',
        description: 'The whole definition as one document, the shape of the YAML file.',
        resolve: (parent) => toDocument(definitionOf(parent)),
      }),
      yaml: t.string({
        description: 'The same definition as a YAML file that imports back to this version unchanged.',
        resolve: (parent) => toYaml(definitionOf(parent)),
      }),
      contentHash: t.exposeString('contentHash', {
        description:
          'SHA-256 of the canonical content (description, category, defaults, dependencies, metadata, extensions, capabilities): equal content has an equal hash.',
      }),
      revision: t.expose('revision', {
        type: 'SafeInt',
        description: 'The revision at which this tool, as it stands here, last changed.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When this version was stored.' }),
      updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed in any way.' }),
      createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who stored this version.' }),
      updatedBy: t.exposeString('updatedBy', { nullable: true, description: 'Who last changed it.' }),
      parentVersion: t.loadable({
        type: tool,
        nullable: true,
        description: 'The version that this one was made from; null for the first.',
        // A subscription's context lives as long as the stream does: it must neither grow nor keep what was true once.
        loaderOptions: { cache: false },
        load: (keys: string[], context: GraphqlContext) => loadParents(keys, context),
        resolve: (parent) => (parent.parentVersion === null ? null : `${parent.toolId}@${parent.parentVersion}`),
      }),
      versions: t.field({
        type: toolConnection,
        nullable: true,
        description: 'All versions of this tool, newest first. Null when the database is away.',
        args: forwardArguments(builder),
        resolve: async (parent, args, context) => {
          const position = formatPosition(context.services.source.position);
          const versions = await versionsOf(parent, context);
          return versions === null ? null : { page: pageByKey(versions, ({ version }) => version, args), position };
        },
      }),
    }),
  });
  return { tool, toolStatus, toolConnection, estimate };
}

export type ToolTypes = ReturnType<typeof addToolTypes>;

/** All of them in one read. A key is `<toolId>@<version>`; a toolId is a UUID and holds no `@`. */
async function loadParents(keys: readonly string[], context: GraphqlContext): Promise<(ToolState | null)[]> {
  const references = [...new Set(keys)].map((key) => {
    const at = key.indexOf('@');
    return { toolId: key.slice(0, at), version: key.slice(at + 1) };
  });
  const { history } = context.services;
  const found = await history.versionsByReference(principalOf(context).tenant, references);
  const byKey = new Map(found.map((state) => [`${state.toolId}@${state.version}`, state]));
  return keys.map((key) => byKey.get(key) ?? null);
}

async function versionsOf(tool: ToolState, context: GraphqlContext): Promise<readonly ToolState[] | null> {
  try {
    return await context.services.history.versions(principalOf(context).tenant, tool.toolId);
  } catch (error) {
    if (error instanceof UnavailableError) return null;
    throw error;
  }
}
