import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { Json } from '../kernel/json.js';

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Nesting that no honest document needs, and that keeps recursion over the value far from the end of the stack. */
const MAX_JSON_DEPTH = 64;

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The same moment in UTC with milliseconds, as the catalog stores it. */
function normaliseDateTime(value: unknown): string {
  const match = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (match === null) refuse('A DateTime is an RFC 3339 date and time, for example 2026-01-31T12:00:00Z.');
  const [text, year, month, day] = match;
  // Date rolls 30 February over to 2 March instead of refusing it.
  const calendarDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (calendarDay.getUTCMonth() !== Number(month) - 1) refuse(`${text} is not a day of the calendar.`);
  const utc = new Date(text.toUpperCase()).toISOString();
  // PostgreSQL knows no year 0, and past 9999 the text would be none of RFC 3339 any more.
  if (!/^\d{4}-/.test(utc) || utc.startsWith('0000')) refuse(`${text} is outside of the years 1 to 9999 in UTC.`);
  return utc;
}

function stringLiteral(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

export const dateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'RFC 3339 date and time, UTC.',
  serialize: (value) => (value instanceof Date ? value.toISOString() : normaliseDateTime(value)),
  parseValue: normaliseDateTime,
  parseLiteral: (node) => normaliseDateTime(stringLiteral(node)),
});

function checkDepth(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_JSON_DEPTH) refuse(`A JSON value may be nested ${MAX_JSON_DEPTH} levels deep at most.`);
  for (const member of Object.values(value)) checkDepth(member, depth + 1);
}

function parseJson(value: unknown): Json {
  checkDepth(value);
  return value as Json;
}

export const jsonScalar = new GraphQLScalarType<Json, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: parseJson,
  parseLiteral: (node, variables) => parseJson(valueFromASTUntyped(node, variables)),
});

function safeInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    refuse('A SafeInt is an integer between -(2^53 - 1) and 2^53 - 1.');
  }
  return value;
}

export const safeIntScalar = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'An integer up to 2^53 - 1, as a JSON number.',
  serialize: (value) => safeInteger(typeof value === 'bigint' ? Number(value) : value),
  parseValue: safeInteger,
  parseLiteral: (node) => safeInteger(node.kind === Kind.INT ? Number(node.value) : undefined),
});

function positionText(value: unknown): string {
  if (typeof value !== 'string') refuse('A CatalogPosition is a string that this catalog gave out.');
  return value;
}

export const catalogPositionScalar = new GraphQLScalarType<string, string>({
  name: 'CatalogPosition',
  description:
    "Opaque position in a catalog's change log. Clients store it and send it back; they never take it apart.\n" +
    'Its form inside is `epoch:revision`; the epoch changes when history is replaced (restore from backup, promotion of a lagging replica).',
  serialize: positionText,
  parseValue: positionText,
  parseLiteral: (node) => positionText(stringLiteral(node)),
});
