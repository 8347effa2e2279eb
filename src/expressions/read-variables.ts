import type { SlotValues } from './engine.js';
import { ExpressionError } from './expression-error.js';
import type { VariableSlot } from './operand.js';
import type { Translation } from './translate.js';

/** What a caller gives an expression: own properties count, of any JSON type; the expression reads those it refers to. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Variables that were read once, for callers that evaluate many expressions with the same ones: reading them again costs a
 * third of what reading any object does.
 */
export class PlainVariables {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(variables: Variables) {
    this.#values = new Map(Object.entries(variables));
  }

  /** The values, where these are plain variables: no other object can pass for one. */
  static valuesOf(variables: object): ReadonlyMap<string, unknown> | undefined {
    return #values in variables ? variables.#values : undefined;
  }
}

/** Values by slot have no prototype but this empty one. Made this way, V8 keeps them in its fast form. */
class Slots {
  [slot: string]: number | boolean;
}
Object.setPrototypeOf(Slots.prototype, null);
Reflect.deleteProperty(Slots.prototype, 'constructor');
Object.freeze(Slots.prototype);

function unreadable(): ExpressionError {
  return new ExpressionError('EXPRESSION_VARIABLES_UNREADABLE', 'The variables could not be read.', {
    hint: 'Give a plain object of names and values.',
  });
}

/** Own properties only, each looked at once, and no getter is ever run. A proxy may throw anything. */
function ownProperty(variables: object, name: string): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(variables, name);
  } catch {
    throw unreadable();
  }
}

function isRecord(variables: unknown): boolean {
  try {
    return typeof variables === 'object' && variables !== null && !Array.isArray(variables);
  } catch {
    return false;
  }
}

function checkedValue(variable: VariableSlot, value: unknown): number | boolean {
  const { name, type } = variable;
  if (typeof value === 'number' && type !== 'boolean' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean' && type !== 'number') return value;
  const needed = type === 'any' ? 'a finite number or a boolean' : type === 'number' ? 'a finite number' : 'a boolean';
  throw new ExpressionError('EXPRESSION_VARIABLE_TYPE', `The variable '${name}' must be ${needed}.`);
}

/**
 * Whether {@link readVariables} would give these values again. Costs less than reading; false where nobody can tell without.
 */
export function wouldReadAgain(
  { reserved, variables: slots }: Translation,
  variables: Variables | PlainVariables,
  values: SlotValues,
): boolean {
  const plain = PlainVariables.valuesOf(variables);
  if (plain === undefined) return false;
  for (const name of reserved) if (plain.has(name)) return false;
  for (const { name, slot } of slots) if (plain.get(name) !== values[slot]) return false;
  return true;
}

/**
 * A frozen copy, with nothing in its prototype, of the variables that an expression refers to, under their slots.
 *
 * @throws ExpressionError EXPRESSION_MISSING_VARIABLE with every missing name, EXPRESSION_VARIABLE_TYPE,
 *   EXPRESSION_RESERVED_NAME for a variable named like a function or constant in use, EXPRESSION_VARIABLES_UNREADABLE
 */
export function readVariables(translation: Translation, variables: Variables | PlainVariables): SlotValues {
  if (!isRecord(variables)) throw unreadable();
  const plain = PlainVariables.valuesOf(variables);
  for (const name of translation.reserved) {
    if (plain === undefined ? ownProperty(variables, name) !== undefined : plain.has(name)) {
      throw new ExpressionError(
        'EXPRESSION_RESERVED_NAME',
        `A variable cannot be named '${name}': in expressions that is a function or a constant.`,
      );
    }
  }
  const values = new Slots();
  const missingVariables: string[] = [];
  for (const variable of translation.variables) {
    const { name, slot } = variable;
    const property = plain === undefined ? ownProperty(variables, name) : undefined;
    if (property === undefined && plain?.has(name) !== true) missingVariables.push(name);
    else values[slot] = checkedValue(variable, property === undefined ? plain?.get(name) : property.value);
  }
  if (missingVariables.length > 0) {
    const names = missingVariables.map((name) => `'${name}'`).join(', ');
    throw new ExpressionError(
      'EXPRESSION_MISSING_VARIABLE',
      missingVariables.length === 1 ? `The variable ${names} is missing.` : `The variables ${names} are missing.`,
      { missingVariables },
    );
  }
  return Object.freeze(values);
}
