import type { Logger } from 'pino';
import type { Caller, Principal } from '../access/principal.js';
import type { TokenService } from '../access/tokens.js';
import type { RefusalLog } from '../audit/refusal-log.js';
import type { CatalogCommands, ToolHistory } from '../catalog/catalog-commands.js';
import type { Database } from '../database/database.js';
import { UnauthenticatedError } from '../kernel/errors.js';
import type { CatalogSource, ChangeFeed } from '../live/catalog-source.js';
import type { Consumers } from '../live/consumers.js';
import type { StreamGuide } from '../live/stream-guide.js';

/** Which instance of the service this is. */
export interface NodeInfo {
  /** Names this instance among its peers, for logs and health answers. */
  readonly name: string;
  /** The version of the package. */
  readonly version: string;
}

/** All that the doors (GraphQL, HTTP, websocket) stand on. */
export interface CatalogServices {
  readonly commands: CatalogCommands;
  readonly history: ToolHistory;
  readonly source: CatalogSource;
  readonly feed: ChangeFeed;
  readonly consumers: Consumers;
  readonly tokens: TokenService;
  readonly refusals: RefusalLog;
  /** For what only the database holds; each read runs as the caller's tenant, under row-level security. */
  readonly database: Pick<Database, 'app' | 'withTenant'>;
  readonly node: NodeInfo;
  readonly log: Logger;
}

/** What the credentials of a request turned out to be. */
export interface Identity {
  /** Null without a valid token. */
  readonly principal: Principal | null;
  /** Why there is no principal, when a token came that is not valid. */
  readonly refusal: UnauthenticatedError | null;
}

/** One operation: who asks, from where, and what answers. */
export interface GraphqlContext extends Identity {
  readonly services: CatalogServices;
  /** The address of the peer, for the audit log. */
  readonly ipAddress: string | null;
  readonly requestId: string;
  /** Size of the request that carried the operation. */
  readonly requestBytes: number;
  /** Aborted when the one who asked is gone, or may no longer listen; its reason is the error to tell. */
  readonly signal: AbortSignal;
  /** Aborted when the operation has taken so long that its answer was given without it. */
  readonly late?: AbortSignal | undefined;
  /** Accompanies the stream of a subscription that others may speak for. */
  readonly guide?: StreamGuide | undefined;
}

/** @throws UnauthenticatedError without a valid token. */
export function principalOf(context: Identity): Principal {
  if (context.principal === null) throw refusalOf(context);
  return context.principal;
}

/** @throws UnauthenticatedError without a valid token. */
export function callerOf(context: GraphqlContext): Caller {
  return { principal: principalOf(context), ipAddress: context.ipAddress };
}

/** Says what is wrong with the credentials. */
export function refusalOf(context: Identity): UnauthenticatedError {
  return context.refusal ?? new UnauthenticatedError('Send a token: the header `Authorization: Bearer <token>`.');
}
