import type { core } from 'zod';
import { cutText } from '../kernel/cut-text.js';
import type { Issue } from '../kernel/issue.js';
import { jsonPointer } from './json-pointer.js';
import { LIMITS } from './limits.js';
import type { PlainJson } from './plain-json.js';
import { isPlainObject } from './plain-json.js';
import { RESERVED_TOOL_NAMES } from './tool-schema.js';

const NAME_HINT =
  "Use letters, digits, '_', '-', '.', ':', '/', '+' and blanks inside, with at least one letter: 'list_files'.";

/** The words of rules whose message in the schema is their code. */
const RULES: Readonly<Record<string, { readonly message: string; readonly hint?: string }>> = {
  NAME_FORM: { message: 'is no allowed name.', hint: NAME_HINT },
  NAME_RESERVED: {
    message: `is a reserved name: ${RESERVED_TOOL_NAMES.join(', ')} cannot name a tool.`,
    hint: 'Choose another name.',
  },
  KEY_FORBIDDEN: { message: 'is no allowed name.', hint: 'Give it another name.' },
  VERSION_FORM: {
    message: 'is no allowed version.',
    hint: "Use letters, digits, '.', '_', '-', '+' and '~', beginning with a letter or digit: \"1.0.0\".",
  },
  TEXT_FORM: {
    message: 'must be one line of text, without control characters and without blanks at its ends.',
  },
  EMPTY: { message: 'is empty.', hint: 'Write a text.' },
  TOO_MANY: { message: `has more than ${LIMITS.capabilities} members.`, hint: 'Split the tool.' },
};

/** How a key that is missing would look right. */
const EXAMPLES: Readonly<Record<string, string>> = {
  tool_name: 'tool_name: "list-files"',
  description: 'description: "Lists files in a directory."',
  platform: 'platform: "linux"',
  category: 'category: "system"',
  patterns:
    'patterns: {execute: {description: "...", time_estimate_ms: "500 + 2 * N", cost_estimate: "1", complexity_score: 0.2, ' +
    'scope: "single_item", completeness: "complete", policy: {production_safe: true}, preference_match: {accuracy: 0.9}}}',
  time_estimate_ms: 'time_estimate_ms: "2000 + 0.5 * N"',
  cost_estimate: 'cost_estimate: "ceil(N / 100)"',
  complexity_score: 'complexity_score: 0.3',
  scope: 'scope: "single_item"',
  completeness: 'completeness: "complete"',
  policy: 'policy: {max_cost: 10, requires_approval: false, production_safe: true}',
  preference_match: 'preference_match: {speed: 0.9, accuracy: 1.0, cost: 0.8, complexity: 0.7, completeness: 1.0}',
  name: 'name: "path"',
  type: 'type: "service"',
};

const PLACEHOLDER =
  /^\s*(?:<.*>|\{.*\}|\$\{.*\}|\[.*\]|\(.*\)|%.*%|_{2,}|\.{2,}|\?+|(?:TODO|TBD|FIXME|XXX+|CHANGE[ _-]?ME|REPLACE[ _-]?ME|PLACEHOLDER|YOUR[ _-].*|N\/A)\b.*|(?:number|integer|int|float|boolean|bool|true\s*[|/]\s*false|(?:true|false) or (?:true|false)|\d+(?:\.\d+)?\s*(?:-|to|\.\.)\s*\d+(?:\.\d+)?))\s*$/is;

/** True for texts that templates leave where a value belongs: `<number>`, `{{ score }}`, `TODO`, `0.0-1.0`. */
function isPlaceholder(text: string): boolean {
  return text.length <= 200 && PLACEHOLDER.test(text);
}

/** What the schema found, as issues of the document that it was given. */
export function schemaIssues(found: readonly core.$ZodIssue[], document: PlainJson): Issue[] {
  return found.slice(0, LIMITS.issues).map((problem) => {
    const at = valueAt(document, problem.path);
    return { severity: 'ERROR', path: jsonPointer(problem.path), ...describe(problem, at) } satisfies Issue;
  });
}

interface Words {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

function describe(problem: core.$ZodIssue, value: PlainJson | undefined): Words {
  const key = subject(problem.path);
  switch (problem.code) {
    case 'invalid_type':
      return describeType(problem.expected, key, value, lastName(problem.path));
    case 'invalid_union':
      return describeType('text or boolean', key, value, lastName(problem.path));
    case 'invalid_value':
      return {
        code: 'INVALID_VALUE',
        message: `${key} is ${shown(value)}, which is none of the allowed values.`,
        hint: `Use one of ${problem.values.join(', ')}.`,
      };
    case 'too_big':
      return describeTooBig(problem, key);
    case 'too_small':
      return { code: 'OUT_OF_RANGE', message: `${key} is ${shown(value)}; it must be ${problem.minimum} or more.` };
    case 'invalid_key': {
      const name = problem.path.at(-1);
      const inner = problem.issues[0];
      if (inner?.code === 'too_big') return describeTooBig(inner, `The name ${shown(String(name))}`);
      return describeRule(inner?.message ?? 'NAME_FORM', `The name ${shown(String(name))}`, String(name));
    }
    default:
      return describeRule(problem.message, key, value);
  }
}

function describeRule(code: string, key: string, value: PlainJson | undefined): Words {
  if (code === 'NAME_FORM' && typeof value === 'string' && isPlaceholder(value)) return placeholder(key, value);
  const rule = RULES[code];
  if (rule === undefined) return { code: 'INVALID_VALUE', message: `${key} is not valid.` };
  const named = code === 'NAME_FORM' || code === 'NAME_RESERVED' || code === 'VERSION_FORM';
  const message =
    named && !key.startsWith('The name') ? `${key}: ${shown(value)} ${rule.message}` : `${key} ${rule.message}`;
  return { code, message, ...(rule.hint !== undefined && { hint: rule.hint }) };
}

function describeTooBig(problem: core.$ZodIssueTooBig, key: string): Words {
  if (problem.origin === 'string') {
    return { code: 'TOO_LONG', message: `${key} may have ${problem.maximum} characters, not more.` };
  }
  if (problem.origin === 'array') {
    return { code: 'TOO_MANY', message: `${key} may have ${problem.maximum} items, not more.` };
  }
  return { code: 'OUT_OF_RANGE', message: `${key} must be ${problem.maximum} or less.` };
}

function describeType(expected: string, key: string, value: PlainJson | undefined, name: string): Words {
  const example = EXAMPLES[name];
  const hint = example === undefined ? {} : { hint: `For example: ${example}` };
  if (value === undefined || value === null) return { code: 'REQUIRED', message: `${key} is missing.`, ...hint };
  if (typeof value === 'string' && expected !== 'string' && isPlaceholder(value)) return placeholder(key, value);
  if (expected === 'boolean') {
    return {
      code: 'TYPE',
      message: `${key} must be true or false; it is ${shown(value)}.`,
      hint: 'Write true or false. YAML 1.2 knows no yes, no, on or off.',
    };
  }
  return {
    code: 'TYPE',
    message: `${key} must be ${TYPE_NAMES[expected] ?? expected}; it is ${shown(value)}.`,
    ...hint,
  };
}

function placeholder(key: string, value: string): Words {
  return {
    code: 'PLACEHOLDER',
    message: `${key} is still a template's placeholder: ${shown(value)}.`,
    hint: 'Write the value that this tool has.',
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
  array: 'a list',
};

function subject(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The document';
  const last = path.at(-1);
  return typeof last === 'number' ? `Item ${last + 1} of '${String(path.at(-2))}'` : `'${String(last)}'`;
}

function lastName(path: readonly PropertyKey[]): string {
  return String(path.at(-1) ?? '');
}

function shown(value: PlainJson | undefined): string {
  if (Array.isArray(value)) return 'a list';
  if (isPlainObject(value)) return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return value.length > 60 ? `'${cutText(value, 57)}...'` : `'${value}'`;
}

function valueAt(document: PlainJson, path: readonly PropertyKey[]): PlainJson | undefined {
  let value: PlainJson | undefined = document;
  for (const segment of path) {
    if (Array.isArray(value)) value = value[Number(segment)];
    else if (isPlainObject(value)) value = Object.hasOwn(value, segment) ? value[String(segment)] : undefined;
    else return undefined;
  }
  return value;
}
