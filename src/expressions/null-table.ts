/** A frozen copy without a prototype: `name in table` and `table[name]` see its own entries and nothing else. */
export function nullTable<T extends object>(entries: T): Readonly<T> {
  return Object.freeze(Object.assign(Object.create(null) as T, entries));
}
