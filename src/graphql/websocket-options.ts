import type { CatalogServices } from './context.js';
import type { WebsocketLimits } from './websocket-limits.js';
import type { CatalogYoga } from './yoga.js';

export interface WebsocketOptions {
  readonly services: CatalogServices;
  readonly yoga: CatalogYoga;
  /** Whether a page of this origin may connect. */
  isAllowedOrigin(origin: string): boolean;
  readonly limits?: Partial<WebsocketLimits>;
}
