import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

/** A file of JSON objects, one a line, that grows while a run lasts. */
export class JsonLinesWriter<Line extends object> {
  readonly #stream: WriteStream;
  #ended = false;

  constructor(file: string) {
    this.#stream = createWriteStream(file);
  }

  /** What comes after {@link end}, such as the goodbye of a connection, is no part of the run. */
  write(line: Line): void {
    if (!this.#ended) this.#stream.write(`${JSON.stringify(line)}\n`);
  }

  /** Resolves when everything is in the file. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#stream.end();
    await finished(this.#stream);
  }
}

/** The lines of such a file. @throws Error that names file and line for one that is no JSON. */
export async function readJsonLines<Line>(file: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    try {
      lines.push(JSON.parse(text) as Line);
    } catch {
      throw new Error(`${file}:${lines.length + 1}: this line is no JSON.`);
    }
  }
  return lines;
}
