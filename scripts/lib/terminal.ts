import { once } from 'node:events';

/** As much of process.stdout as the commands use. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableNeedDrain?: boolean;
};

/**
 * Where a command writes: results to stdout, everything about them to stderr. A reader that goes away (`| head`) is not an
 * error: what is written after it is dropped, and {@link closed} tells those commands that have nothing else to do.
 */
export class Terminal {
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #closed = new AbortController();

  constructor(stdout: OutputStream, stderr: OutputStream) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    stdout.on('error', (error: NodeJS.ErrnoException) => this.#closed.abort(error));
    stderr.on('error', () => {});
  }

  /** Aborted once nobody reads stdout any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** True where a person watches stdout. */
  get interactive(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** The stream for a progress bar, undefined where none would be seen. */
  get progressStream(): OutputStream | undefined {
    return this.#stderr.isTTY === true ? this.#stderr : undefined;
  }

  /** Writes to stdout and waits while its reader is slower than we are. */
  async write(text: string): Promise<void> {
    if (this.#closed.signal.aborted) return;
    if (this.#stdout.write(text)) return;
    await once(this.#stdout, 'drain', { signal: this.#closed.signal }).catch((error: unknown) => {
      if (!this.#closed.signal.aborted) throw error;
    });
  }

  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** A line on stderr. */
  notice(text: string): void {
    this.#stderr.write(`${text}\n`);
  }
}

/** The text on one line and without control characters: what others typed must not drive the reader's terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** A number with its word: `1 tool`, `2 tools`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Rows as columns of equal width, separated by two spaces. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
