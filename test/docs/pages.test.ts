import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/database/package-root.js';
import { LIMITS } from '../../src/definition/limits.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import { compileCondition, compileExpression } from '../../src/expressions/compile-expression.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import { MAX_OPERATION_COST } from '../../src/graphql/cost.js';
import * as operation from '../../src/graphql/operation-limits.js';
import { WEBSOCKET_LIMITS } from '../../src/graphql/websocket-limits.js';
import { DEFAULT_DEADLINE_MS } from '../../src/selection/break-tie.js';
import { AMBIGUITY_MARGIN, QUESTION_MARGIN } from '../../src/selection/explain-selection.js';
import { REJECTION_CODES } from '../../src/selection/selection-outcome.js';
import { ASSUMED_VARIABLES, SELECTION_LIMITS } from '../../src/selection/selection-request.js';
import { checkDefinition } from '../../src/validation/check-definition.js';
import { ORDINARY_VARIABLES } from '../../src/validation/ordinary-variables.js';
import { CHANGE_ACTIONS } from '../../src/view/catalog-change.js';
import { JUDGED } from '../../src/view/search/rank-tools.js';
import { JUDGEMENT, RANKING } from '../../src/view/search/ranking-settings.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../src/view/tool-page.js';
import { MAX_SEARCH_QUERY_LENGTH, SEARCH_FIELDS } from '../../src/view/tool-search.js';
import { pages, readBlock, readPage, readTables } from './markdown.js';

const root = packageRoot();

describe('the pages', () => {
  it.each(pages())('%s links to what is there', (page) => {
    const links = [...readPage(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => !existsSync(path.join(root, path.dirname(page), link.split('#')[0] ?? '')));
    expect(broken).toEqual([]);
  });

  it('docs/adr/README.md lists every decision under its title', () => {
    const list = readTables('docs/adr/README.md');
    const decisions = readdirSync(path.join(root, 'docs/adr')).filter((file) => /^\d{3}-/.test(file));
    expect(decisions.length).toBeGreaterThan(10);
    for (const file of decisions) {
      const title = /^# \d{3} (.*)\n/.exec(readPage(`docs/adr/${file}`))?.[1] ?? file;
      expect(list).toContain(`| [${file.slice(0, 3)}](${file}) | ${title} |`);
      expect(readPage(`docs/adr/${file}`)).toMatch(/\*\*Context\.\*\*.*\*\*Decision\.\*\*.*\*\*Consequences\.\*\*/s);
    }
  });
});

it.each(['README.md', 'CHANGELOG.md'])('%s counts the bundled definitions rightly', (page) => {
  const files = readdirSync(path.join(root, 'catalog'), { recursive: true, encoding: 'utf8' });
  const counts = [
    ...readPage(page).matchAll(/(\d+) (?:tools at revision|tools are the definitions|bundled definitions)/g),
  ];
  expect(counts.length).toBeGreaterThan(0);
  const found = String(files.filter((file) => file.endsWith('.yaml')).length);
  expect(counts.map((match) => match[1])).toEqual(counts.map(() => found));
});

describe('docs/live-updates.md', () => {
  const text = readTables('docs/live-updates.md');

  it('has every rule that code and tests quote', () => {
    const rules = new Set([...text.matchAll(/^- \*\*([WLFHC]\d)\*\*/gm)].map((match) => match[1]));
    const quoted = sourceFiles().flatMap((file) =>
      [...readPage(file).matchAll(/\brules? ((?:[WLFHC]\d(?:, | and | to )?)+)/g)].flatMap(
        (match) => match[1]?.match(/[WLFHC]\d/g) ?? [],
      ),
    );
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it('says of every action what to apply', () => {
    const table = /^\| action \| do \|\n(.*?)\n\n/ms.exec(text)?.[1] ?? '';
    for (const action of [...CHANGE_ACTIONS, 'SNAPSHOT', 'REMOVED', 'BOOKMARK']) expect(table).toContain(action);
  });
});

function sourceFiles(): readonly string[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
      .map((file) => `${folder}/${file}`),
  );
}

describe('docs/tool-files.md', () => {
  it('shows a definition that imports without a remark', async () => {
    const cache = createExpressionCache(10);
    const { text } = readBlock('docs/tool-files.md', 'tool');
    const options = {
      check: (definition: Parameters<typeof checkDefinition>[0]) => checkDefinition(definition, cache),
    };
    for await (const { definition, issues } of readYamlStream(text, options)) {
      expect(issues).toEqual([]);
      expect(definition?.name).toBe('restart-unit');
    }
  });

  it('gives the limits as they are', () => {
    const text = readTables('docs/tool-files.md');
    const number = (value: number) => value.toLocaleString('en');
    const mebibytes = (bytes: number) => `${bytes / 1_048_576} MiB`;
    for (const row of [
      `| document | ${mebibytes(LIMITS.documentBytes)}, ${number(LIMITS.nodes)} keys and values, ${LIMITS.depth} levels |`,
      `| stream | ${mebibytes(LIMITS.streamBytes)}, ${number(LIMITS.streamDocuments)} documents |`,
      `| capabilities of a tool, patterns of a capability | ${LIMITS.capabilities} each |`,
      `| name of a tool, capability, pattern, input | ${LIMITS.nameLength} characters |`,
      `| version · platform · category, scope, completeness | ${LIMITS.versionLength} · ${LIMITS.platformLength} · ${LIMITS.labelLength} characters |`,
      `| description | ${number(LIMITS.descriptionLength)} characters |`,
      `| expression | ${LIMITS.expressionLength} characters |`,
      `| aliases · use cases · other lists | ${LIMITS.aliases} · ${LIMITS.useCases} · ${LIMITS.listItems} entries |`,
      `| key | ${LIMITS.keyLength} characters |`,
    ]) {
      expect(text).toContain(row);
    }
    expect(LIMITS.patterns).toBe(LIMITS.capabilities);
    expect(text).toContain(`more than ${LIMITS.yamlAliases} aliases`);
    expect(text).toContain(`at most ${LIMITS.issues} findings`);
  });
});

describe('docs/expressions.md', () => {
  const linesOf = (name: string) => readBlock('docs/expressions.md', name).text.trim().split('\n');

  it.each(linesOf('examples'))('%s is an expression', (source) => {
    expect(compileExpression(source).source).toBe(source);
  });

  it.each(linesOf('conditions'))('%s is a condition', (source) => {
    expect(compileCondition(source).source).toBe(source);
  });

  it('lists the variables that requests usually carry', () => {
    expect(linesOf('variables').join(' ').split(' ')).toEqual([...ORDINARY_VARIABLES]);
  });

  it.each([
    ['-2 ** 2', -4],
    ['-7 % 3', 2],
  ])('says rightly what %s is', (source, value) => {
    expect(readPage('docs/expressions.md')).toContain(`\`${source}\` is ${value}`);
    expect(compileExpression(source).evaluate({})).toBe(value);
  });
});

describe('docs/search.md', () => {
  it('gives weights and limits as they are', () => {
    const text = readTables('docs/search.md').replace(/(?<=\w)\n(?=\w)/g, ' ');
    for (const [place, field] of SEARCH_FIELDS.entries()) {
      expect(text).toMatch(new RegExp(`^\\| \`${field}\` .* \\| ${RANKING.fieldWeights[place]} +\\|$`, 'm'));
    }
    expect(text).toContain(`log-odds of ${JUDGEMENT.leastFit}, the answer is empty`);
    expect(text).toContain(`each of the ${JUDGED} best tools`);
    expect(text).toContain(`at most ${MAX_SEARCH_QUERY_LENGTH.toLocaleString('en')} characters`);
  });
});

describe('docs/selection.md', () => {
  const text = readTables('docs/selection.md').replace(/(?<=\S)\n(?=\w)/g, ' ');

  it('gives the limits as they are', () => {
    const { capabilities, platforms, variables, listItems, queryLength, nameLength } = SELECTION_LIMITS;
    const number = (value: number) => value.toLocaleString('en');
    for (const sentence of [
      `names 1 to ${capabilities} capabilities, at most ${platforms} platforms, ${variables} variables, and ${number(listItems)} permissions`,
      `query has at most ${number(queryLength)} characters, any name ${nameLength}.`,
      `differ by less than ${AMBIGUITY_MARGIN};`,
      `no feature differs by ${QUESTION_MARGIN} it asks`,
      `within ${number(DEFAULT_DEADLINE_MS)} ms unless told otherwise`,
      `never more than ${MAX_PAGE_SIZE};`,
    ]) {
      expect(text).toContain(sentence);
    }
    const { N, pages: pageCount, p95_latency: latency } = ASSUMED_VARIABLES;
    expect(text).toContain(`N is taken as ${N}, pages as ${pageCount} and p95_latency as ${latency}`);
  });

  it('has every code of a rejection, in the order in which the first one is given', () => {
    const listed = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual(Object.keys(REJECTION_CODES));
  });
});

describe('docs/api.md', () => {
  it('gives the limits as they are', () => {
    const text = readTables('docs/api.md').replace(/(?<=\w)\n(?=\w)/g, ' ');
    const { MAX_ALIASES, MAX_DEPTH, MAX_DIRECTIVES, MAX_IMPORT_BYTES, MAX_REQUEST_BYTES, MAX_TOKENS } = operation;
    const counts = [MAX_DEPTH, MAX_ALIASES, MAX_DIRECTIVES, MAX_TOKENS].map((value) => value.toLocaleString('en'));
    const socket = WEBSOCKET_LIMITS;
    for (const row of [
      `| request | ${MAX_REQUEST_BYTES / 1_024} KiB; \`importTools\` alone, by an admin: ${MAX_IMPORT_BYTES / 1_048_576} MiB |`,
      `| depth, aliases, directives, tokens of a document | ${counts.join(', ')} |`,
      `| cost | ${MAX_OPERATION_COST.toLocaleString('en')} fields,`,
      `| websocket: message from the client | ${socket.maxMessageBytes / 1_024} KiB |`,
      `| websocket: operations at once | ${socket.maxSubscriptions} |`,
      `| websocket: time for \`connection_init\` | ${socket.initTimeoutMs / 1_000} s; ${socket.maxUnauthenticated} sockets may be without one |`,
      `| websocket: ping | every ${socket.pingMs / 1_000} s; dropped after ${socket.deadMs / 1_000} s without an answer |`,
      `| stream that takes nothing | closed after ${socket.stallMs / 1_000} s |`,
      `A page has ${DEFAULT_PAGE_SIZE} nodes unless told otherwise, and at most ${MAX_PAGE_SIZE}.`,
    ]) {
      expect(text).toContain(row);
    }
  });
});
