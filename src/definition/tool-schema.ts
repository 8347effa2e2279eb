import { z } from 'zod';
import { LIMITS } from './limits.js';
import { ONE_LINE } from './one-line.js';
import { FORBIDDEN_KEYS } from './plain-json.js';

/** Names that REST paths use: no tool can have them. */
export const RESERVED_TOOL_NAMES: readonly string[] = [
  'search',
  'platform',
  'category',
  'import',
  'export',
  'validate',
];

/** Letters, digits, `_ - . : / +` and blanks inside; begins with a letter, digit or `_`; holds a letter. */
const NAME = /^(?=.*\p{L})[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N} _.:/+-]*[\p{L}\p{M}\p{N}_.:/+-])?$/u;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z._+~-]*$/;
const NOT_BLANK = /\S/;

/** Where a rule needs words of its own, its message is the code, and schema-issues.ts has the words. */
const name = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(NAME, 'NAME_FORM')
    .refine((text) => text === text.normalize('NFC'), 'NAME_FORM')
    .refine((text) => !FORBIDDEN_KEYS.has(text), 'KEY_FORBIDDEN');
const line = (maxLength: number) => z.string().max(maxLength).regex(ONE_LINE, 'TEXT_FORM');
const prose = (maxLength: number) => z.string().max(maxLength).regex(NOT_BLANK, 'EMPTY');
const amount = () => z.number().min(0).nullish();
const share = () => z.number().nullish();
const freeObject = () => z.looseObject({});

const expression = (meaning: string) => prose(LIMITS.expressionLength).describe(meaning);

const toolName = name(LIMITS.nameLength).refine((text) => !RESERVED_TOOL_NAMES.includes(text), 'NAME_RESERVED');

const input = z.looseObject({
  name: line(LIMITS.nameLength).describe('Name of the input.'),
  type: line(LIMITS.labelLength).nullish().describe('string, integer, float, number, boolean, object or array.'),
  description: z.string().max(LIMITS.descriptionLength).nullish().describe('What the input means.'),
  required: z.boolean().nullish().describe('Whether the input must be given.'),
  validation: z
    .string()
    .max(LIMITS.lineLength)
    .nullish()
    .describe('Regular expression that the whole value must match.'),
  allowed_values: z.array(z.unknown()).nullish().describe('The only values that are allowed.'),
});

const policy = z.looseObject({
  max_cost: amount().describe('Highest estimated cost at which this pattern may be chosen, in cost units.'),
  requires_approval: z.boolean().nullish().describe('Whether somebody must approve before it runs.'),
  production_safe: z.boolean().nullish().describe('False keeps the pattern out of production.'),
  max_execution_time: amount().describe('Longest execution, in seconds.'),
  max_execution_time_ms: amount().describe('Longest execution, in milliseconds.'),
  max_N_immediate: amount().describe('Above this N the pattern runs in the background.'),
  requires_background_if: z
    .union([z.string().max(LIMITS.expressionLength), z.boolean()])
    .nullish()
    .describe("Condition over context variables, for example 'N > 50'."),
  allowed_environments: z.array(line(LIMITS.labelLength)).nullish().describe('The only environments it may run in.'),
  required_permissions: z.array(line(LIMITS.nameLength)).nullish().describe('Permissions that the caller must hold.'),
});

const preferenceMatch = z.looseObject({
  speed: share().describe('How well the pattern serves who wants speed, 0 to 1.'),
  accuracy: share().describe('How well the pattern serves who wants accuracy, 0 to 1.'),
  cost: share().describe('How well the pattern serves who wants low cost, 0 to 1.'),
  complexity: share().describe('How well the pattern serves who wants simplicity, 0 to 1.'),
  completeness: share().describe('How well the pattern serves who wants completeness, 0 to 1.'),
});

const pattern = z.looseObject({
  description: prose(LIMITS.descriptionLength).describe('What this way of using the capability does.'),
  typical_use_cases: z
    .array(prose(LIMITS.lineLength))
    .max(LIMITS.useCases)
    .optional()
    .describe('What people ask for when they need this pattern. Search reads it.'),
  time_estimate_ms: expression("Expected duration in milliseconds, as an expression: '2000 + 0.5 * N'."),
  cost_estimate: expression("Expected cost in cost units, as an expression: 'ceil(N / 100)'."),
  complexity_score: z.number().min(0).max(1).describe('0 (simple) to 1 (complex).'),
  scope: line(LIMITS.labelLength).describe('single_item, batch, multiple_items, exhaustive, continuous, ...'),
  completeness: line(LIMITS.labelLength).describe('How complete the result is: complete, partial, ...'),
  limitations: z.array(prose(LIMITS.lineLength)).max(LIMITS.listItems).optional().describe('What it cannot do.'),
  policy: policy.describe('What must hold for this pattern to run. Other keys are kept.'),
  preference_match: preferenceMatch.describe('How well the pattern serves each preference, 0 to 1.'),
  required_inputs: z.array(input).max(LIMITS.listItems).optional().describe('Inputs that must be given.'),
  optional_inputs: z.array(input).max(LIMITS.listItems).optional().describe('Inputs that may be given.'),
  output_schema: freeObject().optional().describe('What comes out, as a JSON Schema or any other description.'),
  examples: z.array(z.unknown()).max(LIMITS.listItems).optional().describe('Examples of use, of any form.'),
});

const capability = z.looseObject({
  description: prose(LIMITS.descriptionLength).describe('What the tool can do.'),
  aliases: z
    .array(name(LIMITS.nameLength))
    .max(LIMITS.aliases)
    .optional()
    .describe('Other names under which requests ask for this capability.'),
  patterns: z
    .record(name(LIMITS.nameLength), pattern)
    .refine((patterns) => Object.keys(patterns).length <= LIMITS.patterns, 'TOO_MANY')
    .meta({ description: 'The ways of using the capability, by name.', maxProperties: LIMITS.patterns }),
});

const dependency = z.looseObject({
  name: line(LIMITS.dependencyNameLength).describe('What is needed.'),
  type: line(LIMITS.labelLength).describe('service, tool, package, permission, filesystem, platform, runtime, ...'),
  required: z.boolean().optional().describe('False where the tool also works without it. True when left out.'),
  version: line(LIMITS.labelLength).optional().describe('A version or range.'),
  platform: line(LIMITS.platformLength).optional().describe('For dependencies on tools whose name is not unique.'),
});

const versionText = z.string().max(LIMITS.versionLength).regex(VERSION, 'VERSION_FORM');

/** Whether a definition may have this version. */
export function isVersion(text: string): boolean {
  return versionText.safeParse(text).success;
}

const identity = {
  tool_name: toolName.meta({
    description: 'Name of the tool; with its platform it identifies the tool.',
    not: { enum: [...RESERVED_TOOL_NAMES, ...FORBIDDEN_KEYS] },
  }),
  version: versionText.describe("Version of the definition, in quotes: '1.0.0'. 1.0.0 when left out.").optional(),
  platform: name(LIMITS.platformLength).describe('linux, windows, network, scheduler, custom, or another one.'),
  status: z
    .enum(['active', 'deprecated', 'disabled', 'testing'])
    .optional()
    .describe('Taken over when the tool is created; active when left out.'),
  enabled: z.boolean().optional().describe('Taken over when the tool is created; true when left out.'),
  owner: line(LIMITS.ownerLength).optional().describe('The principal who may update this tool besides admins.'),
};

const content = {
  description: prose(LIMITS.descriptionLength).describe('What the tool is for.'),
  category: name(LIMITS.labelLength).describe('system, network, automation, monitoring, security, or another one.'),
  defaults: freeObject()
    .optional()
    .describe('Properties of the tool as a whole, for example its accuracy or freshness.'),
  dependencies: z.array(dependency).max(LIMITS.listItems).optional().describe('What the tool needs to run.'),
  metadata: freeObject().optional().describe('Author, tags, links: anything that describes the tool.'),
  capabilities: z
    .record(name(LIMITS.nameLength), capability)
    .refine((capabilities) => Object.keys(capabilities).length <= LIMITS.capabilities, 'TOO_MANY')
    .meta({
      description: 'What the tool can do, by name. Without any it can be seen and edited, never selected.',
      maxProperties: LIMITS.capabilities,
    })
    .optional(),
};

/** A tool's definition in the form of its YAML file. Keys that it does not name are allowed and kept. */
export const toolSchema = z.looseObject({ ...identity, ...content });
/** The part of a definition that makes a version. */
export const contentSchema = z.looseObject(content);

export type ToolDocument = z.output<typeof toolSchema>;
export type ContentDocument = z.output<typeof contentSchema>;
export type CapabilityDocument = z.output<typeof capability>;
export type PatternDocument = z.output<typeof pattern>;

export const TOOL_KEYS: ReadonlySet<string> = new Set(Object.keys(toolSchema.shape));
export const CAPABILITY_KEYS: ReadonlySet<string> = new Set(Object.keys(capability.shape));
export const PATTERN_KEYS: ReadonlySet<string> = new Set(Object.keys(pattern.shape));
export const DEPENDENCY_KEYS: ReadonlySet<string> = new Set(Object.keys(dependency.shape));
