import type { SlotValues } from './engine.js';
import { ExpressionError } from './expression-error.js';
import type { VariableSlot } from './operand.js';
import type { Translation } from './translate.js';

/** What a caller gives an expression: own properties count, of any JSON type; the expression reads those it refers to. */
export type Variables = Readonly<Record<string, unknown>>;

function unreadable(): ExpressionError {
  return new ExpressionError('EXPRESSION_VARIABLES_UNREADABLE', 'The variables could not be read.', {
    hint: 'Give a plain object of names and values.',
  });
}

/** Own properties only, each looked at once, and no getter is ever run. A proxy may throw anything. */
function ownProperty(variables: Variables, name: string): PropertyDescriptor | undefined {
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

function checkedValue(variable: VariableSlot, property: PropertyDescriptor): number | boolean {
  const value: unknown = property.value;
  const { name, type } = variable;
  if (typeof value === 'number' && type !== 'boolean' && Number.isFinite(value)) return value;
  if (typeof value === 'boolean' && type !== 'number') return value;
  const needed = type === 'any' ? 'a finite number or a boolean' : type === 'number' ? 'a finite number' : 'a boolean';
  throw new ExpressionError('EXPRESSION_VARIABLE_TYPE', `The variable '${name}' must be ${needed}.`);
}

/**
 * A frozen copy, without a prototype, of the variables that an expression refers to, under their slots.
 *
 * @throws ExpressionError EXPRESSION_MISSING_VARIABLE with every missing name, EXPRESSION_VARIABLE_TYPE,
 *   EXPRESSION_RESERVED_NAME for a variable named like a function or constant in use, EXPRESSION_VARIABLES_UNREADABLE
 */
export function readVariables(translation: Translation, variables: Variables): SlotValues {
  if (!isRecord(variables)) throw unreadable();
  for (const name of translation.reserved) {
    if (ownProperty(variables, name) !== undefined) {
      throw new ExpressionError(
        'EXPRESSION_RESERVED_NAME',
        `A variable cannot be named '${name}': in expressions that is a function or a constant.`,
      );
    }
  }
  const values: Record<string, number | boolean> = Object.create(null) as Record<string, number | boolean>;
  const missingVariables: string[] = [];
  for (const variable of translation.variables) {
    const property = ownProperty(variables, variable.name);
    if (property === undefined) missingVariables.push(variable.name);
    else values[variable.slot] = checkedValue(variable, property);
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
