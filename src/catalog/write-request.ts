import type { Caller } from '../access/principal.js';
import type { ChangeOptions } from './catalog-commands.js';

/** A verb that somebody asks for. */
export interface WriteRequest {
  readonly caller: Caller;
  /** The verb, as the API names it. */
  readonly verb: string;
  readonly command: ChangeOptions;
  /** For transactions with many tools. Default 10,000. */
  readonly timeoutMs?: number;
}
