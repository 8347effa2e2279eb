import { setImmediate as pause } from 'node:timers/promises';
import { toYaml } from '../definition/to-yaml.js';
import type { ToolDefinition } from '../definition/tool-definition.js';
import { UnavailableError } from '../kernel/errors.js';

/** Tools that are written before other requests get their turn: some milliseconds. */
const TOOLS_A_TURN = 25;

/**
 * Definitions as one YAML stream, a document each. Gives way to other work meanwhile.
 * @throws UnavailableError when one of the signals says that nobody waits for it any more.
 */
export async function exportYaml(
  definitions: readonly ToolDefinition[],
  signals: readonly (AbortSignal | undefined)[],
): Promise<string> {
  const documents: string[] = [];
  for (const [index, definition] of definitions.entries()) {
    if (index % TOOLS_A_TURN === TOOLS_A_TURN - 1) await pause();
    if (signals.some((signal) => signal?.aborted)) throw new UnavailableError('The export was given up.');
    documents.push(toYaml(definition));
  }
  return documents.join('---\n');
}
