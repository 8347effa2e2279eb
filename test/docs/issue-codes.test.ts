import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isEnumType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/database/package-root.js';
import { EXPRESSION_ERROR_CODES } from '../../src/expressions/expression-error.js';
import { VALIDATION_ISSUE_CODES } from '../../src/validation/issue-codes.js';
import { readPage, readTables } from './markdown.js';

const ROOMS = [
  'access',
  'audit',
  'catalog',
  'client',
  'client/node',
  'client/testing',
  'definition',
  'expressions',
  'graphql',
  'http',
  'kernel',
  'live',
];
const FOLDERS = [
  ...[...ROOMS, 'selection', 'validation', 'view'].map((room) => `src/${room}`),
  'scripts/commands',
  'scripts/lib',
];

/** Words in capitals that are no codes of ours. */
const OTHER_WORDS = new Set([
  ...Object.values(buildSchema(readPage('schema.graphql')).getTypeMap()).flatMap((type) =>
    isEnumType(type) && !type.name.startsWith('__') ? type.getValues().map((value) => value.name) : [],
  ),
  ...[
    'DENY',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOENT',
    'ENOTDIR',
    'ENOTFOUND',
    'EPIPE',
    'ESRCH',
    'GET',
    'JSON',
    'NFC',
    'POST',
    'SSE',
    'UND_ERR_SOCKET',
    'UTC',
    'UTF8',
  ],
  // Variables of the environment.
  ...['DATA_DIR', 'TOOL_CATALOG_TOKEN', 'TOOL_CATALOG_URL', 'XDG_CONFIG_HOME'],
  // The head of a table.
  ...['ID', 'ROLE', 'TENANT', 'STATE'],
  // Codes of the yaml package, which parse-yaml.ts turns into ours.
  ...['BAD_ALIAS', 'TAB_AS_INDENT', 'TAG_RESOLVE_FAILED'],
  // What the client understands should a proxy or a later release say it: the service never does.
  'RATE_LIMITED',
]);
/** Given by graphql-yoga. */
const OF_LIBRARIES = ['GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE'];

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(packageRoot(), folder), { encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: `${folder}/${file}`, text: withoutComments(path.join(packageRoot(), folder, file)) })),
);

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replace(/^\s*(?:\/?\*|\/\/).*$/gm, '');
}

/** Codes as they stand in code: quoted, or as keys of the objects that list them, or after a severity that is printed. */
function codesIn(text: string): readonly string[] {
  const quoted = text.match(/(?<=')(?:[A-Z][A-Z0-9]+|[A-Z](?=_))(?:_[A-Z0-9]+)*(?=')/g) ?? [];
  const listed = text.match(/(?<=^ {2})[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?=:)/gm) ?? [];
  const printed = text.match(/(?<=(?:ERROR|WARNING) )[A-Z]+_[A-Z_]+/g) ?? [];
  return [...quoted, ...printed, ...(text.includes('_CODES = {') ? listed : [])];
}

const rows = [...readTables('docs/issue-codes.md').matchAll(/^\| `([A-Z0-9_]+)` \| (.*) \|$/gm)].map((match) => ({
  code: match[1] ?? '',
  cells: (match[2] ?? '').split(' | '),
}));
const documented = new Set(rows.map((row) => row.code));

describe('docs/issue-codes.md', () => {
  it('has every code that the code gives', () => {
    const missing = sources.flatMap(({ file, text }) =>
      codesIn(text)
        .filter((code) => !OTHER_WORDS.has(code) && !documented.has(code))
        .map((code) => `${code} (${file})`),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has no code that nothing gives, and none twice', () => {
    const given = new Set([...sources.flatMap(({ text }) => codesIn(text)), ...OF_LIBRARIES]);
    expect([...documented].filter((code) => !given.has(code))).toEqual([]);
    expect(rows.map((row) => row.code)).toEqual([...documented]);
  });

  it('finds codes in every room that gives some', () => {
    const found = new Set(
      sources
        .filter(({ text }) => codesIn(text).some((code) => documented.has(code)))
        .map(({ file }) => path.dirname(file)),
    );
    for (const room of [
      'catalog',
      'client',
      'definition',
      'expressions',
      'graphql',
      'http',
      'kernel',
      'selection',
      'validation',
    ]) {
      expect(found).toContain(`src/${room}`);
    }
    expect(found).toContain('scripts/commands');
    expect(documented.size).toBeGreaterThan(90);
  });

  it('has every code of expressions and checks, with the severity that the code names', () => {
    for (const [code, meaning] of Object.entries(VALIDATION_ISSUE_CODES)) {
      const [severity] = rows.find((row) => row.code === code)?.cells ?? [];
      const named = /^(ERROR|WARNING|INFO):/.exec(meaning)?.[1];
      if (named === undefined) expect(Object.keys(EXPRESSION_ERROR_CODES)).toContain(code);
      else expect({ code, severity }).toEqual({ code, severity: named });
    }
  });

  it('says something in every cell', () => {
    expect(rows.filter(({ cells }) => cells.length < 2 || cells.some((cell) => cell.trim() === ''))).toEqual([]);
  });
});
