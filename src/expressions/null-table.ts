/**
 * A frozen copy without a prototype: `name in table` and `table[name]` see its own entries and nothing else.
 *
 * Made by taking the prototype away, not by Object.create(null): V8 keeps such a table in its fast form, and the engine
 * lists its functions at every call (1.1 µs against 0.2 µs).
 */
export function nullTable<T extends object>(entries: T): Readonly<T> {
  return Object.freeze(Object.setPrototypeOf({ ...entries }, null) as T);
}
