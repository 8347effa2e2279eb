import type { RefusalLog } from '../audit/refusal-log.js';
import type { ExpressionCache } from '../expressions/expression-cache.js';
import type { WriteDependencies } from './write-transaction.js';

/** What the catalog's verbs stand on. */
export interface CatalogServiceDependencies extends WriteDependencies {
  readonly expressions: ExpressionCache;
  readonly refusals: RefusalLog;
}
