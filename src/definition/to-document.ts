import type { Json, JsonObject } from '../kernel/json.js';
import type {
  CapabilityDefinition,
  PatternDefinition,
  ToolContent,
  ToolDefinition,
  ToolDependency,
} from './tool-definition.js';

/** Keys that read best at the head of an object, whatever the alphabet says. */
const HEAD_KEYS = ['name', 'type', 'description'];

/**
 * A definition in the mapping form of its YAML file, extensions back in their place, empty lists and objects left out.
 * `readDocument` gives the same definition again. The order of keys depends on the definition alone, not on where it came from.
 */
export function toDocument(definition: ToolDefinition): JsonObject {
  const { name, version, description, platform, category, status, enabled, owner } = definition;
  const { defaults, dependencies, metadata, capabilities } = contentDocument(definition, ordered);
  return {
    tool_name: name,
    version,
    description,
    platform,
    category,
    ...(status !== undefined && { status: status.toLowerCase() }),
    ...(enabled !== undefined && { enabled }),
    ...(owner !== undefined && { owner }),
    ...filled({ defaults, dependencies, metadata }),
    capabilities: compactCapabilities(capabilities as JsonObject),
    ...ordered(definition.extensions),
  };
}

/** Gives a JSON value with its keys in another order. */
type Arrange = <T extends Json>(value: T) => T;

function asIs<T extends Json>(value: T): T {
  return value;
}

/**
 * The part of the document that makes a version, with every field in it whether empty or not: what is hashed and compared.
 * `arrange` orders the keys of what the catalog does not look into.
 */
export function contentDocument(content: ToolContent, arrange: Arrange = asIs): JsonObject {
  return {
    description: content.description,
    category: content.category,
    defaults: arrange(content.defaults),
    dependencies: content.dependencies.map(dependencyDocument),
    metadata: arrange(content.metadata),
    capabilities: Object.fromEntries(content.capabilities.map((one) => [one.name, capabilityDocument(one, arrange)])),
    ...arrange(content.extensions),
  };
}

function capabilityDocument(capability: CapabilityDefinition, arrange: Arrange): JsonObject {
  return {
    description: capability.description,
    aliases: capability.aliases,
    patterns: Object.fromEntries(capability.patterns.map((one) => [one.name, patternDocument(one, arrange)])),
    ...arrange(capability.extensions),
  };
}

function patternDocument(pattern: PatternDefinition, arrange: Arrange): JsonObject {
  return {
    description: pattern.description,
    typical_use_cases: pattern.typicalUseCases,
    time_estimate_ms: pattern.timeEstimateMs,
    cost_estimate: pattern.costEstimate,
    complexity_score: pattern.complexityScore,
    scope: pattern.scope,
    completeness: pattern.completeness,
    limitations: pattern.limitations,
    policy: arrange(pattern.policy),
    preference_match: arrange(pattern.preferenceMatch),
    required_inputs: pattern.requiredInputs.map((one) => arrange(one)),
    optional_inputs: pattern.optionalInputs.map((one) => arrange(one)),
    output_schema: arrange(pattern.outputSchema),
    examples: pattern.examples.map((one) => arrange(one)),
    ...arrange(pattern.extensions),
  };
}

function dependencyDocument(dependency: ToolDependency): JsonObject {
  const { name, type, required, version, platform } = dependency;
  return {
    name,
    type,
    required,
    ...(version !== undefined && { version }),
    ...(platform !== undefined && { platform }),
  };
}

const OPTIONAL_PATTERN_FIELDS = [
  'typical_use_cases',
  'limitations',
  'required_inputs',
  'optional_inputs',
  'output_schema',
  'examples',
];

function compactCapabilities(capabilities: JsonObject): JsonObject {
  return mapMembers(capabilities, (capability) => ({
    ...without(capability, ['aliases']),
    patterns: mapMembers(capability['patterns'] as JsonObject, (pattern) => without(pattern, OPTIONAL_PATTERN_FIELDS)),
  }));
}

function mapMembers(object: JsonObject, change: (member: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, change(member as JsonObject)]));
}

/** Leaves out those of the named fields that are empty. */
function without(object: JsonObject, fields: readonly string[]): JsonObject {
  const copy: Record<string, Json> = { ...object };
  for (const field of fields) if (isEmpty(copy[field])) delete copy[field];
  return copy;
}

function filled(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const copy: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && !isEmpty(value)) copy[key] = value;
  return copy;
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The same JSON with its keys in an order that depends on nothing but the keys: databases do not keep theirs. */
function ordered<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered) as readonly Json[] as T;
  return orderedMembers(value as JsonObject) as T;
}

function orderedMembers(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  if (keys.length > 1) keys.sort(compareKeys);
  const copy: Record<string, Json> = {};
  for (const key of keys) copy[key] = ordered(object[key] as Json);
  return copy;
}

function compareKeys(left: string, right: string): number {
  const leftHead = HEAD_KEYS.indexOf(left);
  const rightHead = HEAD_KEYS.indexOf(right);
  if (leftHead !== rightHead) {
    return (leftHead < 0 ? HEAD_KEYS.length : leftHead) - (rightHead < 0 ? HEAD_KEYS.length : rightHead);
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
