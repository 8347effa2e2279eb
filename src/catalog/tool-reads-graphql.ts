import { type GraphqlContext, principalOf } from '../graphql/context.js';
import { UnavailableError } from '../kernel/errors.js';
import type { ToolState } from '../view/catalog-change.js';
import type { CatalogView } from '../view/catalog-view.js';
import { parsePosition } from '../view/position.js';
import type { CapabilityOfTool, PatternOfTool } from './tool-node-ids-graphql.js';
import { parseNodeId } from './tool-node-ids-graphql.js';

/** How long a read with `atLeast` waits for its position. */
const POSITION_WAIT_MS = 2_000;

/**
 * The catalog as the caller sees it now.
 * @throws UnavailableError before the first load is through.
 */
export function viewOf(context: GraphqlContext): CatalogView {
  const { source } = context.services;
  if (!source.loaded) throw new UnavailableError('The catalog is still loading. Try again in a moment.');
  return source.viewFor(principalOf(context).tenant);
}

/**
 * Waits until this instance has applied a position, then answers the view.
 * @throws PositionError, UnavailableError when that takes longer than 2 s.
 */
export async function viewAtLeast(context: GraphqlContext, position: string | null | undefined): Promise<CatalogView> {
  if (typeof position === 'string') {
    await context.services.source.waitFor(parsePosition(position), POSITION_WAIT_MS);
  }
  return viewOf(context);
}

/** One version of a tool, from memory where it is the latest, else from the database; null where there is none. */
export async function loadVersion(context: GraphqlContext, toolId: string, version: string): Promise<ToolState | null> {
  const latest = viewOf(context).byId(toolId);
  if (latest?.version === version) return latest;
  // PostgreSQL stores no such text, and refuses to look for it.
  if (version.includes('\0')) return null;
  const stored = await context.services.history.version(principalOf(context).tenant, toolId, version);
  return stored ?? null;
}

/** Loads the version that a node id names. */
export async function loadToolNode(context: GraphqlContext, id: string): Promise<ToolState | null> {
  const place = parseNodeId(id);
  if (place === undefined || place.capability !== undefined) return null;
  return loadVersion(context, place.toolId, place.version);
}

/** Loads the capability that a node id names. */
export async function loadCapabilityNode(context: GraphqlContext, id: string): Promise<CapabilityOfTool | null> {
  const place = parseNodeId(id);
  if (place?.capability === undefined || place.pattern !== undefined) return null;
  const tool = await loadVersion(context, place.toolId, place.version);
  const capability = tool?.capabilities.find(({ name }) => name === place.capability);
  return tool && capability ? { tool, capability } : null;
}

/** Loads the pattern that a node id names. */
export async function loadPatternNode(context: GraphqlContext, id: string): Promise<PatternOfTool | null> {
  const place = parseNodeId(id);
  if (place?.capability === undefined || place.pattern === undefined) return null;
  const tool = await loadVersion(context, place.toolId, place.version);
  const capability = tool?.capabilities.find(({ name }) => name === place.capability);
  const pattern = capability?.patterns.find(({ name }) => name === place.pattern);
  return tool && capability && pattern ? { tool, capability, pattern } : null;
}
