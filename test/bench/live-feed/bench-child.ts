import { type ChildProcess, fork } from 'node:child_process';

interface Answer {
  readonly answerTo: number;
  readonly value: unknown;
}

/** A process of the benchmark that is asked things, one after the other or at once. */
export class BenchChild {
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #count = 0;

  /** @param file name of a module beside this one. */
  constructor(file: string, args: readonly string[] = []) {
    this.#process = fork(new URL(file, import.meta.url), args, { stdio: 'inherit' });
    this.#process.on('message', ({ answerTo, value }: Answer) => {
      this.#asked.get(answerTo)?.resolve(value);
      this.#asked.delete(answerTo);
    });
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#asked.values()) reject(new Error(`${file} ended with ${code}.`));
    });
  }

  /** What the child says by itself when it is ready. */
  ready<T>(): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(0, { resolve: (answer) => resolve(answer as T), reject });
    });
  }

  ask<T>(question: string, value: unknown = null): Promise<T> {
    this.#count += 1;
    const id = this.#count;
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { resolve: (answer) => resolve(answer as T), reject });
      this.#process.send({ id, question, value });
    });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}

/** In the child: says that it is ready. */
export function sayReady(value: unknown): void {
  process.send?.({ answerTo: 0, value });
}

/** In the child: answers what the parent asks. */
export function answerQuestions(answers: Readonly<Record<string, (value: never) => unknown>>): void {
  process.on('message', async ({ id, question, value }: { id: number; question: string; value: never }) => {
    process.send?.({ answerTo: id, value: (await answers[question]?.(value)) ?? null });
  });
  process.once('disconnect', () => process.exit());
}
