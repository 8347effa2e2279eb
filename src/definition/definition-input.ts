import type { Issue } from '../kernel/issue.js';
import { interpretDocument } from './interpret-document.js';
import { jsonPointer } from './json-pointer.js';
import { FORBIDDEN_KEYS } from './plain-json.js';
import type { ReadResult } from './read-document.js';
import type { ToolStatus } from './tool-definition.js';
import { CAPABILITY_KEYS, PATTERN_KEYS, TOOL_KEYS } from './tool-schema.js';

/** A field that a caller may leave out. */
type Optional<T> = T | null | undefined;

export interface ToolDependencyInput {
  readonly name: string;
  readonly type: string;
  /** True when left out. */
  readonly required?: Optional<boolean>;
  readonly version?: Optional<string>;
  readonly platform?: Optional<string>;
}

export interface PatternInput {
  readonly name: string;
  readonly description: string;
  readonly typicalUseCases?: Optional<readonly string[]>;
  readonly timeEstimateMs: string;
  readonly costEstimate: string;
  readonly complexityScore: number;
  readonly scope: string;
  readonly completeness: string;
  readonly limitations?: Optional<readonly string[]>;
  readonly policy: unknown;
  readonly preferenceMatch: unknown;
  readonly requiredInputs?: Optional<readonly unknown[]>;
  readonly optionalInputs?: Optional<readonly unknown[]>;
  readonly outputSchema?: unknown;
  readonly examples?: Optional<readonly unknown[]>;
  readonly extensions?: unknown;
}

export interface CapabilityInput {
  readonly name: string;
  readonly aliases?: Optional<readonly string[]>;
  readonly extensions?: unknown;
  readonly description: string;
  readonly patterns: readonly PatternInput[];
}

export interface ToolDefinitionInput {
  readonly name: string;
  /** 1.0.0 when left out. */
  readonly version?: Optional<string>;
  readonly description: string;
  readonly platform: string;
  readonly category: string;
  readonly status?: Optional<ToolStatus>;
  readonly owner?: Optional<string>;
  readonly defaults?: unknown;
  readonly dependencies?: Optional<readonly ToolDependencyInput[]>;
  readonly metadata?: unknown;
  readonly extensions?: unknown;
  readonly capabilities: readonly CapabilityInput[];
}

/** Fields that are left out (undefined or null) stay as they are. */
export interface ToolPatchInput {
  readonly description?: Optional<string>;
  readonly category?: Optional<string>;
  /** These three are merged by JSON Merge Patch (RFC 7396): null removes a key. */
  readonly defaults?: unknown;
  readonly metadata?: unknown;
  readonly extensions?: unknown;
  /** A given list replaces the whole list. */
  readonly dependencies?: Optional<readonly ToolDependencyInput[]>;
  readonly capabilities?: Optional<readonly CapabilityInput[]>;
}

/** Reads a definition that came through the API, by the same rules as a document. Never throws. */
export function readDefinitionInput(input: ToolDefinitionInput): ReadResult {
  const issues: Issue[] = [];
  const { name, version, description, platform, category, status, owner, defaults, dependencies, metadata } = input;
  const document = withExtensions(
    {
      tool_name: name,
      version,
      description,
      platform,
      category,
      status,
      owner,
      defaults,
      dependencies,
      metadata,
      capabilities: capabilitiesDocument(input.capabilities, issues),
    },
    input.extensions,
    { known: TOOL_KEYS, path: [], issues },
  );
  const read = interpretDocument(document);
  return {
    definition: issues.length > 0 ? null : read.definition,
    issues: issues.length > 0 ? [...issues, ...read.issues] : read.issues,
  };
}

/** The mapping form of capabilities as the API gives them; two of one name are an issue. */
export function capabilitiesDocument(capabilities: unknown, issues: Issue[]): unknown {
  return byName(capabilities, { path: ['capabilities'], code: 'DUPLICATE_CAPABILITY', issues }, (entry, path) => {
    const capability = entry as CapabilityInput;
    return withExtensions(
      {
        description: capability.description,
        aliases: capability.aliases,
        patterns: byName(
          capability.patterns,
          { path: [...path, 'patterns'], code: 'DUPLICATE_PATTERN', issues },
          (pattern, patternPath) => patternDocument(pattern as PatternInput, patternPath, issues),
        ),
      },
      capability.extensions,
      { known: CAPABILITY_KEYS, path, issues },
    );
  });
}

function patternDocument(pattern: PatternInput, path: readonly PropertyKey[], issues: Issue[]): unknown {
  return withExtensions(
    {
      description: pattern.description,
      typical_use_cases: pattern.typicalUseCases,
      time_estimate_ms: pattern.timeEstimateMs,
      cost_estimate: pattern.costEstimate,
      complexity_score: pattern.complexityScore,
      scope: pattern.scope,
      completeness: pattern.completeness,
      limitations: pattern.limitations,
      policy: pattern.policy,
      preference_match: pattern.preferenceMatch,
      required_inputs: pattern.requiredInputs,
      optional_inputs: pattern.optionalInputs,
      output_schema: pattern.outputSchema,
      examples: pattern.examples,
    },
    pattern.extensions,
    { known: PATTERN_KEYS, path, issues },
  );
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly issues: Issue[];
}

/** A list of named entries as a mapping; what is no such list is passed on, for the schema to refuse. */
function byName(
  list: unknown,
  place: Place & { readonly code: string },
  body: (entry: object, path: readonly PropertyKey[]) => unknown,
): unknown {
  if (!Array.isArray(list)) return list;
  const members = new Map<string, unknown>();
  for (const [index, entry] of list.entries()) {
    const name: unknown = typeof entry === 'object' && entry !== null ? (entry as { name?: unknown }).name : undefined;
    if (typeof name !== 'string') {
      place.issues.push(error('REQUIRED', `Item ${index + 1} needs a name.`, [...place.path, index]));
    } else if (FORBIDDEN_KEYS.has(name)) {
      place.issues.push(error('KEY_FORBIDDEN', `The name '${name}' is not allowed.`, [...place.path, index]));
    } else if (members.has(name)) {
      place.issues.push(error(place.code, `The name '${name}' stands here twice.`, [...place.path, index]));
    } else members.set(name, body(entry as object, [...place.path, name]));
  }
  return Object.fromEntries(members);
}

/** Puts extensions in their place beside the fields, which they may not stand in for. */
function withExtensions(
  fields: Readonly<Record<string, unknown>>,
  extensions: unknown,
  place: Place & { readonly known: ReadonlySet<string> },
): Record<string, unknown> {
  if (extensions === undefined || extensions === null) return { ...fields };
  if (typeof extensions !== 'object' || Array.isArray(extensions)) {
    place.issues.push(error('TYPE', "'extensions' must be a mapping of keys to values.", place.path));
    return { ...fields };
  }
  place.issues.push(...extensionIssues(extensions, place.path, place.known));
  return { ...extensions, ...fields };
}

/** What extensions may not hold: keys of the definition itself. */
export function extensionIssues(
  extensions: object,
  path: readonly PropertyKey[],
  known: ReadonlySet<string>,
): readonly Issue[] {
  return Object.keys(extensions)
    .filter((key) => known.has(key))
    .map((key) => error('EXTENSION_RESERVED', `'${key}' is a field of its own and no extension.`, [...path, key]));
}

function error(code: string, message: string, path: readonly PropertyKey[]): Issue {
  return { severity: 'ERROR', code, message, path: jsonPointer(path) };
}
