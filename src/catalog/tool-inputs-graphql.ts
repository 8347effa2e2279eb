import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import type { ToolTypes } from './tool-types-graphql.js';

/** Adds the inputs that describe which tools and in which order. */
export function addToolFilter(builder: CatalogSchemaBuilder, { toolStatus }: Pick<ToolTypes, 'toolStatus'>) {
  const toolFilter = builder.inputType('ToolFilter', {
    description: 'Every given field must match; a list matches any of its values.',
    fields: (t) => ({
      names: t.stringList({ description: 'Tool names.' }),
      platforms: t.stringList({ description: 'Platforms.' }),
      categories: t.stringList({ description: 'Categories.' }),
      statuses: t.field({ type: [toolStatus], description: 'Statuses.' }),
      enabled: t.boolean({ description: 'Enabled or not.' }),
      capabilities: t.stringList({ description: 'Capability names or aliases.' }),
      tags: t.stringList({ description: 'Values of metadata.tags.' }),
      owner: t.string({ description: 'The owner.' }),
      deleted: t.boolean({ description: 'Only deleted tools; left out or false, only those that are not.' }),
      text: t.string({
        description: 'Matches in name or description, whatever the case; typos are not forgiven.',
      }),
    }),
  });
  const toolOrderField = builder.enumType('ToolOrderField', {
    description: 'What a list of tools is ordered by.',
    values: {
      NAME: { description: 'The name, then the platform.' },
      CREATED_AT: { description: 'When the version was stored.' },
      UPDATED_AT: { description: 'When it last changed in any way.' },
    } as const,
  });
  const orderDirection = builder.enumType('OrderDirection', {
    description: 'Which end of an order comes first.',
    values: { ASC: { description: 'Smallest first.' }, DESC: { description: 'Largest first.' } } as const,
  });
  const toolOrder = builder.inputType('ToolOrder', {
    description: 'The order of a list of tools.',
    fields: (t) => ({
      field: t.field({ type: toolOrderField, required: true, description: 'What it is ordered by.' }),
      direction: t.field({ type: orderDirection, required: true, description: 'Which end comes first.' }),
    }),
  });
  return { toolFilter, toolOrder };
}

export type ToolFilterTypes = ReturnType<typeof addToolFilter>;

/** Adds the inputs that carry a definition or a change of one. */
export function addDefinitionInputs(builder: CatalogSchemaBuilder, { toolStatus }: Pick<ToolTypes, 'toolStatus'>) {
  const dependencyInput = builder.inputType('ToolDependencyInput', {
    description: 'Something a tool needs to run.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'What it needs.' }),
      type: t.string({ required: true, description: 'service, tool, package, permission, ...' }),
      required: t.boolean({ defaultValue: true, description: 'False when the tool works without it, with less.' }),
      version: t.string({ description: 'A version or range.' }),
      platform: t.string({ description: 'For dependencies on tools whose name is not unique.' }),
    }),
  });
  const patternInput = builder.inputType('PatternInput', {
    description: 'One way of using a capability.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'Its name in the capability.' }),
      description: t.string({ required: true, description: 'What it does.' }),
      typicalUseCases: t.stringList({ description: 'What it is good for, in words that users use.' }),
      timeEstimateMs: t.string({
        required: true,
        description: "Expression over context variables, in milliseconds, for example '2000 + 0.5 * N'.",
      }),
      costEstimate: t.string({
        required: true,
        description: "Expression over context variables, in cost units, for example 'ceil(N / 100)'.",
      }),
      complexityScore: t.float({ required: true, description: '0 (simple) to 1 (complex).' }),
      scope: t.string({ required: true, description: 'How much it covers, for example single_item.' }),
      completeness: t.string({ required: true, description: 'How complete its answer is.' }),
      limitations: t.stringList({ description: 'What it cannot do.' }),
      policy: t.field({ type: 'JSON', required: true, description: 'Under which conditions it may be selected.' }),
      preferenceMatch: t.field({
        type: 'JSON',
        required: true,
        description: 'How well it meets each preference, 0 to 1.',
      }),
      requiredInputs: t.field({ type: ['JSON'], description: 'Inputs it cannot run without.' }),
      optionalInputs: t.field({ type: ['JSON'], description: 'Inputs it can use.' }),
      outputSchema: t.field({ type: 'JSON', description: 'What it answers.' }),
      examples: t.field({ type: ['JSON'], description: 'Examples.' }),
      extensions: t.field({ type: 'JSON', description: 'Further keys, kept as they come.' }),
    }),
  });
  const capabilityInput = builder.inputType('CapabilityInput', {
    description: 'What a tool can do, under a name that requests ask for.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'The name that requests ask for.' }),
      aliases: t.stringList({ description: 'Other names for it.' }),
      extensions: t.field({ type: 'JSON', description: 'Further keys, kept as they come.' }),
      description: t.string({ required: true, description: 'What it does.' }),
      patterns: t.field({ type: [patternInput], required: true, description: 'Ways of using it.' }),
    }),
  });
  const definitionInput = builder.inputType('ToolDefinitionInput', {
    description: 'A whole definition.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'Unique on its platform; never changes.' }),
      version: t.string({ description: '1.0.0 when left out.' }),
      description: t.string({ required: true, description: 'What the tool does.' }),
      platform: t.string({ required: true, description: 'Where it runs; never changes.' }),
      category: t.string({ required: true, description: 'What kind of tool it is.' }),
      status: t.field({ type: toolStatus, description: 'ACTIVE when left out.' }),
      owner: t.string({ description: 'The principal who may update it besides admins.' }),
      defaults: t.field({ type: 'JSON', description: 'Values that its patterns start from.' }),
      dependencies: t.field({ type: [dependencyInput], description: 'What it needs to run.' }),
      metadata: t.field({ type: 'JSON', description: 'Anything else about it, `tags` among it.' }),
      extensions: t.field({ type: 'JSON', description: 'Further keys, kept as they come.' }),
      capabilities: t.field({ type: [capabilityInput], required: true, description: 'What it can do.' }),
    }),
  });
  const patchInput = builder.inputType('ToolPatchInput', {
    description: 'What to change. Left-out fields stay as they are.',
    fields: (t) => ({
      description: t.string({ description: 'What the tool does.' }),
      category: t.string({ description: 'What kind of tool it is.' }),
      defaults: t.field({
        type: 'JSON',
        description: 'Objects are merged as JSON Merge Patch (RFC 7396): null removes a key.',
      }),
      dependencies: t.field({ type: [dependencyInput], description: 'Replaces the whole list.' }),
      metadata: t.field({ type: 'JSON', description: 'Merged like defaults.' }),
      extensions: t.field({ type: 'JSON', description: 'Merged like defaults.' }),
      capabilities: t.field({ type: [capabilityInput], description: 'Replaces the whole list.' }),
    }),
  });
  return { definitionInput, patchInput };
}

export type DefinitionInputTypes = ReturnType<typeof addDefinitionInputs>;
