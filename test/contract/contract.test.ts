import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, findBreakingChanges } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';

function read(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8');
}

interface Missing {
  /** What brings it. */
  readonly capability: string;
  /** Findings of graphql's findBreakingChanges(contract, schema). */
  readonly findings: readonly string[];
}

const contract = buildSchema(read('contract.graphql'));
const missing: readonly Missing[] = JSON.parse(read('missing.json'));

test('the schema holds the contract, but for what missing.json names', () => {
  const found = findBreakingChanges(contract, createSchema()).map((change) => change.description);
  expect(found.sort()).toEqual(missing.flatMap(({ findings }) => findings).sort());
});

test('a field that is dropped, renamed or made nullable is noticed', () => {
  const damages: readonly [from: string | RegExp, to: string][] = [
    ['contentHash: String!\n', 'hash: String!\n'],
    ['platforms: [String!]!', 'platforms: [String!]'],
    ['updateTool(input: UpdateToolInput!)', 'changeTool(input: UpdateToolInput!)'],
    ['union ToolResult = Tool | ', 'union ToolResult = '],
  ];
  for (const [from, to] of damages) {
    const text = read('contract.graphql');
    const damaged = text.replace(from, to);
    expect(damaged, String(from)).not.toBe(text);
    expect(findBreakingChanges(contract, buildSchema(damaged)), String(from)).not.toEqual([]);
  }
});
