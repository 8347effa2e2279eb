import type { Prisma } from '../database/generated/prisma/client.js';
import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { principalOf } from '../graphql/context.js';
import { BadUserInputError } from '../kernel/errors.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../view/tool-page.js';

/** Adds the query auditLog. */
export function addAudit(builder: CatalogSchemaBuilder) {
  const entry = builder.prismaObject('AuditEntry', {
    description: 'Who did what, when and why.',
    fields: (t) => ({
      id: t.id({ description: 'Grows with time.', resolve: ({ id }) => String(id) }),
      toolName: t.exposeString('toolName', { nullable: true, description: 'The tool, where it concerns one.' }),
      platform: t.exposeString('platform', { nullable: true, description: 'Its platform.' }),
      version: t.exposeString('toolVersion', { nullable: true, description: 'Its version.' }),
      action: t.exposeString('action', {
        description:
          'created, updated, rolled_back, enabled, disabled, deprecated, deleted, restored, imported, refused, ...',
      }),
      changes: t.expose('changes', { type: 'JSON', description: 'What changed.' }),
      changedBy: t.exposeString('changedBy', { description: 'The principal.' }),
      changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When.' }),
      reason: t.exposeString('reason', { nullable: true, description: 'The reason that was given.' }),
      ipAddress: t.string({
        nullable: true,
        description: 'From where; only admins see it.',
        resolve: ({ ipAddress }, _args, context) => (principalOf(context).role === 'ADMIN' ? ipAddress : null),
      }),
    }),
  });
  const filter = builder.inputType('AuditFilter', {
    description: 'Every given field must match.',
    fields: (t) => ({
      toolName: t.string({ description: 'The tool.' }),
      platform: t.string({ description: 'Its platform.' }),
      action: t.string({ description: 'The action, for example updated.' }),
      changedBy: t.string({ description: 'The principal.' }),
      from: t.field({ type: 'DateTime', description: 'Not before this moment.' }),
      to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
    }),
  });

  builder.queryField('auditLog', (t) =>
    t.prismaConnection(
      {
        type: entry,
        cursor: 'id',
        defaultSize: DEFAULT_PAGE_SIZE,
        maxSize: MAX_PAGE_SIZE,
        description: "The audit log of the caller's tenant, newest first.",
        args: { filter: t.arg({ type: filter, description: 'Which entries; all when left out.' }) },
        resolve: (query, _root, args, context) => {
          for (const size of [args.first, args.last]) {
            if (typeof size === 'number' && (size < 0 || size > MAX_PAGE_SIZE)) {
              throw new BadUserInputError(`A page holds 0 to ${MAX_PAGE_SIZE} entries, not ${size}.`);
            }
          }
          requireEntryId(query.cursor?.id);
          const { tenant } = principalOf(context);
          const where = { tenant, ...whereOf(args.filter ?? {}) };
          return context.services.database.withTenant(tenant, (transaction) =>
            transaction.auditEntry.findMany({ ...query, where, orderBy: { id: 'desc' } }),
          );
        },
      },
      { name: 'AuditEntryConnection', description: 'A page of audit entries.' },
      { name: 'AuditEntryEdge', description: 'An audit entry and its place in the log.' },
    ),
  );
}

/** A cursor can be written by hand, and hold what no entry has as its id. */
function requireEntryId(id: unknown): void {
  if (id === undefined || typeof id === 'bigint' || Number.isSafeInteger(id)) return;
  throw new BadUserInputError('This is not a cursor of the audit log: take it from an edge or from pageInfo.');
}

interface AuditFilter {
  readonly toolName?: string | null | undefined;
  readonly platform?: string | null | undefined;
  readonly action?: string | null | undefined;
  readonly changedBy?: string | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
}

function whereOf({ from, to, ...texts }: AuditFilter): Prisma.AuditEntryWhereInput {
  const given = Object.entries(texts).filter((entry) => typeof entry[1] === 'string');
  if (given.some(([, text]) => text?.includes('\0'))) {
    throw new BadUserInputError('A filter cannot hold the character U+0000: no entry does.');
  }
  return {
    ...Object.fromEntries(given),
    changedAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) },
  };
}
