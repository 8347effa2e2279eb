import type { Json, JsonObject } from '../kernel/json.js';

/** Something a tool needs to run: a service, another tool, a package, a permission, ... */
export interface ToolDependency {
  readonly name: string;
  /** service, tool, package, permission, filesystem, platform, runtime, ... */
  readonly type: string;
  readonly required: boolean;
  /** A version or range, when the definition names one. */
  readonly version?: string;
  /** For dependencies on tools whose name is not unique. */
  readonly platform?: string;
}

/** One way of using a capability, with its estimates and policy. */
export interface PatternDefinition {
  readonly name: string;
  readonly description: string;
  readonly typicalUseCases: readonly string[];
  /** Expression over context variables, in milliseconds. */
  readonly timeEstimateMs: string;
  /** Expression over context variables, in cost units. */
  readonly costEstimate: string;
  /** 0 (simple) to 1 (complex). */
  readonly complexityScore: number;
  readonly scope: string;
  readonly completeness: string;
  readonly limitations: readonly string[];
  readonly policy: JsonObject;
  readonly preferenceMatch: JsonObject;
  readonly requiredInputs: readonly JsonObject[];
  readonly optionalInputs: readonly JsonObject[];
  readonly outputSchema: JsonObject;
  readonly examples: readonly Json[];
  /** Keys of the definition that the catalog has no field for, kept as they came. */
  readonly extensions: JsonObject;
}

/** What a tool can do, under a name that requests ask for. */
export interface CapabilityDefinition {
  readonly name: string;
  /** Other names under which requests ask for this capability. */
  readonly aliases: readonly string[];
  readonly description: string;
  readonly patterns: readonly PatternDefinition[];
  readonly extensions: JsonObject;
}

/** What makes a version: a change of any of this is a new version, and `contentHash` covers exactly this. */
export interface ToolContent {
  readonly description: string;
  readonly category: string;
  readonly defaults: JsonObject;
  readonly dependencies: readonly ToolDependency[];
  readonly metadata: JsonObject;
  /** Keys of the definition that the catalog has no field for, kept as they came. */
  readonly extensions: JsonObject;
  readonly capabilities: readonly CapabilityDefinition[];
}

export const TOOL_STATUSES = ['ACTIVE', 'DEPRECATED', 'DISABLED', 'TESTING'] as const;
export type ToolStatus = (typeof TOOL_STATUSES)[number];

/** A whole definition as a YAML file or a createTool mutation gives it, after reading and checking. */
export interface ToolDefinition extends ToolContent {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  /** These three belong to the tool, not to a version; taken over when the tool is created. */
  readonly status?: ToolStatus;
  readonly enabled?: boolean;
  readonly owner?: string;
}
