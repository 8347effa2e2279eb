import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import type { SharedTypes } from '../graphql/shared-types.js';
import { BadUserInputError, ValidationError } from '../kernel/errors.js';
import { FEATURES, type FeatureValues } from '../selection/features.js';
import { NoToolFoundError } from '../selection/no-tool-found-error.js';
import type { Candidate, RejectedCandidate, Selected } from '../selection/selection-outcome.js';
import { formatPosition } from '../view/position.js';
import { MAX_PAGE_SIZE } from '../view/tool-page.js';
import type { SelectionInputTypes } from './selection-inputs-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

const SHOWN_ALTERNATIVES = 50;

/** Adds what selectTool answers. */
export function addSelectionTypes(
  builder: CatalogSchemaBuilder,
  types: ToolTypes & SelectionInputTypes & Pick<SharedTypes, 'userError'>,
) {
  const executionMode = builder.enumType('ExecutionMode', {
    description: 'How a candidate would run.',
    values: {
      IMMEDIATE: { description: 'While the user waits.' },
      BACKGROUND: { description: 'In the background: its policy says so, or it takes more than 5 s.' },
      APPROVAL_REQUIRED: { description: 'Once somebody has approved it.' },
    } as const,
  });
  const slaClass = builder.enumType('SlaClass', {
    description: 'How long a candidate would take.',
    values: {
      INTERACTIVE: { description: 'Under 1 s.' },
      BATCH: { description: 'Under 10 s.' },
      BACKGROUND: { description: '10 s or more.' },
    } as const,
  });
  const features = builder.objectRef<FeatureValues>('CandidateFeatures').implement({
    description: 'What a candidate is scored by: each 0 to 1, higher is better.',
    fields: (t) =>
      Object.fromEntries(
        FEATURES.map((feature) => [feature, t.exposeFloat(feature, { description: `The normalised ${feature}.` })]),
      ),
  });
  const candidate = builder.objectRef<Candidate>('Candidate').implement({
    description: 'A way of doing what was asked for: a pattern of a capability of a tool.',
    fields: (t) => ({
      tool: t.expose('tool', { type: types.tool, description: 'The tool, in the version that takes part.' }),
      capability: t.exposeString('capability', {
        description: "The capability's own name, also where the request used an alias.",
      }),
      pattern: t.exposeString('pattern', { description: 'The way of using it.' }),
      score: t.exposeFloat('score', { description: '0 to 1, higher is better.' }),
      features: t.expose('features', { type: features, description: 'What the score is made of.' }),
      estimate: t.expose('estimate', {
        type: types.estimate,
        description: 'What it would take; a pattern for one item counts once for each of N.',
      }),
      executionMode: t.expose('executionMode', { type: executionMode, description: 'How it would run.' }),
      slaClass: t.expose('slaClass', { type: slaClass, description: 'How long it would take.' }),
      notes: t.exposeStringList('notes', {
        description: 'What to know of it: deprecated, in testing, why approval or background, counted per item.',
      }),
    }),
  });
  const rejectedCandidate = builder.objectRef<RejectedCandidate>('RejectedCandidate').implement({
    description: 'A pattern that the request or its policy rules out.',
    fields: (t) => ({
      tool: t.expose('tool', { type: types.tool, description: 'The tool, in the version that took part.' }),
      capability: t.exposeString('capability', { description: 'The capability.' }),
      pattern: t.exposeString('pattern', { description: 'The way of using it.' }),
      code: t.exposeString('code', {
        description: 'Stable code, for example COST_LIMIT, NOT_PRODUCTION_SAFE, ENVIRONMENT, ESTIMATE_FAILED.',
      }),
      message: t.exposeString('message', { description: 'Every rule that it breaks, that of the code first.' }),
    }),
  });
  const firstRejected = {
    defaultValue: MAX_PAGE_SIZE,
    description: `How many, 0 to ${MAX_PAGE_SIZE}.`,
  };
  const toolSelection = builder.objectRef<Selected>('ToolSelection').implement({
    description: 'What fits a request best, and why.',
    fields: (t) => ({
      best: t.expose('best', { type: candidate, description: 'The winner.' }),
      alternatives: t.field({
        type: [candidate],
        description: 'The next best, in order.',
        args: {
          first: t.arg.int({ defaultValue: SHOWN_ALTERNATIVES, description: `How many, 0 to ${MAX_PAGE_SIZE}.` }),
        },
        resolve: ({ alternatives }, { first }) => firstOf(alternatives, first ?? SHOWN_ALTERNATIVES),
      }),
      alternativeCount: t.int({
        description: 'All of them.',
        resolve: ({ alternatives }) => alternatives.length,
      }),
      rejected: t.field({
        type: [rejectedCandidate],
        description: 'What was ruled out, by tool name, platform, capability and pattern.',
        args: { first: t.arg.int(firstRejected) },
        resolve: ({ rejected }, { first }) => firstOf(rejected, first ?? MAX_PAGE_SIZE),
      }),
      rejectedCount: t.int({ description: 'All of them.', resolve: ({ rejected }) => rejected.length }),
      preference: t.expose('preference', {
        type: types.preferenceMode,
        description: 'As given, or as detected from the query.',
      }),
      ambiguous: t.exposeBoolean('ambiguous', {
        description: 'True when the two best are too close to tell apart by score.',
      }),
      clarifyingQuestion: t.exposeString('clarifyingQuestion', {
        nullable: true,
        description: 'Its answer tells the two best apart. Null unless ambiguous.',
      }),
      justification: t.exposeString('justification', {
        description: 'Why the winner won, with the two features that decided.',
      }),
      assumedVariables: t.field({
        type: 'JSON',
        description: 'Variables that the request left out and that took their default.',
        resolve: ({ assumedVariables }) => assumedVariables,
      }),
      position: t.field({
        type: 'CatalogPosition',
        description: 'Where the catalog stood: the same request at the same position has the same answer.',
        resolve: ({ position }) => formatPosition(position),
      }),
    }),
  });
  builder.objectType(NoToolFoundError, {
    name: 'NoToolFoundError',
    description: 'No tool passes what the request asks for.',
    interfaces: [types.userError],
    fields: (t) => ({
      rejected: t.field({
        type: [rejectedCandidate],
        description: 'What was ruled out, by tool name, platform, capability and pattern.',
        args: { first: t.arg.int(firstRejected) },
        resolve: ({ rejected }, { first }) => firstOf(rejected, first ?? MAX_PAGE_SIZE),
      }),
      rejectedCount: t.int({ description: 'All of them.', resolve: ({ rejected }) => rejected.length }),
    }),
  });
  const selectToolResult = builder.errorUnion('SelectToolResult', {
    description: 'The selection, or why there is none.',
    types: [toolSelection, NoToolFoundError, ValidationError],
    resolveType: () => toolSelection,
  });
  return { selectToolResult };
}

function firstOf<T>(items: readonly T[], count: number): T[] {
  if (count < 0 || count > MAX_PAGE_SIZE) {
    throw new BadUserInputError(`first must be a whole number from 0 to ${MAX_PAGE_SIZE}, not ${count}.`);
  }
  return items.slice(0, count);
}
