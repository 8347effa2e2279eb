import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';
import type { PatternDefinition, ToolDefinition } from '../../src/definition/tool-definition.js';
import { createExpressionCache } from '../../src/expressions/expression-cache.js';
import type { Json, JsonObject } from '../../src/kernel/json.js';
import { checkDefinition } from '../../src/validation/check-definition.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'catalog');
const expressions = createExpressionCache(5_000);

interface Input {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly validation: RegExp | undefined;
  readonly allowed: readonly Json[] | undefined;
  readonly given: readonly Json[];
}

interface Case {
  readonly label: string;
  readonly tool: ToolDefinition;
  readonly pattern: PatternDefinition;
}

async function readAll(): Promise<readonly ToolDefinition[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const tools: ToolDefinition[] = [];
  for (const file of files.sort()) {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const check = (definition: ToolDefinition) => checkDefinition(definition, expressions);
    for await (const document of readYamlStream(text, { check })) {
      if (!document.definition) throw new Error(file);
      tools.push(document.definition);
    }
  }
  return tools;
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cases: readonly Case[] = (await readAll()).flatMap((tool) =>
  tool.capabilities.flatMap(({ name, patterns }) =>
    patterns.map((pattern) => ({ label: `${tool.platform}/${tool.name} ${name}.${pattern.name}`, tool, pattern })),
  ),
);

function inputsOf({ requiredInputs, optionalInputs }: PatternDefinition): readonly Input[] {
  const read = (required: boolean) => (input: JsonObject) => ({
    name: String(input['name']),
    type: String(input['type']),
    required,
    validation: typeof input['validation'] === 'string' ? new RegExp(input['validation']) : undefined,
    allowed: Array.isArray(input['allowed_values']) ? input['allowed_values'] : undefined,
    given: [...(input['default'] === undefined ? [] : [input['default']]), ...list(input['examples'])],
  });
  return [...requiredInputs.map(read(true)), ...optionalInputs.map(read(false))];
}

function exampleInputsOf(pattern: PatternDefinition): readonly JsonObject[] {
  return pattern.examples.filter(isObject).map(({ inputs }) => (isObject(inputs) ? inputs : {}));
}

/** What of a value its input does not allow; an array's items are looked at one by one. */
function refused({ type, validation, allowed }: Input, value: Json): readonly Json[] {
  const items = type === 'array' ? list(value) : [value];
  return items.filter(
    (item) => validation?.test(String(item)) === false || (allowed !== undefined && !allowed.includes(item)),
  );
}

/** Alternatives that no brackets hold together: in `^a|b$` each anchor holds for one of the two only. */
function hasLooseAlternative(source: string): boolean {
  const bare = source.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, '');
  let depth = 0;
  return [...bare].some((character) => {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    return character === '|' && depth === 0;
  });
}

function isSingle({ scope }: PatternDefinition): boolean {
  return scope === 'single_item' || scope === 'single';
}

/** What a selection would count for `items` items. */
function costOf(pattern: PatternDefinition, items: number): number {
  const ordinary = { p95_latency: 100, packet_count: 10, duration_seconds: 10, file_size_kb: 1_000 };
  const N = isSingle(pattern) ? 1 : items;
  return expressions.expression(pattern.costEstimate).evaluate({ ...ordinary, N }) * (items / N);
}

describe.each(cases)('$label', ({ tool, pattern }) => {
  test('has inputs whose validations, defaults, examples and allowed values go together', () => {
    for (const input of inputsOf(pattern)) {
      const source = input.validation?.source;
      if (source !== undefined) {
        expect(source, input.name).toMatch(/^\^.*\$$/);
        expect(hasLooseAlternative(source), input.name).toBe(false);
      }
      for (const value of [...input.given, ...(input.allowed ?? [])])
        expect(refused(input, value), input.name).toEqual([]);
      if (input.type === 'integer') expect(input.validation ?? input.allowed, input.name).toBeDefined();
    }
  });

  test('has an example with a command, and every example gives what is required and nothing unknown', () => {
    const inputs = inputsOf(pattern);
    expect(pattern.examples.filter(isObject).filter(({ command }) => typeof command === 'string')).not.toEqual([]);
    for (const example of exampleInputsOf(pattern)) {
      const needed = inputs.filter(({ required }) => required).map(({ name }) => name);
      expect(Object.keys(example)).toEqual(expect.arrayContaining(needed));
      for (const [name, value] of Object.entries(example)) {
        const input = inputs.find((candidate) => candidate.name === name);
        if (input === undefined) throw new Error(`The example has the unknown input ${name}.`);
        expect(refused(input, value), name).toEqual([]);
      }
    }
  });

  test('has a policy that can be kept: what may run at once can be paid for, and permissions are dependencies', () => {
    const { max_cost: maxCost, max_N_immediate: maxItems, required_permissions: permissions } = pattern.policy;
    const items = typeof maxItems === 'number' ? maxItems : 1;
    expect(costOf(pattern, items)).toBeLessThanOrEqual(Number(maxCost) + 1e-9);
    const known = tool.dependencies.filter(({ type }) => type === 'permission').map(({ name }) => name);
    for (const permission of list(permissions)) expect(known).toContain(permission);
  });

  test('asks for approval when it takes something away', () => {
    if (
      /(?:^|_)(?:remove|delete|destroy|reset|mirror|kill|prune|vacuum|stop|undo|uninstall|cancel)(?:_|$)/.test(
        pattern.name,
      )
    ) {
      expect(pattern.policy['requires_approval']).toBe(true);
    }
  });

  test('counts N in its estimates, or is about one item', () => {
    const variables = [pattern.timeEstimateMs, pattern.costEstimate].flatMap(
      (source) => expressions.expression(source).variables,
    );
    if (isSingle(pattern)) expect(variables).not.toContain('N');
    else expect(variables).not.toEqual([]);
  });
});

test('no capability offers both a preview or a read and the action, which the cheaper of the two would shadow', () => {
  const offers = new Map<string, Set<boolean>>();
  for (const { tool, pattern } of cases) {
    const capability = tool.capabilities.find(({ patterns }) => patterns.includes(pattern));
    const key = `${tool.platform}/${tool.name} ${capability?.name}`;
    const approvals = offers.get(key) ?? new Set();
    offers.set(key, approvals.add(pattern.policy['requires_approval'] === true));
  }
  const mixed = [...offers].filter(([, approvals]) => approvals.size > 1).map(([key]) => key);
  // Reading commands and any command are the same need; what differs is how far they may go. So with scans and captures.
  expect(mixed.sort()).toEqual([
    'linux/ssh remote_command',
    'network/nmap port_scan',
    'network/tcpdump packet_capture',
  ]);
});
