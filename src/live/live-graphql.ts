import type { ToolFilterTypes } from '../catalog/tool-inputs-graphql.js';
import type { ToolTypes } from '../catalog/tool-types-graphql.js';
import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { principalOf } from '../graphql/context.js';
import { formatPosition } from '../view/position.js';
import { abortableIterator } from './abortable-iterator.js';
import type { FeedUpdate } from './catalog-source.js';

/** Adds the subscription toolUpdated. */
export function addLive(builder: CatalogSchemaBuilder, types: ToolTypes & ToolFilterTypes) {
  const action = builder.enumType('ToolUpdateAction', {
    description: 'What happened to a tool.',
    values: {
      CREATED: { description: 'A new tool.' },
      UPDATED: { description: 'A new latest version, or a change of what belongs to the tool.' },
      ROLLED_BACK: { description: 'An earlier version is the latest again.' },
      ENABLED: { description: 'It may be selected again.' },
      DISABLED: { description: 'It may no longer be selected.' },
      DEPRECATED: { description: 'Its status is DEPRECATED now.' },
      DELETED: { description: 'It is gone, with all its versions.' },
      RESTORED: { description: 'It is back after having been deleted.' },
      SNAPSHOT: { description: 'The tool as it is now: the beginning of a stream that asked for a snapshot.' },
      REMOVED: {
        description: "The tool no longer matches this subscription's filter, or the caller may no longer see it.",
      },
      BOOKMARK: { description: 'No change: only moves the position forward.' },
    } satisfies Record<FeedUpdate['action'], object>,
  });
  const nullForBookmark = 'Null only for BOOKMARK.';
  const update = builder.objectRef<FeedUpdate>('ToolUpdate').implement({
    description: 'One message of the live feed.',
    fields: (t) => ({
      action: t.expose('action', { type: action, description: 'What happened.' }),
      position: t.field({
        type: 'CatalogPosition',
        description:
          'Store this after applying the update; subscribing with it again continues without a gap and without a repeat of whole revisions.',
        resolve: ({ position }) => formatPosition(position),
      }),
      previousPosition: t.field({
        type: 'CatalogPosition',
        description:
          'The position that this stream had before this update: equal to the one stored, or something was missed.',
        resolve: ({ previousPosition }) => formatPosition(previousPosition),
      }),
      revision: t.expose('revision', { type: 'SafeInt', description: 'The revision that this belongs to.' }),
      lastInRevision: t.exposeBoolean('lastInRevision', {
        description: 'False while more updates of the same revision (one transaction) follow on this stream.',
      }),
      toolId: t.id({
        nullable: true,
        description: nullForBookmark,
        resolve: ({ change }) => change?.toolId ?? null,
      }),
      tenant: t.string({
        nullable: true,
        description: nullForBookmark,
        resolve: ({ change }) => change?.tenant ?? null,
      }),
      toolName: t.string({
        nullable: true,
        description: nullForBookmark,
        resolve: ({ change }) => change?.toolName ?? null,
      }),
      platform: t.string({
        nullable: true,
        description: nullForBookmark,
        resolve: ({ change }) => change?.platform ?? null,
      }),
      tool: t.field({
        type: types.tool,
        nullable: true,
        description: 'The tool as of this revision; null for DELETED, REMOVED and BOOKMARK.',
        resolve: (parent) => (parent.action === 'REMOVED' ? null : (parent.change?.after ?? null)),
      }),
      changedFields: t.stringList({
        description: 'JSON Pointers into the definition, or /status, /enabled, /owner, /version, /versions.',
        resolve: ({ change }) => change?.changedFields ?? [],
      }),
      actor: t.string({
        nullable: true,
        description: 'Who did it.',
        resolve: ({ change }) => change?.actor ?? null,
      }),
      reason: t.string({
        nullable: true,
        description: 'The reason that was given.',
        resolve: ({ change }) => change?.reason ?? null,
      }),
      contentHash: t.exposeString('contentHash', {
        nullable: true,
        description: 'Of the whole catalog at this revision; with BOOKMARK on streams without a filter.',
      }),
      at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    }),
  });

  builder.subscriptionField('toolUpdated', (t) =>
    t.field({
      type: update,
      description:
        'Every change after a position, in order, none missed and none invented, for as long as the subscription lasts and across ' +
        'reconnects. Without `after` it starts at the present and sends a BOOKMARK at once; with `snapshot` it first sends every tool as it is now, then the ' +
        "BOOKMARK. It carries the shared catalog and the tenant's own, both layers. Clients that reconnect by themselves must send the last stored position as `after`. A position that is too old, ahead of the log " +
        'or of another epoch ends the subscription with error code POSITION_EXPIRED, POSITION_AHEAD or POSITION_INVALID: list again.',
      args: {
        after: t.arg({ type: 'CatalogPosition', description: 'The position last stored; the present when left out.' }),
        snapshot: t.arg.boolean({ defaultValue: false, description: 'Send every tool as it is now first.' }),
        filter: t.arg({ type: types.toolFilter, description: 'Which tools; all when left out.' }),
        bookmarks: t.arg.boolean({
          defaultValue: true,
          description: 'Send a BOOKMARK at the start and every 10 s while nothing else is sent.',
        }),
      },
      subscribe: (_root, { after, snapshot, filter, bookmarks }, context) => {
        const request = {
          tenant: principalOf(context).tenant,
          after: after ?? null,
          snapshot: snapshot ?? false,
          filter: filter ?? null,
          bookmarks: bookmarks ?? true,
        };
        return abortableIterator(
          (signal) => context.services.feed.follow(request, signal, context.guide),
          context.signal,
        );
      },
      resolve: (event) => event,
    }),
  );
}
