import type { CatalogServices } from '../graphql/context.js';
import { formatPosition } from '../view/position.js';
import { type Route, sendJson } from './exchange.js';

/** A database that has not answered for this long is away; the log is polled every second. */
const DEGRADED_AFTER_MS = 3_000;

export interface Readiness {
  /** False once the service stops. Migrations run before it listens at all. */
  ready(): boolean;
  /** With the database away for longer, the copy is too old to answer from. */
  readonly maxStalenessMs: number;
}

/** /healthz is the event loop alone; /readyz says whether requests should come here. */
export function healthRoute({ source, node }: Pick<CatalogServices, 'source' | 'node'>, readiness: Readiness): Route {
  const state = () => {
    if (!readiness.ready() || !source.loaded) return { status: 'unavailable', httpStatus: 503 };
    if (source.stalenessMs > readiness.maxStalenessMs) return { status: 'stale', httpStatus: 503 };
    return { status: source.stalenessMs > DEGRADED_AFTER_MS ? 'degraded' : 'ready', httpStatus: 200 };
  };
  return {
    matches: (pathname) => pathname === '/healthz' || pathname === '/readyz',
    handle: ({ url, response }) => {
      if (url.pathname === '/healthz') {
        sendJson(response, 200, { status: 'ok', node: node.name, version: node.version });
        return;
      }
      const { status, httpStatus } = state();
      const { loaded } = source;
      sendJson(response, httpStatus, {
        status,
        node: node.name,
        position: loaded ? formatPosition(source.position) : null,
        stalenessMs: loaded ? Math.round(source.stalenessMs) : null,
      });
    },
  };
}
