import { ExpressionError } from './expression-error.js';

export type ValueType = 'number' | 'boolean';

/** A variable of an expression: the name that the author wrote, and the name that the engine knows it by. */
export interface VariableSlot {
  readonly name: string;
  readonly slot: string;
  /** `any` when the expression only tests it for equality with another variable. */
  readonly type: ValueType | 'any';
}

/** A slot whose type the rest of the expression may still settle. */
export interface OpenSlot {
  readonly name: string;
  readonly slot: string;
  type: ValueType | 'any';
}

/** A part of an expression that was read: where it starts, and what it gives. */
export interface Operand {
  readonly position: number;
  readonly type: ValueType | OpenSlot;
}

export function typeOf(operand: Operand): ValueType | 'any' {
  return typeof operand.type === 'string' ? operand.type : operand.type.type;
}

/**
 * Holds an operand to a type; a variable of no type yet takes it.
 *
 * @param user who needs it, to begin the message with
 */
export function requireType(operand: Operand, needed: ValueType, user: string): void {
  const actual = typeOf(operand);
  if (actual === needed) return;
  if (actual === 'any' && typeof operand.type === 'object') {
    operand.type.type = needed;
    return;
  }
  const { position } = operand;
  const message =
    typeof operand.type === 'object'
      ? `'${operand.type.name}' at position ${position} is used both as a number and as a boolean.`
      : `${user} needs a ${needed}, and finds a ${actual} at position ${position}.`;
  const hint =
    needed === 'boolean'
      ? 'Compare it, as in N > 50.'
      : 'Comparisons, and, or, not, true and false belong in conditions.';
  throw new ExpressionError('EXPRESSION_TYPE', message, { position, hint });
}
