import type { CST, Document, DocumentOptions, Node, ParseOptions, SchemaOptions, YAMLMap } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import { cutText } from '../kernel/cut-text.js';
import { keepVersionText } from './keep-version-text.js';
import { LIMITS } from './limits.js';

/** What is wrong with a YAML text, at an offset in it. */
export interface YamlProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly hint?: string;
}

export interface ParsedYaml {
  /** Undefined when there are problems: then nothing of the document may be used. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  readonly document: Document.Parsed | null;
  /** Where versions stand that YAML took for numbers; the value has them as they were written. */
  readonly numericVersions: readonly string[];
}

const OPTIONS = {
  version: '1.2' as const,
  schema: 'core',
  merge: false,
  customTags: [],
  resolveKnownTags: false,
  strict: true,
  prettyErrors: false,
  keepSourceTokens: false,
  // Unique keys are checked in inspectNodes: in linear time, and by what a reader takes for the same key.
  uniqueKeys: false,
} satisfies ParseOptions & DocumentOptions & SchemaOptions;

/** An item of a list takes six lexemes: its indent, `-`, a blank, a mark, the text and the line's end. Nothing takes more. */
const MAX_LEXEMES = 6 * LIMITS.nodes;
/** Items, keys and collections on the parser's stack for each level. */
const MAX_STACK = 3 * LIMITS.depth + 8;
const MAX_PROBLEMS = 20;
/** What YAML does not count as printable, byte order marks within the text, and lone carriage returns. */
const UNPRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|\r(?!\n)/u;

/** Parses one YAML document, safely: nothing is resolved, loaded or constructed. Never throws. */
export function parseYaml(text: string): ParsedYaml {
  const bytes = text.length * 3 <= LIMITS.documentBytes ? 0 : utf8Bytes(text);
  if (bytes > LIMITS.documentBytes) {
    return failed({ code: 'TOO_LARGE', message: `A document may have 1 MiB; this one has ${bytes} bytes.`, offset: 0 });
  }
  const unprintable = text.search(UNPRINTABLE);
  if (unprintable >= 0) return failed(unprintableProblem(text, unprintable));
  try {
    return compose(text);
  } catch (error) {
    // The parser recurses; a document that exhausts the stack or its patience with aliases is refused like any other.
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof ReferenceError ? 'YAML_ALIAS' : 'YAML_SYNTAX';
    return failed({ code, message: `This document cannot be read: ${message}.`, offset: 0 });
  }
}

function compose(text: string): ParsedYaml {
  const { tokens, problem } = tokenize(text);
  if (problem !== undefined) return failed(problem);
  const directive = tokens.find((token) => token.type === 'directive' && !/^%YAML 1\.2\s*(?:#|$)/.test(token.source));
  if (directive !== undefined) {
    return failed({
      code: 'YAML_DIRECTIVE',
      message: 'Documents are read as YAML 1.2; other directives are refused.',
      offset: directive.offset,
      hint: 'Remove the line that begins with %.',
    });
  }
  const documents = [...new Composer(OPTIONS).compose(tokens)];
  const [document] = documents;
  if (document === undefined || documents.length > 1) {
    return failed({
      code: 'YAML_SYNTAX',
      message: 'This is not one YAML document.',
      offset: documents[1]?.range[0] ?? 0,
    });
  }
  const syntax = [...document.errors, ...document.warnings]
    .slice(0, MAX_PROBLEMS)
    .map((error) => syntaxProblem(error, text));
  const problems = syntax.length > 0 ? syntax : inspectNodes(document);
  if (problems.length > 0) return { value: undefined, problems, document, numericVersions: [] };
  const numericVersions = keepVersionText(document);
  return { value: document.toJS({ maxAliasCount: LIMITS.yamlAliases }), problems, document, numericVersions };
}

/** Lexes and parses as far as the limits allow, so that no hostile text is composed before it is known to be small. */
function tokenize(text: string): { readonly tokens: CST.Token[]; readonly problem?: YamlProblem } {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  const counts = { lexemes: 0, nodes: 0, aliases: 0 };
  for (const lexeme of new Lexer().lex(text)) {
    countLexeme(lexeme, counts);
    if (counts.nodes > LIMITS.nodes) {
      return { tokens, problem: limit('TOO_MANY_NODES', `${LIMITS.nodes} keys and values`, parser.offset) };
    }
    if (counts.lexemes > MAX_LEXEMES) {
      return { tokens, problem: limit('TOO_MANY_LEXEMES', `${MAX_LEXEMES} words, marks and line ends`, parser.offset) };
    }
    if (counts.aliases > LIMITS.yamlAliases) {
      return { tokens, problem: limit('YAML_ALIAS', `${LIMITS.yamlAliases} aliases`, parser.offset) };
    }
    if (parser.stack.length > MAX_STACK) {
      return { tokens, problem: limit('TOO_DEEP', `${LIMITS.depth} levels of nesting`, parser.offset) };
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

function countLexeme(lexeme: string, counts: { lexemes: number; nodes: number; aliases: number }): void {
  counts.lexemes++;
  switch (lexeme.charCodeAt(0)) {
    case 0x2a: // *
      counts.aliases++;
      counts.nodes++;
      break;
    case 0x1f: // the mark before a plain or block scalar
    case 0x22: // "
    case 0x27: // '
    case 0x26: // &
    case 0x21: // !
    case 0x5b: // [
    case 0x7b: // {
      counts.nodes++;
      break;
    default:
  }
}

function limit(code: string, most: string, offset: number): YamlProblem {
  return { code, message: `A document may have ${most}, not more.`, offset };
}

interface SyntaxFinding {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

function syntaxProblem(error: SyntaxFinding, text: string): YamlProblem {
  // What is missing at the end is missing in the last line that says something.
  const offset = Math.min(error.pos[0], Math.max(text.trimEnd().length - 1, 0));
  switch (error.code) {
    case 'TAG_RESOLVE_FAILED':
      return { code: 'YAML_TAG', message: error.message, offset, hint: 'Remove the tag and write the value itself.' };
    case 'BAD_ALIAS':
      return { code: 'YAML_ALIAS', message: error.message, offset };
    case 'TAB_AS_INDENT':
      return { code: 'YAML_SYNTAX', message: error.message, offset, hint: 'Indent with blanks.' };
    default:
      return { code: 'YAML_SYNTAX', message: error.message, offset };
  }
}

/** Keys must be texts, no two of a mapping the same, however they are quoted or composed; and nothing may hold itself. */
function inspectNodes(document: Document.Parsed): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const open: string[] = [];
  const visit = (node: unknown): void => {
    if (problems.length >= MAX_PROBLEMS) return;
    if (isAlias(node) && open.includes(node.source)) {
      const message = `'${shortened(node.source)}' holds itself.`;
      problems.push({ code: 'YAML_ALIAS', message, offset: startOf(node) ?? 0, hint: 'Remove the alias.' });
    }
    if (!isSeq(node) && !isMap(node)) return;
    if (node.anchor !== undefined) open.push(node.anchor);
    if (isSeq(node)) node.items.forEach(visit);
    else visitMembers(node);
    if (node.anchor !== undefined) open.pop();
  };
  const visitMembers = (node: YAMLMap): void => {
    const keys = new Set<string>();
    for (const { key, value } of node.items) {
      const problem = keyProblem(key, keys);
      if (problem !== undefined)
        problems.push({ ...problem, offset: startOf(key as Node | null) ?? startOf(node) ?? 0 });
      visit(value);
    }
  };
  visit(document.contents);
  return problems.slice(0, MAX_PROBLEMS);
}

function keyProblem(key: unknown, seen: Set<string>): Omit<YamlProblem, 'offset'> | undefined {
  if (!isScalar(key) || key.value === null) {
    return { code: 'KEY_FORM', message: 'A key must be a plain text.', hint: 'Write the key in quotes.' };
  }
  const name = String(key.value).normalize('NFC');
  if (!seen.has(name)) {
    seen.add(name);
    return undefined;
  }
  const message = `The key '${shortened(name)}' stands here twice.`;
  return { code: 'DUPLICATE_KEY', message, hint: 'Remove or rename one of the two.' };
}

function shortened(text: string): string {
  return text.length > 60 ? `${cutText(text, 57)}...` : text;
}

/** Offset at which a node begins; undefined for one that the text only implies. */
export function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

/** The node that an alias stands for, else the node itself. */
export function resolved(node: unknown, document: Document.Parsed): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function unprintableProblem(text: string, offset: number): YamlProblem {
  const code = text.codePointAt(offset) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    code: 'YAML_CHARACTER',
    message: `The character ${name} may not stand in YAML as it is.`,
    offset,
    hint: code === 0 ? 'Save the file as UTF-8.' : 'Remove it, or write it as an escape in double quotes.',
  };
}

function failed(problem: YamlProblem): ParsedYaml {
  return { value: undefined, problems: [problem], document: null, numericVersions: [] };
}

/** Length in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
