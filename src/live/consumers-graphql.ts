import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { principalOf } from '../graphql/context.js';
import type { Consumer } from './consumers.js';

/** Adds the query consumers and the mutation reportPosition. */
export function addConsumers(builder: CatalogSchemaBuilder) {
  const consumer = builder.objectRef<Consumer>('Consumer').implement({
    description: 'An orchestrator that reports how far it has applied the changes of the catalog.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'The name that it reports under.' }),
      principal: t.exposeString('principal', {
        description: 'Who reported it: two principals may use the same name without touching each other.',
      }),
      position: t.expose('position', {
        type: 'CatalogPosition',
        nullable: true,
        description: 'What it had applied when it was seen last.',
      }),
      lag: t.expose('lag', {
        type: 'SafeInt',
        nullable: true,
        description:
          'Revisions behind the instance that answers; null where its position is of a history that has been replaced.',
      }),
      connected: t.exposeBoolean('connected', {
        description:
          'True when it reported within the last 90 s, to whichever instance. Clients do every 30 s at least.',
      }),
      lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'When it reported last.' }),
    }),
  });
  builder.queryField('consumers', (t) =>
    t.field({
      type: [consumer],
      description:
        "The orchestrators of the caller's tenant, by name: which position each has applied, and how far it lags. Those that were " +
        'not seen for 7 days are forgotten; the 1,000 seen last are listed.',
      resolve: (_root, _args, context) => context.services.consumers.list(principalOf(context).tenant),
    }),
  );
  builder.mutationField('reportPosition', (t) =>
    t.field({
      type: consumer,
      authScopes: { role: 'ORCHESTRATOR' },
      description:
        "An orchestrator says how far it has applied the catalog's changes. It changes nothing in the catalog and leaves no entry in " +
        'the audit log.',
      args: {
        consumer: t.arg.string({
          required: true,
          description: 'Its name: 1 to 100 letters, digits and . _ : @ / -, beginning with a letter or a digit.',
        }),
        position: t.arg({
          type: 'CatalogPosition',
          required: true,
          description: 'What it has applied. POSITION_INVALID or POSITION_AHEAD for what this catalog never gave out.',
        }),
      },
      resolve: (_root, args, context) => {
        const { tenant, name } = principalOf(context);
        return context.services.consumers.report({ tenant, principal: name, ...args });
      },
    }),
  );
}
