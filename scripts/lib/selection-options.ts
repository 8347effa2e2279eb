import { isJsonObject } from '../../src/kernel/json.js';
import { readSelectionRequest } from '../../src/selection/read-selection-request.js';
import { PREFERENCE_MODES, type SelectionRequest } from '../../src/selection/selection-request.js';
import { CommandError } from './command-error.js';

export interface SelectionOptions {
  /** Capabilities, with commas between them. */
  readonly select?: string;
  /** With commas between them. */
  readonly platforms?: string;
  readonly query?: string;
  /** A JSON object. */
  readonly variables?: string;
  readonly preference?: string;
  readonly environment?: string;
}

/** The request that the options spell; undefined without `--select`. @throws CommandError for what selection refuses. */
export function selectionOf(options: SelectionOptions): SelectionRequest | undefined {
  const { select, platforms, query, variables, preference, environment } = options;
  if (select === undefined) {
    const given = Object.entries({ platforms, query, variables, preference, environment }).find(
      ([, value]) => value !== undefined,
    );
    if (given !== undefined) throw new CommandError(`--${given[0]} belongs to a selection: give --select, too.`);
    return undefined;
  }
  const mode = preference?.toUpperCase();
  const request: SelectionRequest = {
    capabilities: namesIn(select),
    platforms: platforms === undefined ? undefined : namesIn(platforms),
    query,
    variables: variables === undefined ? undefined : readVariables(variables),
    preference: PREFERENCE_MODES.find((one) => one === mode),
    environment,
  };
  const { issues } = readSelectionRequest({ ...request, preference: mode });
  const [first] = issues;
  if (first === undefined) return request;
  throw new CommandError(`The selection cannot be made: ${first.path} ${first.message} ${first.hint ?? ''}`.trim());
}

function namesIn(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function readVariables(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new CommandError(`--variables takes a JSON object such as {"N": 100}, not ${text}.`);
}
