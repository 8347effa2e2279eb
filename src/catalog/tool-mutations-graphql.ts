import type { CatalogSchemaBuilder } from '../graphql/builder.js';
import { callerOf } from '../graphql/context.js';
import { AmbiguousNameError, ConflictError, NotFoundError, ValidationError } from '../kernel/errors.js';
import type { CatalogCommands } from './catalog-commands.js';
import type { DefinitionInputTypes } from './tool-inputs-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

const REASON = 'Why; kept in the audit log.';
const IDEMPOTENCY_KEY =
  'At most 128 characters. A repeated call with the same key within 24 hours has the effect of one.';
const EXPECTED_REVISION = 'Refused with ConflictError when the tool has changed in any way since that revision.';
const PLATFORM = 'May be left out while the name is unique.';

/** Adds the mutations of single tools. */
export function addToolMutations(builder: CatalogSchemaBuilder, types: ToolTypes & DefinitionInputTypes) {
  const toolResult = builder.errorUnion('ToolResult', {
    description: 'The tool as it is after the change, or why nothing changed.',
    types: [types.tool, ValidationError, ConflictError, NotFoundError, AmbiguousNameError],
    resolveType: () => types.tool,
  });

  const nameInput = builder.inputType('ToolNameInput', {
    description: 'As in Query.tool, the platform may be left out while the name is unique; else AmbiguousNameError.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'The name.' }),
      platform: t.string({ description: PLATFORM }),
      expectedRevision: t.field({ type: 'SafeInt', description: EXPECTED_REVISION }),
      reason: t.string({ description: REASON }),
      idempotencyKey: t.string({ description: IDEMPOTENCY_KEY }),
    }),
  });
  const stateInput = builder.inputType('SetToolStateInput', {
    description: 'What belongs to the tool rather than to a version, and changes in place.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'The name.' }),
      platform: t.string({ description: PLATFORM }),
      status: t.field({ type: types.toolStatus, description: 'The new status.' }),
      owner: t.string({
        description:
          'The new owner: the name of a principal. Left out or null, it stays; an empty text takes the owner away.',
      }),
      expectedRevision: t.field({ type: 'SafeInt', description: EXPECTED_REVISION }),
      reason: t.string({ description: REASON }),
      idempotencyKey: t.string({ description: IDEMPOTENCY_KEY }),
    }),
  });
  const createInput = builder.inputType('CreateToolInput', {
    description: 'A tool to create.',
    fields: (t) => ({
      definition: t.field({ type: types.definitionInput, required: true, description: 'The whole definition.' }),
      reason: t.string({ description: REASON }),
      idempotencyKey: t.string({ description: IDEMPOTENCY_KEY }),
    }),
  });
  const updateInput = builder.inputType('UpdateToolInput', {
    description: 'A change of a definition.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'The name.' }),
      platform: t.string({ description: PLATFORM }),
      expectedVersion: t.string({ description: 'Refused with ConflictError when the latest version is another.' }),
      expectedRevision: t.field({ type: 'SafeInt', description: EXPECTED_REVISION }),
      newVersion: t.string({
        description: 'The next version when left out: 1.2.3 is followed by 1.2.4. One that exists is a ConflictError.',
      }),
      patch: t.field({
        type: types.patchInput,
        required: true,
        description: 'Left-out fields stay as they are; a given capabilities list replaces the whole list.',
      }),
      publish: t.boolean({
        defaultValue: true,
        description:
          'False stores the version with status TESTING without making it the latest: for A/B tests and review.',
      }),
      reason: t.string({ description: REASON }),
      idempotencyKey: t.string({ description: IDEMPOTENCY_KEY }),
    }),
  });
  const versionInput = builder.inputType('RollbackToolInput', {
    description: 'Which version is to be the latest.',
    fields: (t) => ({
      name: t.string({ required: true, description: 'The name.' }),
      platform: t.string({ description: PLATFORM }),
      toVersion: t.string({ required: true, description: 'The version.' }),
      expectedRevision: t.field({ type: 'SafeInt', description: EXPECTED_REVISION }),
      reason: t.string({ description: REASON }),
      idempotencyKey: t.string({ description: IDEMPOTENCY_KEY }),
    }),
  });

  /** A mutation of the tool that its input names. */
  const byName = (command: NameCommand, description: string) =>
    builder.mutationField(command, (t) =>
      t.field({
        type: toolResult,
        description,
        args: { input: t.arg({ type: nameInput, required: true, description: 'Which tool.' }) },
        resolve: (_root, { input }, context) => context.services.commands[command](callerOf(context), input),
      }),
    );
  /** A mutation that chooses one of a tool's versions. */
  const byVersion = (command: 'rollbackTool' | 'setLatestVersion', description: string) =>
    builder.mutationField(command, (t) =>
      t.field({
        type: toolResult,
        description,
        args: { input: t.arg({ type: versionInput, required: true, description: 'Which version of which tool.' }) },
        resolve: (_root, { input }, context) => context.services.commands[command](callerOf(context), input),
      }),
    );

  builder.mutationFields((t) => ({
    createTool: t.field({
      type: toolResult,
      description: 'Stores a new tool. For admins.',
      args: { input: t.arg({ type: createInput, required: true, description: 'The tool.' }) },
      resolve: (_root, { input }, context) => context.services.commands.createTool(callerOf(context), input),
    }),
    updateTool: t.field({
      type: toolResult,
      description:
        "Stores a new version and makes it the latest. Equal content stores nothing and answers the present version. For admins and the tool's owner.",
      args: { input: t.arg({ type: updateInput, required: true, description: 'The change.' }) },
      resolve: (_root, { input }, context) => context.services.commands.updateTool(callerOf(context), input),
    }),
    setToolState: t.field({
      type: toolResult,
      description: 'Changes status or owner in place.',
      args: { input: t.arg({ type: stateInput, required: true, description: 'The change.' }) },
      resolve: (_root, { input }, context) => context.services.commands.setToolState(callerOf(context), input),
    }),
  }));
  byVersion('rollbackTool', 'Makes an earlier version the latest again.');
  byVersion(
    'setLatestVersion',
    'Makes any version the latest; this publishes one that was stored with publish: false.',
  );
  byName('enableTool', 'Lets the tool be selected again.');
  byName('disableTool', 'Keeps the tool from being selected; its status stays.');
  byName('deprecateTool', 'Sets the status DEPRECATED: still selected, after every active candidate.');
  byName('deleteTool', 'Hides the tool and all its versions; its history stays, and restoreTool brings it back.');
  byName('restoreTool', 'Brings a deleted tool back as it was.');
  return { toolResult };
}

type NameCommand = keyof Pick<
  CatalogCommands,
  'enableTool' | 'disableTool' | 'deprecateTool' | 'deleteTool' | 'restoreTool'
>;
