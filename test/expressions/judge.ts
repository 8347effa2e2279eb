import type { AttackInput } from './attacks.js';

/** 50 ms are the budget; the deadline leaves fivefold slack for a loaded machine. */
export const DEADLINE_MS = 250;
const HEAP_LIMIT_BYTES = 50 * 1024 * 1024;

function isSafeResult(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function sameProperties(before: ReadonlyMap<PropertyKey, unknown>, after: ReadonlyMap<PropertyKey, unknown>): boolean {
  return (
    before.size === after.size &&
    [...before].every(([key, value]) => after.has(key) && Object.is(after.get(key), value))
  );
}

/** Own properties as they are, without running a getter, and the prototype. */
export function snapshot(watched: object): ReadonlyMap<PropertyKey, unknown> {
  const properties = Reflect.ownKeys(watched).map((key): [PropertyKey, unknown] => {
    const property = Object.getOwnPropertyDescriptor(watched, key);
    return [key, property?.get ?? property?.value];
  });
  return new Map<PropertyKey, unknown>([...properties, ['prototype of it', Object.getPrototypeOf(watched)]]);
}

/**
 * What is wrong with a run; undefined when it gave a finite number, a boolean or an error that `isTyped`, in time and
 * memory, and left the variables and Object.prototype as they were.
 */
export function misbehaviour(
  run: (variables: unknown) => unknown,
  input: AttackInput,
  isTyped: (error: unknown) => boolean,
): string | undefined {
  const watched = input.watched ?? (typeof input.variables === 'object' ? input.variables : null) ?? {};
  const before = snapshot(watched);
  const prototypeBefore = snapshot(Object.prototype);
  const heapBefore = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  let fault: string | undefined;
  try {
    const result = run(input.variables);
    if (!isSafeResult(result)) fault = `gave a ${typeof result} that is no finite number`;
  } catch (error) {
    if (!isTyped(error)) fault = 'threw something else than a typed error';
  }
  const elapsedMs = performance.now() - startedAt;
  if (elapsedMs > DEADLINE_MS) return `took ${elapsedMs} ms`;
  if (process.memoryUsage().heapUsed - heapBefore > HEAP_LIMIT_BYTES) return 'took too much memory';
  if (!sameProperties(before, snapshot(watched))) return 'changed the variables';
  if (!sameProperties(prototypeBefore, snapshot(Object.prototype))) return 'changed Object.prototype';
  return fault ?? input.fault?.();
}
