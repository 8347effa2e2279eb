import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';
import type { FromDriver } from './driver-messages.js';

/** A process that does a part of the load, built like the rest (`npm run build`). */
export class Driver<Message extends object> {
  readonly #file: string;
  readonly #child: ChildProcess;

  constructor(file: string) {
    this.#file = file;
    this.#child = fork(path.join(packageRoot(), 'dist', 'test', 'soak', file), { stdio: 'inherit' });
  }

  /** Resolves when it has done so. @throws Error when it ends instead. */
  tell<Answer extends FromDriver>(message: Message): Promise<Answer & { readonly late: readonly string[] }> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${this.#file} ended with ${code}.`));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer: Answer & { readonly late: readonly string[] }) => {
        this.#child.off('exit', ended);
        resolve(answer);
      });
      this.#child.send(message, (error) => error && reject(error));
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
