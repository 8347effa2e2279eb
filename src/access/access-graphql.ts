import type { EnumRef } from '@pothos/core';
import { recordingRefusals } from '../audit/refusal-log.js';
import type { ApiToken, Prisma } from '../database/generated/prisma/client.js';
import type { CatalogSchemaBuilder, CatalogTypes } from '../graphql/builder.js';
import { callerOf, type GraphqlContext, principalOf } from '../graphql/context.js';
import { recordRefusal } from '../graphql/record-refusal.js';
import { ConflictError, NotFoundError, ValidationError } from '../kernel/errors.js';
import { requireSharedAdmin } from './authorization.js';
import { type Principal, ROLES, type Role, SHARED_TENANT } from './principal.js';
import type { CreateTenant, TenantSummary } from './tenants.js';

/** Adds the queries me, apiTokens and tenants, and the mutations around them. */
export function addAccess(builder: CatalogSchemaBuilder) {
  const role = builder.enumType('Role', {
    description: 'What a principal may do. Each role may do what the one before it may.',
    values: {
      VIEWER: { description: 'Reads everything in its tenant.' },
      ORCHESTRATOR: { description: 'Also records executions, selections and its own position.' },
      ADMIN: { description: 'Does everything in its tenant; in the shared tenant, manages tenants too.' },
    } satisfies Record<(typeof ROLES)[number], object>,
  });
  const viewer = builder.objectRef<Principal>('Viewer').implement({
    description: 'The one who asks.',
    fields: (t) => ({
      name: t.exposeString('name', { description: "The principal's name." }),
      role: t.expose('role', { type: role, description: 'What it may do.' }),
      tenant: t.exposeString('tenant', { description: 'The tenant it belongs to.' }),
    }),
  });
  builder.queryField('me', (t) =>
    t.field({
      type: viewer,
      description: 'The one who asks.',
      resolve: (_root, _args, context) => principalOf(context),
    }),
  );
  addTokens(builder, role);
  addTenants(builder);
}

function addTokens(builder: CatalogSchemaBuilder, role: EnumRef<CatalogTypes, Role>) {
  const apiToken = builder.prismaObject('ApiToken', {
    description: 'A token that lets its holder in. Its secret is stored nowhere.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'For revokeApiToken.' }),
      name: t.exposeString('name', { description: "The principal's name: unique in its tenant, never used again." }),
      role: t.field({
        type: role,
        description: 'What its holder may do.',
        resolve: (token) => ROLES.find((name) => name === token.role) ?? 'VIEWER',
      }),
      tenant: t.exposeString('tenant', { description: 'The tenant it opens.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Null: never.' }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'Null: not yet.' }),
      revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'Null: still valid.' }),
    }),
  });
  const input = builder.inputType('CreateApiTokenInput', {
    description: 'A token to make.',
    fields: (t) => ({
      name: t.string({ required: true, description: "The principal's name; it must not have been used before." }),
      role: t.field({ type: role, required: true, description: 'What its holder may do.' }),
      tenant: t.string({
        description: "The caller's own tenant when left out; another needs the admin of the shared tenant.",
      }),
      expiresAt: t.field({ type: 'DateTime', description: 'Never when left out.' }),
    }),
  });
  const payload = builder.objectRef<{ token: string; apiToken: ApiToken }>('CreateApiTokenPayload').implement({
    description: 'A new token.',
    fields: (t) => ({
      token: t.exposeString('token', { description: 'The secret, shown this once.' }),
      apiToken: t.expose('apiToken', { type: apiToken, description: 'What is kept of it.' }),
    }),
  });

  builder.queryField('apiTokens', (t) =>
    t.prismaField({
      type: [apiToken],
      authScopes: { role: 'ADMIN' },
      unauthorizedResolver: recordRefusal,
      description: 'The tokens of a tenant, revoked ones too. For admins.',
      args: {
        tenant: t.arg.string({
          description: "The caller's own tenant when left out; another needs the admin of the shared tenant.",
        }),
      },
      resolve: async (query, _root, args, context) => {
        const tenant = args.tenant ?? principalOf(context).tenant;
        await requireTenantAdmin(context, tenant);
        return context.services.database.withTenant(tenant, (transaction) =>
          transaction.apiToken.findMany({ ...query, where: { tenant }, orderBy: { name: 'asc' } }),
        );
      },
    }),
  );
  builder.mutationFields((t) => ({
    createApiToken: t.field({
      type: payload,
      description: 'Makes a token. For admins.',
      args: { input: t.arg({ type: input, required: true, description: 'For whom.' }) },
      resolve: async (_root, args, context) => {
        const created = await context.services.tokens.createApiToken(callerOf(context), args.input);
        const tenant = args.input.tenant ?? principalOf(context).tenant;
        const token = await findToken(context, created.id, [tenant]);
        return { token: created.token, apiToken: token };
      },
    }),
    revokeApiToken: t.prismaField({
      type: apiToken,
      description: 'Ends a token: requests within 2 s on every instance, streams within 5 s. For admins.',
      args: { id: t.arg.id({ required: true, description: 'Which token.' }) },
      resolve: async (_query, _root, { id }, context) => {
        await context.services.tokens.revokeApiToken(callerOf(context), id);
        return findToken(context, id, await tenantsOf(context));
      },
    }),
  }));
}

/** @throws ForbiddenError, which leaves its audit row; NotFoundError for a tenant that there is not. */
async function requireTenantAdmin(context: GraphqlContext, tenant: string): Promise<void> {
  const caller = callerOf(context);
  if (tenant === caller.principal.tenant) return;
  const asked = { caller, action: 'apiTokens_refused', toolName: null, platform: null, subject: tenant };
  await recordingRefusals(context.services.refusals, asked, async () =>
    requireSharedAdmin(caller.principal, `list the tokens of '${tenant}'`),
  );
  // PostgreSQL would choke on the character: no tenant has it in its name.
  const found = tenant.includes('\0') ? [] : await readTenants(context, { name: tenant });
  if (found.length === 0) throw new NotFoundError(`There is no tenant '${tenant}'.`);
}

/** Looks a token up in one tenant after the other: row-level security shows no more than one at a time. */
async function findToken(context: GraphqlContext, id: string, tenants: readonly string[]): Promise<ApiToken> {
  for (const tenant of tenants) {
    const token = await context.services.database.withTenant(tenant, (transaction) =>
      transaction.apiToken.findFirst({ where: { id, tenant } }),
    );
    if (token !== null) return token;
  }
  throw new NotFoundError(`There is no token ${id}.`);
}

/** Tenants that the caller manages, its own first. */
async function tenantsOf(context: GraphqlContext): Promise<readonly string[]> {
  const { tenant } = principalOf(context);
  if (tenant !== SHARED_TENANT) return [tenant];
  const tenants = await readTenants(context, {});
  return [tenant, ...tenants.map(({ name }) => name).filter((name) => name !== tenant)];
}

function addTenants(builder: CatalogSchemaBuilder) {
  const tenant = builder.objectRef<TenantSummary>('Tenant').implement({
    description: "A layer of the catalog: 'shared' is seen by everyone, every other tenant's tools lie over it.",
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name.' }),
      displayName: t.exposeString('displayName', { nullable: true, description: 'Its name for people.' }),
      toolCount: t.int({
        description: 'Tools of its own, without the shared ones.',
        resolve: ({ name }, _args, context) => {
          const tools = context.services.source.viewFor(name).tools({ includeShadowed: true });
          return tools.filter((tool) => tool.tenant === name).length;
        },
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    }),
  });
  const result = builder.errorUnion('TenantResult', {
    description: 'The tenant, or why there is none.',
    types: [tenant, ValidationError, ConflictError, NotFoundError],
    resolveType: () => tenant,
  });
  builder.queryField('tenants', (t) =>
    t.field({
      type: [tenant],
      authScopes: { role: 'ADMIN' },
      unauthorizedResolver: recordRefusal,
      description: 'All tenants, for admins of the shared tenant; for other admins, their own and the shared one.',
      resolve: (_root, _args, context) => {
        const own = principalOf(context).tenant;
        return readTenants(context, own === SHARED_TENANT ? {} : { name: { in: [own, SHARED_TENANT] } });
      },
    }),
  );
  builder.mutationField('createTenant', (t) =>
    t.field({
      type: result,
      description: 'Makes a tenant. For admins of the shared tenant.',
      args: {
        name: t.arg.string({ required: true, description: 'Its name; never changes.' }),
        displayName: t.arg.string({ description: 'Its name for people.' }),
      },
      resolve: (_root, args: CreateTenant, context) => context.services.commands.createTenant(callerOf(context), args),
    }),
  );
}

function readTenants(context: GraphqlContext, where: Prisma.TenantWhereInput): Promise<TenantSummary[]> {
  return context.services.database.withTenant(principalOf(context).tenant, async (transaction) => {
    const rows = await transaction.tenant.findMany({ where, orderBy: { name: 'asc' } });
    return rows.map(({ name, displayName, createdAt }) => ({ name, displayName, createdAt: createdAt.toISOString() }));
  });
}
