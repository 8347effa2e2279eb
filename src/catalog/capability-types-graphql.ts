import type { ObjectRef } from '@pothos/core';
import { type Estimate, evaluateEstimate } from '../expressions/estimate.js';
import type { CatalogSchemaBuilder, CatalogTypes } from '../graphql/builder.js';
import { BadUserInputError } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json.js';
import type { ToolState } from '../view/catalog-change.js';
import { type CapabilityOfTool, capabilityNodeId, type PatternOfTool, patternNodeId } from './tool-node-ids-graphql.js';
import { loadCapabilityNode, loadPatternNode } from './tool-reads-graphql.js';

/** Adds the types Capability, Pattern and Estimate. */
export function addCapabilityTypes(builder: CatalogSchemaBuilder, tool: ObjectRef<CatalogTypes, ToolState>) {
  const estimate = builder.objectRef<Estimate>('Estimate').implement({
    description: 'A part that cannot be evaluated is null, and says why.',
    fields: (t) => ({
      timeMs: t.exposeFloat('timeMs', { nullable: true, description: 'Estimated time in milliseconds.' }),
      cost: t.exposeFloat('cost', { nullable: true, description: 'Estimated cost in cost units.' }),
      missingVariables: t.exposeStringList('missingVariables', {
        description: 'Variables that the expressions use and that were not given.',
      }),
      error: t.exposeString('error', { nullable: true, description: 'Why a part is null.' }),
    }),
  });

  const pattern = builder.objectRef<PatternOfTool>('Pattern');
  builder.node(pattern, {
    description: 'One way of using a capability, with its estimates and policy.',
    id: { resolve: patternNodeId, description: 'Identifies this pattern of this version.' },
    brandLoadedObjects: false,
    isTypeOf: (value) => typeof value === 'object' && value !== null && 'pattern' in value,
    loadOne: (id, context) => loadPatternNode(context, id),
    fields: (t) => ({
      name: t.string({ description: 'Its name in the capability.', resolve: ({ pattern: p }) => p.name }),
      description: t.string({ description: 'What it does.', resolve: ({ pattern: p }) => p.description }),
      typicalUseCases: t.stringList({
        description: 'What it is good for, in words that users use.',
        resolve: ({ pattern: p }) => p.typicalUseCases,
      }),
      timeEstimateMs: t.string({
        description: "Expression over context variables, in milliseconds, for example '2000 + 0.5 * N'.",
        resolve: ({ pattern: p }) => p.timeEstimateMs,
      }),
      costEstimate: t.string({
        description: "Expression over context variables, in cost units, for example 'ceil(N / 100)'.",
        resolve: ({ pattern: p }) => p.costEstimate,
      }),
      complexityScore: t.float({
        description: '0 (simple) to 1 (complex).',
        resolve: ({ pattern: p }) => p.complexityScore,
      }),
      scope: t.string({
        description: 'How much it covers, for example single_item.',
        resolve: ({ pattern: p }) => p.scope,
      }),
      completeness: t.string({
        description: 'How complete its answer is, for example summary or full.',
        resolve: ({ pattern: p }) => p.completeness,
      }),
      limitations: t.stringList({ description: 'What it cannot do.', resolve: ({ pattern: p }) => p.limitations }),
      policy: t.field({
        type: 'JSON',
        description:
          'Under which conditions it may be selected: cost limit, environments, approval, production safety.',
        resolve: ({ pattern: p }) => p.policy,
      }),
      preferenceMatch: t.field({
        type: 'JSON',
        description: 'How well it meets each preference (speed, accuracy, cost, ...), 0 to 1.',
        resolve: ({ pattern: p }) => p.preferenceMatch,
      }),
      requiredInputs: t.field({
        type: ['JSON'],
        description: 'Inputs it cannot run without.',
        resolve: ({ pattern: p }) => [...p.requiredInputs],
      }),
      optionalInputs: t.field({
        type: ['JSON'],
        description: 'Inputs it can use.',
        resolve: ({ pattern: p }) => [...p.optionalInputs],
      }),
      outputSchema: t.field({
        type: 'JSON',
        description: 'What it answers, as the definition describes it.',
        resolve: ({ pattern: p }) => p.outputSchema,
      }),
      examples: t.field({
        type: ['JSON'],
        description: 'Examples from the definition; a null among them is left out here and stands in `definition`.',
        // One null would make null of everything around it, and with that end every list and stream that holds the tool.
        resolve: ({ pattern: p }) => p.examples.filter((example) => example !== null),
      }),
      extensions: t.field({
        type: 'JSON',
        description: 'Keys of the definition that the catalog has no field for, kept as they came.',
        resolve: ({ pattern: p }) => p.extensions,
      }),
      estimate: t.field({
        type: estimate,
        description: 'Both expressions evaluated for these context variables.',
        args: {
          variables: t.arg({ type: 'JSON', required: true, description: 'For example {"N": 100}.' }),
        },
        resolve: ({ pattern: p }, { variables }) => {
          if (!isJsonObject(variables)) throw new BadUserInputError('variables is an object, for example {"N": 100}.');
          return evaluateEstimate(p, variables);
        },
      }),
    }),
  });

  const capability = builder.objectRef<CapabilityOfTool>('Capability');
  builder.node(capability, {
    description: 'What a tool can do, under a name that requests ask for.',
    id: { resolve: capabilityNodeId, description: 'Identifies this capability of this version.' },
    brandLoadedObjects: false,
    isTypeOf: (value) => typeof value === 'object' && value !== null && 'capability' in value && !('pattern' in value),
    loadOne: (id, context) => loadCapabilityNode(context, id),
    fields: (t) => ({
      name: t.string({ description: 'The name that requests ask for.', resolve: ({ capability: c }) => c.name }),
      aliases: t.stringList({
        description: 'Other names under which requests ask for this capability.',
        resolve: ({ capability: c }) => c.aliases,
      }),
      description: t.string({ description: 'What it does.', resolve: ({ capability: c }) => c.description }),
      extensions: t.field({
        type: 'JSON',
        description: 'Keys of the definition that the catalog has no field for, kept as they came.',
        resolve: ({ capability: c }) => c.extensions,
      }),
      tool: t.expose('tool', { type: tool, description: 'The version that has it.' }),
      patterns: t.field({
        type: [pattern],
        description: 'Ways of using it.',
        resolve: (parent) => parent.capability.patterns.map((entry) => ({ ...parent, pattern: entry })),
      }),
    }),
  });
  return { capability, estimate };
}
