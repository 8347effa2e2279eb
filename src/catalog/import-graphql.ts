import type { EnumRef } from '@pothos/core';
import type { CatalogSchemaBuilder, CatalogTypes } from '../graphql/builder.js';
import { callerOf } from '../graphql/context.js';
import type { SharedTypes } from '../graphql/shared-types.js';
import { ValidationError } from '../kernel/errors.js';
import type {
  BulkUpdateReport,
  BulkUpdateToolResult,
  ImportOutcome,
  ImportReport,
  ImportResult,
} from './catalog-commands.js';
import type { DefinitionInputTypes, ToolFilterTypes } from './tool-inputs-graphql.js';
import type { ToolTypes } from './tool-types-graphql.js';

type Types = Pick<ToolTypes, 'toolStatus'> & ToolFilterTypes & DefinitionInputTypes & SharedTypes;

/** Adds importTools and bulkUpdateTools. */
export function addImport(builder: CatalogSchemaBuilder, types: Types) {
  const outcome = builder.enumType('ImportOutcome', {
    description: 'What became of one document or tool.',
    values: {
      CREATED: { description: 'A new tool.' },
      UPDATED: { description: 'A new version, or a change in place.' },
      UNCHANGED: { description: 'Nothing to change.' },
      SKIPPED: { description: 'It exists already and was left as it is.' },
      FAILED: { description: 'Refused; the issues say why.' },
    } as const,
  });
  addImportTools(builder, types, outcome);
  addBulkUpdate(builder, types, outcome);
}

type OutcomeType = EnumRef<CatalogTypes, ImportOutcome>;

function addImportTools(builder: CatalogSchemaBuilder, types: Types, outcome: OutcomeType) {
  const conflict = builder.enumType('ImportConflict', {
    description: 'What to do with a document whose tool exists already.',
    values: {
      SKIP: { description: 'A tool that exists already is left as it is.' },
      NEW_VERSION: { description: 'Different content becomes a new version; equal content changes nothing.' },
      FAIL: { description: 'A tool that exists already fails its document.' },
    } as const,
  });
  const input = builder.inputType('ImportToolsInput', {
    description: 'Definitions to import.',
    fields: (t) => ({
      yaml: t.string({ required: true, description: 'A YAML stream: one document a tool.' }),
      onConflict: t.field({
        type: conflict,
        defaultValue: 'NEW_VERSION',
        description: 'What to do with tools that exist already.',
      }),
      atomic: t.boolean({
        defaultValue: false,
        description: 'True: all documents or none. False: every valid document.',
      }),
      dryRun: t.boolean({ defaultValue: false, description: 'True: only reports what would happen.' }),
      reason: t.string({ description: 'Why; kept in the audit log.' }),
      idempotencyKey: t.string({ description: 'A repeated call with the same key has the effect of one.' }),
    }),
  });
  const result = builder.objectRef<ImportResult>('ImportResult').implement({
    description: 'What became of one document.',
    fields: (t) => ({
      index: t.exposeInt('index', { description: '0-based place of the document in the stream.' }),
      name: t.exposeString('name', { nullable: true, description: 'The tool, where it could be read.' }),
      platform: t.exposeString('platform', { nullable: true, description: 'Its platform, where it could be read.' }),
      version: t.exposeString('version', {
        nullable: true,
        description:
          'The version that is now the latest; of what was not stored, the one that it would have become, or that it names.',
      }),
      outcome: t.expose('outcome', { type: outcome, description: 'What became of it.' }),
      issues: t.field({
        type: [types.validationIssue],
        description: 'What was found in it.',
        resolve: (parent) => parent.issues,
      }),
    }),
  });
  const report = builder.objectRef<ImportReport>('ImportReport').implement({
    description: 'What became of all documents.',
    fields: (t) => ({
      created: t.exposeInt('created', { description: 'New tools.' }),
      updated: t.exposeInt('updated', { description: 'Tools with a new version.' }),
      unchanged: t.exposeInt('unchanged', { description: 'Tools that were as the document says already.' }),
      skipped: t.exposeInt('skipped', { description: 'Tools left as they are.' }),
      failed: t.exposeInt('failed', { description: 'Documents refused.' }),
      dryRun: t.exposeBoolean('dryRun', { description: 'Whether this only says what would happen.' }),
      results: t.field({
        type: [result],
        description: 'One entry a document, in the order of the stream.',
        resolve: (parent) => parent.results,
      }),
    }),
  });
  builder.mutationField('importTools', (t) =>
    t.field({
      type: report,
      description: 'Creates and updates tools from YAML documents, all in one revision. For admins; up to 64 MiB.',
      args: { input: t.arg({ type: input, required: true, description: 'What to import, and how.' }) },
      resolve: (_root, args, context) => context.services.commands.importTools(callerOf(context), args.input),
    }),
  );
}

function addBulkUpdate(builder: CatalogSchemaBuilder, types: Types, outcome: OutcomeType) {
  const input = builder.inputType('BulkUpdateToolsInput', {
    description: 'One change for many tools. An empty filter is refused.',
    fields: (t) => ({
      filter: t.field({ type: types.toolFilter, required: true, description: 'Which tools.' }),
      patch: t.field({ type: types.patchInput, description: 'A change of their definitions.' }),
      status: t.field({ type: types.toolStatus, description: 'The new status.' }),
      enabled: t.boolean({ description: 'Enabled or not.' }),
      owner: t.string({ description: 'The new owner.' }),
      dryRun: t.boolean({ defaultValue: false, description: 'True: only reports what would happen.' }),
      reason: t.string({ description: 'Why; kept in the audit log.' }),
      idempotencyKey: t.string({ description: 'A repeated call with the same key has the effect of one.' }),
    }),
  });
  const result = builder.objectRef<BulkUpdateToolResult>('BulkUpdateToolResult').implement({
    description: 'What became of one tool.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'The tool.' }),
      platform: t.exposeString('platform', { description: 'Its platform.' }),
      version: t.exposeString('version', { nullable: true, description: 'The version that is now the latest.' }),
      outcome: t.expose('outcome', { type: outcome, description: 'What became of it.' }),
      changes: t.field({
        type: [types.fieldChange],
        description: 'What changed in its definition.',
        resolve: (parent) => parent.changes,
      }),
      issues: t.field({
        type: [types.validationIssue],
        description: 'What was found in it.',
        resolve: (parent) => parent.issues,
      }),
    }),
  });
  const report = builder.objectRef<BulkUpdateReport>('BulkUpdateReport').implement({
    description: 'What became of all tools that matched.',
    fields: (t) => ({
      matched: t.exposeInt('matched', { description: 'Tools that matched.' }),
      updated: t.exposeInt('updated', { description: 'Tools changed.' }),
      unchanged: t.exposeInt('unchanged', { description: 'Tools that were so already.' }),
      failed: t.exposeInt('failed', { description: 'Tools that could not be changed.' }),
      dryRun: t.exposeBoolean('dryRun', { description: 'Whether this only says what would happen.' }),
      results: t.field({ type: [result], description: 'One entry a tool.', resolve: (parent) => parent.results }),
    }),
  });
  const union = builder.errorUnion('BulkUpdateResult', {
    description: 'The report, or why nothing was tried.',
    types: [report, ValidationError],
    resolveType: () => report,
  });
  builder.mutationField('bulkUpdateTools', (t) =>
    t.field({
      type: union,
      description: 'Changes all tools that match a filter, in one revision. For admins.',
      args: { input: t.arg({ type: input, required: true, description: 'Which tools, and the change.' }) },
      resolve: (_root, args, context) => context.services.commands.bulkUpdateTools(callerOf(context), args.input),
    }),
  );
}
