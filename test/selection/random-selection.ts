import fc from 'fast-check';
import { generateCatalog } from '../../scripts/lib/generate-catalog.js';
import type { PatternDefinition } from '../../src/definition/tool-definition.js';
import { PREFERENCE_MODES, type SelectionRequest } from '../../src/selection/selection-request.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { sampleTool } from '../view/sample-tools.js';
import { samplePattern } from './selection-catalog.js';

const ENVIRONMENTS = ['production', 'staging', 'test'];
const PERMISSIONS = ['sudo', 'reboot'];
const DEPENDENCIES = ['systemd', 'docker'];
export const CAPABILITIES = ['job', 'other_job'];
export const TENANTS = ['shared', 'acme'] as const;

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });

/** What no definition may hold, and a store may all the same: each has the wrong type for its key. */
const unreadable = fc.constantFrom(
  { max_cost: '5' },
  { production_safe: 'no' },
  { requires_approval: 1 },
  { allowed_environments: 'staging' },
  { required_permissions: ['sudo', 1] },
  { requires_background_if: 7 },
  { max_N_immediate: [5] },
);

/** Some of the keys, each with one of its values. */
const readable = fc.record(
  {
    max_cost: fc.constantFrom(0, 1, 5, 50),
    production_safe: fc.boolean(),
    requires_approval: fc.boolean(),
    allowed_environments: fc.subarray(ENVIRONMENTS),
    required_permissions: fc.subarray(PERMISSIONS),
    requires_background_if: fc.constantFrom('N > 5', 'true', 'size >= 10', 'not busy', 'N +'),
    max_N_immediate: fc.constantFrom(0, 1, 5, 100, null),
  },
  { requiredKeys: [] },
);

const policy = fc
  .tuple(readable, fc.option(unreadable, { freq: 12, nil: {} }))
  .map(([rules, broken]) => ({ ...rules, ...broken }));

const name = fc.constantFrom('a', 'b', 'c');

const uneven: fc.Arbitrary<PatternDefinition> = fc
  .record({
    name,
    timeEstimateMs: fc.constantFrom('0', '80', '100 * N', '4999 + N', 'size', '90000', '100 / (N - 5)', 'N - 3', '1 +'),
    costEstimate: fc.constantFrom('0', '1', '0.5 * N', 'ceil(N / 10)', '20', 'size', '1 / 0'),
    complexityScore: fc.constantFrom(0, 0.3, 1),
    scope: fc.constantFrom('single_item', 'single', 'batch', 'exhaustive'),
    preferenceMatch: fc.record(
      { accuracy: fc.constantFrom(0, 0.5, 1), completeness: fc.constantFrom(0, 0.4, 1.2) },
      { requiredKeys: [] },
    ),
    policy,
  })
  .map(samplePattern);

/** Every third passes everything and takes the same, so that scores are equal now and then. */
const pattern = fc.oneof(
  { weight: 2, arbitrary: uneven },
  { weight: 1, arbitrary: name.map((given) => samplePattern({ name: given })) },
);

const patterns = fc.uniqueArray(pattern, { minLength: 1, maxLength: 3, selector: (one) => one.name });

/** Tools of three tenants on few platforms, with names and values that meet often. */
export const tools: fc.Arbitrary<ToolState[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom('t1', 't2', 't3', 't4', 't5', 't6'),
      platform: fc.constantFrom('linux', 'windows'),
      tenant: fc.constantFrom('shared', 'shared', 'shared', 'acme', 'globex'),
      description: fc.constantFrom('Lists the pods.', 'Checks disks.', 'Restarts the web server.'),
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'DEPRECATED', 'TESTING', 'DISABLED'),
      enabled: fc.constantFrom(true, true, true, false),
      dependencies: fc
        .subarray(DEPENDENCIES)
        .map((names) => names.map((name) => ({ name, type: 'service', required: name === 'systemd' }))),
      offers: fc.tuple(patterns, patterns),
      alias: fc.boolean(),
    })
    .map(({ offers: [first, second], alias, ...given }) =>
      sampleTool({
        ...given,
        status: given.status as ToolState['status'],
        capabilities: [
          { name: 'job', aliases: [], description: '', patterns: first, extensions: {} },
          {
            name: alias ? 'third_job' : 'other_job',
            aliases: alias ? ['other_job'] : [],
            description: '',
            patterns: second,
            extensions: {},
          },
        ],
      }),
    ),
  { maxLength: 12, selector: ({ tenant, name, platform }) => `${tenant} ${platform} ${name}` },
);

/** What callers may ask; every field may be left out but the capabilities. */
export function requests(capabilities: readonly string[]): fc.Arbitrary<SelectionRequest> {
  return fc.record(
    {
      query: fc.constantFrom('', 'list all pods', 'restart the web server quickly', 'a cheap check of disks', 'zzz'),
      capabilities: fc.subarray([...capabilities], { minLength: 1, maxLength: Math.min(3, capabilities.length) }),
      platforms: optional(fc.constantFrom(['linux'], ['windows', 'kubernetes'])),
      variables: optional(
        fc.record(
          { N: fc.constantFrom(0, 1, 5, 6, 100, 2.5), size: fc.constantFrom(0, 10, 5000), busy: fc.boolean() },
          { requiredKeys: [] },
        ),
      ),
      preference: optional(fc.constantFrom(...PREFERENCE_MODES)),
      environment: optional(fc.constantFrom(...ENVIRONMENTS)),
      costLimit: optional(fc.constantFrom(0, 1, 5)),
      requireProductionSafe: optional(fc.boolean()),
      permissions: optional(fc.subarray(PERMISSIONS)),
      unavailableDependencies: optional(fc.subarray(DEPENDENCIES)),
      allowBackground: optional(fc.boolean()),
      includeTesting: optional(fc.boolean()),
    },
    { requiredKeys: ['capabilities'] },
  );
}

/** The tools of a generated catalog as a view holds them. */
export function generatedTools(toolCount: number, seed: number): ToolState[] {
  return [...generateCatalog({ toolCount, seed })].map((definition) => {
    const { status = 'ACTIVE', enabled = true, owner = null, ...content } = definition;
    return sampleTool({ ...content, status, enabled, owner });
  });
}
