import {
  type CapabilityDefinition,
  type PatternDefinition,
  TOOL_STATUSES,
  type ToolDependency,
} from '../definition/tool-definition.js';
import { CHANGE_ACTIONS, type ToolState } from '../view/catalog-change.js';
import { WireReader } from './wire-reader.js';

const UPDATE_ACTIONS = [...CHANGE_ACTIONS, 'SNAPSHOT', 'REMOVED', 'BOOKMARK'] as const;

interface UpdateBase {
  /** Opaque; see live-update rule F4. */
  readonly position: string;
  readonly previousPosition: string;
  readonly revision: number;
  readonly at: string;
}

/** A tool as it is now, at the beginning of a stream. */
export interface SnapshotUpdate extends UpdateBase {
  readonly action: 'SNAPSHOT';
  readonly tool: ToolState;
}

export interface BookmarkUpdate extends UpdateBase {
  readonly action: 'BOOKMARK';
  readonly contentHash: string | null;
}

export interface ChangeUpdate extends UpdateBase {
  readonly action: (typeof CHANGE_ACTIONS)[number] | 'REMOVED';
  readonly lastInRevision: boolean;
  readonly toolId: string;
  readonly tenant: string;
  readonly platform: string;
  readonly toolName: string;
  /** Null when the tool is gone. */
  readonly tool: ToolState | null;
  readonly changedFields: readonly string[];
  readonly actor: string;
  readonly reason: string | null;
}

export type FeedUpdate = SnapshotUpdate | BookmarkUpdate | ChangeUpdate;

export interface ListedPage {
  readonly tenant: string;
  readonly tools: readonly ToolState[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  readonly position: string;
}

/** `data` of the query for the tenant. @throws FeedError FEED_MALFORMED */
export function readTenant(data: unknown): string {
  return new WireReader(data, '').inner('catalog').text('tenant');
}

/** `data` of one page of the list. @throws FeedError FEED_MALFORMED */
export function readPage(data: unknown): ListedPage {
  const reader = new WireReader(data, '');
  const tools = reader.inner('tools');
  const pageInfo = tools.inner('pageInfo');
  return {
    tenant: reader.inner('catalog').text('tenant'),
    tools: tools.inners('nodes').map(readTool),
    nextCursor: pageInfo.flag('hasNextPage') ? pageInfo.text('endCursor') : null,
    position: tools.text('position'),
  };
}

/** `data` of one message of the subscription. @throws FeedError FEED_MALFORMED */
export function readUpdate(data: unknown): FeedUpdate {
  const update = new WireReader(data, '').inner('toolUpdated');
  const base: UpdateBase = {
    position: update.text('position'),
    previousPosition: update.text('previousPosition'),
    revision: update.wholeNumber('revision'),
    at: update.text('at'),
  };
  const action = readAction(update);
  if (action === 'BOOKMARK') return { ...base, action, contentHash: update.textOrNull('contentHash') };
  if (action === 'SNAPSHOT') return { ...base, action, tool: readTool(update.inner('tool')) };
  return {
    ...base,
    action,
    lastInRevision: update.flag('lastInRevision'),
    toolId: update.text('toolId'),
    tenant: update.text('tenant'),
    platform: update.text('platform'),
    toolName: update.text('toolName'),
    tool: action === 'DELETED' || action === 'REMOVED' ? null : readTool(update.inner('tool')),
    changedFields: update.texts('changedFields'),
    actor: update.textOrNull('actor') ?? '',
    reason: update.textOrNull('reason'),
  };
}

/** A later release may know more kinds of change; what one does to the tool shows all the same. @throws FeedError FEED_MALFORMED */
function readAction(update: WireReader): (typeof UPDATE_ACTIONS)[number] {
  const action = update.text('action');
  const known = UPDATE_ACTIONS.find((one) => one === action);
  return known ?? (update.innerOrNull('tool') === null ? 'DELETED' : 'UPDATED');
}

/** @throws FeedError FEED_MALFORMED */
export function readTool(tool: WireReader): ToolState {
  return {
    toolId: tool.text('toolId'),
    tenant: tool.text('tenant'),
    platform: tool.text('platform'),
    name: tool.text('name'),
    version: tool.text('version'),
    status: tool.oneOf('status', TOOL_STATUSES),
    enabled: tool.flag('enabled'),
    isLatest: tool.flag('isLatest'),
    owner: tool.textOrNull('owner'),
    deletedAt: tool.textOrNull('deletedAt'),
    contentHash: tool.text('contentHash'),
    parentVersion: null,
    revision: tool.wholeNumber('revision'),
    createdAt: tool.text('createdAt'),
    updatedAt: tool.text('updatedAt'),
    createdBy: tool.textOrNull('createdBy'),
    updatedBy: tool.textOrNull('updatedBy'),
    description: tool.text('description'),
    category: tool.text('category'),
    defaults: tool.object('defaults'),
    dependencies: tool.inners('dependencies').map(readDependency),
    metadata: tool.object('metadata'),
    extensions: tool.object('extensions'),
    capabilities: tool.inners('capabilities').map(readCapability),
  };
}

function readDependency(dependency: WireReader): ToolDependency {
  const version = dependency.textOrNull('version');
  const platform = dependency.textOrNull('platform');
  return {
    name: dependency.text('name'),
    type: dependency.text('type'),
    required: dependency.flag('required'),
    ...(version === null ? {} : { version }),
    ...(platform === null ? {} : { platform }),
  };
}

function readCapability(capability: WireReader): CapabilityDefinition {
  return {
    name: capability.text('name'),
    aliases: capability.texts('aliases'),
    description: capability.text('description'),
    extensions: capability.object('extensions'),
    patterns: capability.inners('patterns').map(readPattern),
  };
}

function readPattern(pattern: WireReader): PatternDefinition {
  return {
    name: pattern.text('name'),
    description: pattern.text('description'),
    typicalUseCases: pattern.texts('typicalUseCases'),
    timeEstimateMs: pattern.text('timeEstimateMs'),
    costEstimate: pattern.text('costEstimate'),
    complexityScore: pattern.number('complexityScore'),
    scope: pattern.text('scope'),
    completeness: pattern.text('completeness'),
    limitations: pattern.texts('limitations'),
    policy: pattern.object('policy'),
    preferenceMatch: pattern.object('preferenceMatch'),
    requiredInputs: pattern.objects('requiredInputs'),
    optionalInputs: pattern.objects('optionalInputs'),
    outputSchema: pattern.object('outputSchema'),
    examples: pattern.values('examples'),
    extensions: pattern.object('extensions'),
  };
}
