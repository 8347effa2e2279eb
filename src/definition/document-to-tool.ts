import type { Json, JsonObject } from '../kernel/json.js';
import type {
  CapabilityDefinition,
  PatternDefinition,
  ToolContent,
  ToolDefinition,
  ToolDependency,
  ToolStatus,
} from './tool-definition.js';
import type { CapabilityDocument, ContentDocument, PatternDocument, ToolDocument } from './tool-schema.js';
import { CAPABILITY_KEYS, PATTERN_KEYS, TOOL_KEYS } from './tool-schema.js';

/** The version of a definition that names none. */
const FIRST_VERSION = '1.0.0';

/** The domain's definition of a document that the schema has accepted. */
export function documentToTool(document: ToolDocument): ToolDefinition {
  const { status, enabled, owner } = document;
  return {
    name: document.tool_name,
    version: document.version ?? FIRST_VERSION,
    platform: document.platform,
    ...(status !== undefined && { status: status.toUpperCase() as ToolStatus }),
    ...(enabled !== undefined && { enabled }),
    ...(owner !== undefined && { owner }),
    ...documentToContent(document),
  };
}

/** The part of a definition that makes a version. */
export function documentToContent(document: ContentDocument): ToolContent {
  return {
    description: document.description,
    category: document.category,
    defaults: json(document.defaults ?? {}),
    dependencies: (document.dependencies ?? []).map(dependency),
    metadata: json(document.metadata ?? {}),
    extensions: otherKeys(document, TOOL_KEYS),
    capabilities: Object.entries(document.capabilities ?? {}).map(([name, body]) => capability(name, body)),
  };
}

function dependency(document: NonNullable<ContentDocument['dependencies']>[number]): ToolDependency {
  const { name, type, required, version, platform } = document;
  return {
    name,
    type,
    required: required ?? true,
    ...(version !== undefined && { version }),
    ...(platform !== undefined && { platform }),
  };
}

function capability(name: string, document: CapabilityDocument): CapabilityDefinition {
  return {
    name,
    aliases: document.aliases ?? [],
    description: document.description,
    patterns: Object.entries(document.patterns).map(([patternName, body]) => pattern(patternName, body)),
    extensions: otherKeys(document, CAPABILITY_KEYS),
  };
}

function pattern(name: string, document: PatternDocument): PatternDefinition {
  return {
    name,
    description: document.description,
    typicalUseCases: document.typical_use_cases ?? [],
    timeEstimateMs: document.time_estimate_ms,
    costEstimate: document.cost_estimate,
    complexityScore: document.complexity_score,
    scope: document.scope,
    completeness: document.completeness,
    limitations: document.limitations ?? [],
    policy: json(document.policy),
    preferenceMatch: json(document.preference_match),
    requiredInputs: (document.required_inputs ?? []).map(json),
    optionalInputs: (document.optional_inputs ?? []).map(json),
    outputSchema: json(document.output_schema ?? {}),
    examples: (document.examples ?? []) as readonly Json[],
    extensions: otherKeys(document, PATTERN_KEYS),
  };
}

/** The schema looked at plain JSON only, so what it left open is JSON. */
function json(object: { readonly [key: string]: unknown }): JsonObject {
  return object as JsonObject;
}

function otherKeys(document: { readonly [key: string]: unknown }, known: ReadonlySet<string>): JsonObject {
  const others: Record<string, Json> = {};
  for (const key of Object.keys(document)) if (!known.has(key)) others[key] = document[key] as Json;
  return others;
}
