import { requireToolVerb, type ToolVerb } from '../access/authorization.js';
import type { Caller } from '../access/principal.js';
import { ONE_LINE } from '../definition/one-line.js';
import { ValidationError } from '../kernel/errors.js';
import type { ChangeAction, ToolState } from '../view/catalog-change.js';
import type { SetToolState, ToolReference } from './catalog-commands.js';
import { locateTool, requireExpected } from './locate-tool.js';
import { numbered, withoutRevision } from './new-state.js';
import { diffStates, type PlannedChange } from './planned-change.js';
import type { CatalogServiceDependencies } from './service-dependencies.js';
import { writeTransaction } from './write-transaction.js';

/** What changes in place, without a new version. */
export interface InPlaceState {
  readonly status: ToolState['status'];
  readonly enabled: boolean;
  readonly owner: string | null;
}

interface Verb {
  readonly name: string;
  readonly authorization: ToolVerb;
}

const MAX_OWNER_LENGTH = 100;

export const enableTool = inPlaceVerb({ name: 'enableTool', authorization: 'enable' }, () => ({ enabled: true }));
export const disableTool = inPlaceVerb({ name: 'disableTool', authorization: 'disable' }, () => ({ enabled: false }));
export const deprecateTool = inPlaceVerb({ name: 'deprecateTool', authorization: 'deprecate' }, () => ({
  status: 'DEPRECATED',
}));

export async function setToolState(
  dependencies: CatalogServiceDependencies,
  caller: Caller,
  command: SetToolState,
): Promise<ToolState> {
  const wanted = wantedState(command);
  if (Object.keys(wanted).length === 0) {
    throw new ValidationError('Give a status, an owner or both.', [
      { severity: 'ERROR', code: 'REQUIRED', path: '', message: 'Neither status nor owner is given.' },
    ]);
  }
  return inPlaceVerb({ name: 'setToolState', authorization: 'set the state of' }, () => wanted)(
    dependencies,
    caller,
    command,
  );
}

/** What a command asks for: left-out fields and nulls stay as they are, an empty owner means none. */
export function wantedState(command: {
  readonly status?: ToolState['status'] | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly owner?: string | null | undefined;
}): Partial<InPlaceState> {
  const owner = command.owner ?? null;
  if (owner !== null && owner.length > MAX_OWNER_LENGTH) {
    throw new ValidationError(`An owner is a principal's name of at most ${MAX_OWNER_LENGTH} characters.`, [
      { severity: 'ERROR', code: 'TOO_LONG', path: '/owner', message: 'This is not the name of a principal.' },
    ]);
  }
  // What no definition may hold could be exported, and not imported again.
  if (owner !== null && owner !== '' && !ONE_LINE.test(owner)) {
    const message = "'owner' must be one line, without control characters and without blanks at its ends.";
    throw new ValidationError(message, [{ severity: 'ERROR', code: 'TEXT_FORM', path: '/owner', message }]);
  }
  return {
    ...(command.status == null ? {} : { status: command.status }),
    ...(command.enabled == null ? {} : { enabled: command.enabled }),
    ...(owner === null ? {} : { owner: owner === '' ? null : owner }),
  };
}

/** The change that gives a tool this state, or undefined when it has it already. */
export function planInPlace(
  latest: ToolState,
  wanted: Partial<InPlaceState>,
  making: { actor: string; at: string },
): PlannedChange | undefined {
  const after = { ...withoutRevision(latest), ...wanted, updatedAt: making.at, updatedBy: making.actor };
  if (diffStates(latest, after).length === 0) return undefined;
  return {
    action: actionOf(latest, wanted),
    before: latest,
    after,
    inserts: [],
    updates: [
      { toolId: latest.toolId, version: latest.version, ...wanted, updatedAt: making.at, updatedBy: making.actor },
    ],
  };
}

function actionOf(latest: ToolState, wanted: Partial<InPlaceState>): ChangeAction {
  const changesStatus = wanted.status !== undefined && wanted.status !== latest.status;
  const changesEnabled = wanted.enabled !== undefined && wanted.enabled !== latest.enabled;
  if (changesStatus && wanted.status === 'DEPRECATED') return 'DEPRECATED';
  if (changesEnabled && !changesStatus) return wanted.enabled ? 'ENABLED' : 'DISABLED';
  return 'UPDATED';
}

function inPlaceVerb<Command extends ToolReference>(verb: Verb, wantedOf: (command: Command) => Partial<InPlaceState>) {
  return (dependencies: CatalogServiceDependencies, caller: Caller, command: Command): Promise<ToolState> =>
    writeTransaction(dependencies, { caller, verb: verb.name, command }, async (tx, at) => {
      const { latest } = await locateTool(tx, caller.principal, command);
      requireToolVerb(caller.principal, verb.authorization, latest.owner);
      requireExpected(latest, command);
      const change = planInPlace(latest, wantedOf(command), { actor: caller.principal.name, at });
      if (!change?.after) return { changes: [], answer: () => latest };
      const { after } = change;
      return { changes: [change], answer: (revision) => numbered(after, revision, latest) };
    });
}
