import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { SELECTION_LIMITS } from '../selection/selection-request.js';

/** Adds the input of selectTool and the modes that it shares with the answer. */
export function addSelectionInputs(builder: CatalogSchemaBuilder) {
  const preferenceMode = builder.enumType('PreferenceMode', {
    description: 'What a request wants most: its feature weighs 0.40, the other four 0.15 each.',
    values: {
      FAST: { description: 'Little time.' },
      BALANCED: { description: 'Everything alike: each feature weighs 0.20.' },
      ACCURATE: { description: 'An accurate answer.' },
      THOROUGH: { description: 'A complete answer.' },
      CHEAP: { description: 'Little cost.' },
      SIMPLE: { description: 'Little complexity.' },
    } as const,
  });
  const selectToolInput = builder.inputType('SelectToolInput', {
    description: 'What a tool is needed for.',
    fields: (t) => ({
      query: t.string({
        description:
          'What the user asked for, in their words. Used for preference detection when preference is left out, and for ranking between equal ' +
          `candidates. At most ${SELECTION_LIMITS.queryLength} characters.`,
      }),
      capabilities: t.stringList({
        required: true,
        description: `The capabilities that a tool must offer one of, by name or alias: 1 to ${SELECTION_LIMITS.capabilities}.`,
      }),
      platforms: t.stringList({ description: 'Only tools of these platforms.' }),
      variables: t.field({
        type: 'JSON',
        description: 'Context variables for the estimate expressions, for example {"N": 100}.',
      }),
      preference: t.field({ type: preferenceMode, description: 'Detected from the query when left out.' }),
      environment: t.string({ description: 'Where the tool would run; production when left out.' }),
      costLimit: t.float({ description: 'The most it may cost, in cost units.' }),
      requireProductionSafe: t.boolean({ description: 'Taken as true when left out.' }),
      permissions: t.stringList({
        description: 'Permissions that the caller holds, for policies that require some.',
      }),
      unavailableDependencies: t.stringList({
        description: 'Dependencies that are known to be missing where the tool would run.',
      }),
      allowBackground: t.boolean({
        defaultValue: true,
        description: 'False refuses what its policy runs in the background only.',
      }),
      includeTesting: t.boolean({ defaultValue: false, description: 'Whether tools in testing take part.' }),
      userId: t.string({ description: 'Unit of A/B assignment.' }),
      userGroups: t.stringList({ description: 'The groups that the unit belongs to.' }),
    }),
  });
  return { preferenceMode, selectToolInput };
}

export type SelectionInputTypes = ReturnType<typeof addSelectionInputs>;
