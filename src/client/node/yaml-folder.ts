import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { decodeYaml } from '../../definition/decode-yaml.js';
import { readYamlStream } from '../../definition/read-yaml-stream.js';
import type { ToolDefinition } from '../../definition/tool-definition.js';
import { createExpressionCache } from '../../expressions/expression-cache.js';
import { ValidationError } from '../../kernel/errors.js';
import type { Issue } from '../../kernel/issue.js';
import { checkDefinition } from '../../validation/check-definition.js';
import type { ToolState } from '../../view/catalog-change.js';
import { compareTools } from '../../view/tool-order.js';
import {
  CopyStorageError,
  type DefinitionFinding,
  type DefinitionSource,
  type LoadedDefinitions,
} from '../copy-storage.js';
import { definedTool } from '../defined-tool.js';

/** Compiled expressions that are remembered while a folder is read. */
const EXPRESSIONS = 10_000;

/**
 * Definitions in a folder and the folders below it: every `.yaml` and `.yml` file, in any form that an import takes and under
 * the same rules. What has an ERROR is reported and left out, and holds up nothing else. Of several definitions of one tool
 * the first counts, by the order of the files' names; the others are reported. Hidden files and node_modules are passed over.
 */
export function yamlFolder(folder: string): DefinitionSource {
  const root = path.resolve(folder);
  return { load: () => loadFolder(root) };
}

async function loadFolder(root: string): Promise<LoadedDefinitions> {
  const tools = new Map<string, { readonly tool: ToolState; readonly file: string }>();
  const findings: DefinitionFinding[] = [];
  const expressions = createExpressionCache(EXPRESSIONS);
  const check = (definition: ToolDefinition) => checkDefinition(definition, expressions);
  for (const full of await filesBelow(root)) {
    const file = path.relative(root, full);
    for await (const { definition, issues } of readFileOf(full, check)) {
      findings.push(...issues.map((issue) => ({ ...issue, file })));
      if (definition === null) continue;
      const tool = definedTool(definition);
      const known = tools.get(tool.toolId);
      if (known === undefined) tools.set(tool.toolId, { tool, file });
      else findings.push(definedTwice(tool, { file, first: known.file }));
    }
  }
  return { tools: [...tools.values()].map(({ tool }) => tool).sort(compareTools), findings };
}

interface Read {
  readonly definition: ToolDefinition | null;
  readonly issues: readonly Issue[];
}

async function* readFileOf(
  full: string,
  check: (definition: ToolDefinition) => readonly Issue[],
): AsyncGenerator<Read> {
  let text: string;
  try {
    text = decodeYaml(await readFile(full));
  } catch (error) {
    yield { definition: null, issues: error instanceof ValidationError ? error.issues : [unreadable(error)] };
    return;
  }
  yield* readYamlStream(text, { check, pause: () => new Promise((resolve) => setImmediate(resolve)) });
}

/** @throws CopyStorageError COPY_UNREADABLE for a folder that cannot be read. */
async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const full = path.join(folder, entry.name);
    // Links to folders are not followed: they may lead round in a circle.
    if (entry.isDirectory()) found.push(...(await filesBelow(full)));
    else if (/\.ya?ml$/i.test(entry.name) && (await isFile(full))) found.push(full);
  }
  return found;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch (error) {
    const message = `The YAML folder ${folder} cannot be read: ${reasonOf(error)}`;
    throw new CopyStorageError('COPY_UNREADABLE', message, { cause: error });
  }
}

async function isFile(full: string): Promise<boolean> {
  return (await stat(full).catch(() => undefined))?.isFile() ?? false;
}

function unreadable(error: unknown): Issue {
  const message = `The file cannot be read: ${reasonOf(error)}`;
  return { severity: 'ERROR', code: 'FILE_UNREADABLE', message, path: '' };
}

function definedTwice(tool: ToolState, { file, first }: { file: string; first: string }): DefinitionFinding {
  const message = `${first} defines '${tool.name}' on ${tool.platform}, too: this definition is left out.`;
  return { severity: 'ERROR', code: 'DUPLICATE_IN_FOLDER', message, path: '', file };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
