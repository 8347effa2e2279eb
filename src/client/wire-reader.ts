import { isJsonObject, type Json, type JsonObject } from '../kernel/json.js';
import { FeedError } from './client-errors.js';

/** Reads the members of an object that came over the wire or was kept, and names the place where its shape is not the agreed one. */
export class WireReader {
  readonly #object: Record<string, unknown>;
  readonly #path: string;

  /** @throws FeedError FEED_MALFORMED when the value is no object; every method throws it likewise. */
  constructor(value: unknown, path: string) {
    if (!isJsonObject(value)) throw malformed(path, 'an object');
    this.#object = value as Record<string, unknown>;
    this.#path = path;
  }

  text(key: string): string {
    const value = this.#object[key];
    return typeof value === 'string' ? value : this.#fail(key, 'a text');
  }

  textOrNull(key: string): string | null {
    return this.#isNull(key) ? null : this.text(key);
  }

  flag(key: string): boolean {
    const value = this.#object[key];
    return typeof value === 'boolean' ? value : this.#fail(key, 'true or false');
  }

  number(key: string): number {
    const value = this.#object[key];
    return typeof value === 'number' ? value : this.#fail(key, 'a number');
  }

  wholeNumber(key: string): number {
    const value = this.#object[key];
    return Number.isSafeInteger(value) ? (value as number) : this.#fail(key, 'a whole number');
  }

  oneOf<T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.#object[key];
    return allowed.find((one) => one === value) ?? this.#fail(key, `one of ${allowed.join(', ')}`);
  }

  object(key: string): JsonObject {
    const value = this.#object[key];
    return isJsonObject(value) ? value : this.#fail(key, 'an object');
  }

  texts(key: string): readonly string[] {
    const values = this.#array(key);
    return values.every((value) => typeof value === 'string') ? values : this.#fail(key, 'a list of texts');
  }

  objects(key: string): readonly JsonObject[] {
    const values = this.#array(key);
    return values.every((value) => isJsonObject(value)) ? values : this.#fail(key, 'a list of objects');
  }

  values(key: string): readonly Json[] {
    return this.#array(key) as readonly Json[];
  }

  /** The object under a key. */
  inner(key: string): WireReader {
    return new WireReader(this.#object[key], `${this.#path}/${key}`);
  }

  innerOrNull(key: string): WireReader | null {
    return this.#isNull(key) ? null : this.inner(key);
  }

  /** The objects of the list under a key. */
  inners(key: string): readonly WireReader[] {
    return this.#array(key).map((value, index) => new WireReader(value, `${this.#path}/${key}/${index}`));
  }

  #isNull(key: string): boolean {
    return this.#object[key] === null || this.#object[key] === undefined;
  }

  #array(key: string): readonly unknown[] {
    const value = this.#object[key];
    return Array.isArray(value) ? value : this.#fail(key, 'a list');
  }

  #fail(key: string, expected: string): never {
    throw malformed(`${this.#path}/${key}`, expected);
  }
}

function malformed(path: string, expected: string): FeedError {
  const where = path === '' ? 'it' : path;
  return new FeedError('FEED_MALFORMED', `What was read has not the agreed shape: ${where} is not ${expected}.`);
}
