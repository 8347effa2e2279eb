import type { Json, JsonObject } from '../kernel/json.js';
import { toDocument } from './to-document.js';
import type { ToolDefinition } from './tool-definition.js';

/**
 * A definition as a YAML file: block style, ends with a newline, reads back to the same definition in YAML 1.2, and in YAML 1.1
 * too, since every text that some reader could take for a number, date or boolean stands in quotes.
 */
export function toYaml(definition: ToolDefinition): string {
  return `${mappingLines(toDocument(definition), '').join('\n')}\n`;
}

/** Definitions as one YAML stream, a document each. */
export function toYamlStream(definitions: Iterable<ToolDefinition>): string {
  return Array.from(definitions, toYaml).join('---\n');
}

function mappingLines(object: JsonObject, indent: string): string[] {
  const lines: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    const head = `${indent}${inlineText(key)}:`;
    if (isFilled(value)) {
      lines.push(head, ...blockLines(value, `${indent}  `));
    } else lines.push(`${head} ${scalar(value, `${indent}  `)}`);
  }
  return lines;
}

function listLines(list: readonly Json[], indent: string): string[] {
  const lines: string[] = [];
  for (const item of list) {
    if (isFilled(item)) {
      const [first = '', ...rest] = blockLines(item, `${indent}  `);
      lines.push(`${indent}- ${first.slice(indent.length + 2)}`, ...rest);
    } else lines.push(`${indent}- ${scalar(item, `${indent}  `)}`);
  }
  return lines;
}

function blockLines(value: JsonObject | readonly Json[], indent: string): string[] {
  return isList(value) ? listLines(value, indent) : mappingLines(value, indent);
}

function isList(value: JsonObject | readonly Json[]): value is readonly Json[] {
  return Array.isArray(value);
}

function isFilled(value: Json): value is JsonObject | readonly Json[] {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function scalar(value: Json, indent: string): string {
  if (typeof value === 'string') return text(value, indent);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'number' ? numeral(value) : String(value);
}

/** Lines of printable text whose first is not indented: what a literal block shows as it is. */
const LITERAL =
  /^[^\s\p{Cc}\p{Cf}][^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]*(?:\n[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]*)+$/u;

function text(value: string, indent: string): string {
  const ends = value.endsWith('\n');
  const body = ends ? value.slice(0, -1) : value;
  if (!LITERAL.test(value.replaceAll('\t', ' ')) || /\s$/.test(body)) return inlineText(value);
  const lines = body.split('\n').map((line) => (line === '' ? '' : indent + line));
  return [ends ? '|' : '|-', ...lines].join('\n');
}

/** Begins with a letter, so that it is no number or date to any reader, and is one line of printable text. */
const PLAIN = /^[\p{L}_/][^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]*$/u;
const SYNTAX = /:(?:\s|$)|\s#|\s$/;
/** Truth values, nothing, and `e5`, which some readers of YAML 1.1 take for a number without digits before its exponent. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|e[-+]?[\d_]+)$/i;

function inlineText(value: string): string {
  return PLAIN.test(value) && !SYNTAX.test(value) && !WORDS.test(value) ? value : quoted(value);
}

function quoted(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** With a point in its mantissa: YAML 1.1 takes 1e-7 for a text. */
function numeral(value: number): string {
  return String(value).replace(/^(-?\d+)e/, '$1.0e');
}
