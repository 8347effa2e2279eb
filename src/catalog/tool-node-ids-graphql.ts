import type { CapabilityDefinition, PatternDefinition } from '../definition/tool-definition.js';
import type { ToolState } from '../view/catalog-change.js';

/** A capability together with the version that it belongs to. */
export interface CapabilityOfTool {
  readonly tool: ToolState;
  readonly capability: CapabilityDefinition;
}

/** A pattern together with where it belongs. */
export interface PatternOfTool extends CapabilityOfTool {
  readonly pattern: PatternDefinition;
}

// Ids are made of names, not of database serials: a version has the same id in every database that holds it.

/** `<toolId>@<version>` */
export function toolNodeId(tool: ToolState): string {
  return `${tool.toolId}@${encodeURIComponent(tool.version)}`;
}

/** `<toolId>@<version>/<capability>` */
export function capabilityNodeId({ tool, capability }: CapabilityOfTool): string {
  return `${toolNodeId(tool)}/${encodeURIComponent(capability.name)}`;
}

/** `<toolId>@<version>/<capability>/<pattern>` */
export function patternNodeId(place: PatternOfTool): string {
  return `${capabilityNodeId(place)}/${encodeURIComponent(place.pattern.name)}`;
}

/** What a node id names. Fewer parts are there for a tool and a capability. */
export interface NodePlace {
  readonly toolId: string;
  readonly version: string;
  readonly capability: string | undefined;
  readonly pattern: string | undefined;
}

const NODE_ID =
  /^(?<toolId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@(?<version>[^/@]+)(?:\/(?<capability>[^/]+))?(?:\/(?<pattern>[^/]+))?$/;

/** Takes a node id apart; undefined for what none of the functions above wrote. */
export function parseNodeId(id: string): NodePlace | undefined {
  const parts = NODE_ID.exec(id)?.groups;
  if (parts?.['toolId'] === undefined || parts['version'] === undefined) return undefined;
  try {
    return {
      toolId: parts['toolId'],
      version: decodeURIComponent(parts['version']),
      capability: parts['capability'] && decodeURIComponent(parts['capability']),
      pattern: parts['pattern'] && decodeURIComponent(parts['pattern']),
    };
  } catch {
    return undefined;
  }
}
