import type { WebSocket } from 'ws';
import type { CatalogRevision, ToolState } from '../../src/view/catalog-change.js';
import { parsePosition } from '../../src/view/position.js';
import type { FeedServer } from './feed-server.js';

/** The tenant of the one token. */
export const TENANT = 'acme';

export interface WireUpdate {
  readonly action: string;
  readonly position: string;
  readonly previousPosition: string;
  readonly revision: number;
  readonly lastInRevision: boolean;
  readonly toolId: string | null;
  readonly tenant: string | null;
  readonly toolName: string | null;
  readonly platform: string | null;
  readonly tool: ToolState | null;
  readonly changedFields: readonly string[];
  readonly actor: string | null;
  readonly reason: string | null;
  readonly contentHash: string | null;
  readonly at: string;
}

export interface Connection {
  readonly after: string | null;
  readonly snapshot: boolean;
  readonly socket: WebSocket;
}

type Stream = AsyncGenerator<WireUpdate>;
/** A way of breaking the rules: what a connection sends in place of what it should. */
export type Fault = (stream: Stream, connection: Connection) => Stream;

function update(given: Partial<WireUpdate> & Pick<WireUpdate, 'action' | 'position' | 'previousPosition'>): WireUpdate {
  return {
    revision: parsePosition(given.position).revision,
    lastInRevision: true,
    toolId: null,
    tenant: null,
    toolName: null,
    platform: null,
    tool: null,
    changedFields: [],
    actor: null,
    reason: null,
    contentHash: null,
    at: '2026-01-01T00:00:00.000Z',
    ...given,
  };
}

/** What the rules of the live feed say that this connection is sent. */
export async function* streamOf(server: FeedServer, { after, snapshot }: Connection): Stream {
  let at = after === null ? server.snapshotRevision() : parsePosition(after).revision;
  let read = at;
  const { epoch } = server;
  if (snapshot) yield* snapshotAt(server, at);
  yield bookmark(server, { from: at, to: at });
  while (server.epoch === epoch) {
    for (const revision of server.log.slice(read)) {
      read = revision.revision;
      if (yield* changesOf(server, revision, at)) at = read;
    }
    if (server.log.length > read || !(await server.idle()) || server.log.length > read) continue;
    yield bookmark(server, { from: at, to: read });
    at = read;
  }
}

function* snapshotAt(server: FeedServer, revision: number): Generator<WireUpdate> {
  const position = server.position(revision);
  for (const tool of server.storeAt(revision).view(TENANT).tools({ includeShadowed: true })) {
    const { toolId, tenant, platform, name: toolName } = tool;
    yield update({
      action: 'SNAPSHOT',
      position,
      previousPosition: position,
      toolId,
      tenant,
      platform,
      toolName,
      tool,
    });
  }
}

function bookmark(server: FeedServer, { from, to }: { from: number; to: number }): WireUpdate {
  const [previousPosition, position] = [server.position(from), server.position(to)];
  return update({ action: 'BOOKMARK', position, previousPosition, contentHash: server.hashAt(to) });
}

function seenChanges({ changes }: CatalogRevision) {
  return changes.filter(({ tenant }) => tenant === 'shared' || tenant === TENANT);
}

/** Answers whether the tenant sees anything of the revision. */
function* changesOf(server: FeedServer, revision: CatalogRevision, at: number): Generator<WireUpdate, boolean> {
  const seen = seenChanges(revision);
  let previousPosition = server.position(at);
  for (const [index, { toolId, tenant, platform, toolName, action, after: tool, ...rest }] of seen.entries()) {
    const lastInRevision = index === seen.length - 1;
    const position = server.position(lastInRevision ? revision.revision : revision.revision - 1);
    const { changedFields, actor, reason } = rest;
    yield {
      ...update({ action, position, previousPosition, toolId, tenant, platform, toolName, tool }),
      ...{ changedFields, actor, reason, lastInRevision, revision: revision.revision, at: revision.at },
    };
    previousPosition = position;
  }
  return seen.length > 0;
}
