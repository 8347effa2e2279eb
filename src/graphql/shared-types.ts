import type { FieldChange } from '../definition/diff.js';
import {
  AmbiguousNameError,
  type CatalogError,
  ConflictError,
  NotFoundError,
  ValidationError,
} from '../kernel/errors.js';
import type { Issue } from '../kernel/issue.js';
import type { CatalogSchemaBuilder } from './builder.js';

/** Adds what several features show: issues, changes of fields, and the errors that are members of result unions. */
export function addSharedTypes(builder: CatalogSchemaBuilder) {
  const severity = builder.enumType('Severity', {
    description: 'How much an issue matters.',
    values: {
      ERROR: { description: 'Refuses the definition.' },
      WARNING: { description: 'Lets it pass, and should be looked at.' },
      INFO: { description: 'Worth knowing.' },
    } as const,
  });

  const validationIssue = builder.objectRef<Issue>('ValidationIssue').implement({
    description: 'One finding about a definition: which rule, where, and what would make it right.',
    fields: (t) => ({
      severity: t.expose('severity', { type: severity, description: 'How much it matters.' }),
      code: t.exposeString('code', {
        description: 'Stable, machine-readable, for example EXPRESSION_UNKNOWN_VARIABLE.',
      }),
      message: t.exposeString('message', { description: 'What is wrong, in words.' }),
      path: t.exposeString('path', {
        description: 'JSON Pointer into the definition; empty for the whole document.',
      }),
      line: t.int({
        nullable: true,
        description: '1-based, when the definition came as YAML.',
        resolve: (issue) => issue.line ?? null,
      }),
      column: t.int({
        nullable: true,
        description: '1-based, when the definition came as YAML.',
        resolve: (issue) => issue.column ?? null,
      }),
      hint: t.string({
        nullable: true,
        description: 'What would make it right, when that is known.',
        resolve: (issue) => issue.hint ?? null,
      }),
    }),
  });

  const fieldChange = builder.objectRef<FieldChange>('FieldChange').implement({
    description: 'One difference between two versions of a definition.',
    fields: (t) => ({
      path: t.exposeString('path', {
        description:
          'JSON Pointer into the definition, for example /capabilities/service_control/patterns/restart/time_estimate_ms.',
      }),
      before: t.field({
        type: 'JSON',
        nullable: true,
        description: 'The value before; null when there was none.',
        resolve: (change) => change.before ?? null,
      }),
      after: t.field({
        type: 'JSON',
        nullable: true,
        description: 'The value after; null when there is none.',
        resolve: (change) => change.after ?? null,
      }),
    }),
  });

  const userError = builder.interfaceRef<CatalogError>('UserError').implement({
    description: "Expected failures are members of each mutation's result union; each implements this interface.",
    fields: (t) => ({
      message: t.exposeString('message', { description: 'What went wrong and what helps, in words.' }),
      code: t.exposeString('code', { description: 'VALIDATION_FAILED, CONFLICT, NOT_FOUND, ...' }),
    }),
  });

  builder.objectType(ValidationError, {
    name: 'ValidationError',
    description: 'The input breaks a rule; nothing was stored.',
    interfaces: [userError],
    fields: (t) => ({
      issues: t.field({
        type: [validationIssue],
        description: 'Every broken rule with its place.',
        resolve: (error) => error.issues,
      }),
    }),
  });
  builder.objectType(ConflictError, {
    name: 'ConflictError',
    description: 'Somebody else changed it first, or the name or version is taken.',
    interfaces: [userError],
    fields: (t) => ({
      currentVersion: t.exposeString('currentVersion', {
        nullable: true,
        description: 'The latest version now, where that is what conflicts.',
      }),
      currentRevision: t.expose('currentRevision', {
        type: 'SafeInt',
        nullable: true,
        description: 'The revision at which the tool last changed, where that is what conflicts.',
      }),
    }),
  });
  builder.objectType(NotFoundError, {
    name: 'NotFoundError',
    description: 'The catalog has no such thing, as far as the caller may see.',
    interfaces: [userError],
  });
  builder.objectType(AmbiguousNameError, {
    name: 'AmbiguousNameError',
    description: 'A bare name fits tools on several platforms: name one of them.',
    interfaces: [userError],
    fields: (t) => ({
      platforms: t.exposeStringList('platforms', { description: 'The platforms that have a tool of this name.' }),
    }),
  });

  return { validationIssue, fieldChange, userError };
}

export type SharedTypes = ReturnType<typeof addSharedTypes>;
