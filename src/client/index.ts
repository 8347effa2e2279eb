/** The package's export `tool-catalog/client`: the catalog in an orchestrator's memory, in Node and in browsers. */
export type {
  CapabilityDefinition,
  PatternDefinition,
  ToolContent,
  ToolDependency,
  ToolStatus,
} from '../definition/tool-definition.js';
export { TOOL_STATUSES } from '../definition/tool-definition.js';
export {
  AmbiguousNameError,
  BadUserInputError,
  CatalogError,
  ForbiddenError,
  PositionError,
  type PositionErrorCode,
  UnauthenticatedError,
  UnavailableError,
  ValidationError,
} from '../kernel/errors.js';
export type { Issue } from '../kernel/issue.js';
export type { Feature, FeatureValues } from '../selection/features.js';
export {
  type Candidate,
  type CandidateEstimate,
  EXECUTION_MODES,
  type ExecutionMode,
  type NothingSelected,
  REJECTION_CODES,
  type RejectedCandidate,
  type RejectionCode,
  type Selected,
  type SelectionOutcome,
  SLA_CLASSES,
  type SlaClass,
} from '../selection/selection-outcome.js';
export { PREFERENCE_MODES, type PreferenceMode, type SelectionRequest } from '../selection/selection-request.js';
export type {
  TieBreak,
  TieBreakAnswer,
  TieBreaker,
  TieBreakOption,
  TieBreakQuestion,
} from '../selection/tie-breaker.js';
export type { CatalogChange, CatalogRevision, ChangeAction, ToolState } from '../view/catalog-change.js';
export { CHANGE_ACTIONS } from '../view/catalog-change.js';
export { type AppliedChange, CatalogStore } from '../view/catalog-store.js';
export { type CapabilityEntry, type CatalogView, SHARED_TENANT, type ToolListOptions } from '../view/catalog-view.js';
export type { OrderDirection, ToolOrder, ToolOrderField } from '../view/page-cursor.js';
export { formatPosition, type Position, parsePosition } from '../view/position.js';
export { stateHash } from '../view/state-hash.js';
export { isEmptyFilter, matchesFilter, type ToolFilter } from '../view/tool-filter.js';
export { type PageArguments, pageTools, type ToolPage } from '../view/tool-page.js';
export {
  DEFAULT_SEARCH_LIMIT,
  MAX_SEARCH_QUERY_LENGTH,
  SEARCH_FIELDS,
  type SearchField,
  type ToolSearchHit,
  type ToolSearchOptions,
} from '../view/tool-search.js';
export { CatalogClient } from './catalog-client.js';
export {
  type CatalogChangeEvent,
  type CatalogReader,
  type CatalogReaderEvents,
  COPY_SOURCES,
  type CopySource,
  type WaitOptions,
} from './catalog-reader.js';
export { CatalogTooOldError, CopyDamagedError, FeedError, RefusedError } from './client-errors.js';
export type { Bootstrap, CatalogClientOptions, LogEntry } from './client-options.js';
export { CLIENT_STATES, type ClientState } from './client-state.js';
export {
  type CopyStorage,
  CopyStorageError,
  type CopyStorageErrorCode,
  type DefinitionFinding,
  type DefinitionSource,
  type LoadedDefinitions,
  type StoredCopy,
} from './copy-storage.js';
export { type Belonging, definedTool } from './defined-tool.js';
export {
  HybridOrchestrator,
  type HybridOrchestratorOptions,
  type HybridSelection,
  type SelectToolOptions,
  type ToolSelector,
} from './hybrid-orchestrator.js';
export type { WebSocketClass, WebSocketLike } from './web-socket.js';
