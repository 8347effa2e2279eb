import { type ServiceProcess, type ServiceProcessOptions, startService } from './service-process.js';

/** Service processes on ports that they keep when they are killed and started again. */
export class Fleet {
  readonly #options: ServiceProcessOptions;
  readonly #processes: ServiceProcess[];

  private constructor(options: ServiceProcessOptions, processes: ServiceProcess[]) {
    this.#options = options;
    this.#processes = processes;
  }

  static async start(count: number, options: ServiceProcessOptions): Promise<Fleet> {
    const starting = Array.from({ length: count }, () => startService(options));
    return new Fleet(options, await Promise.all(starting));
  }

  /** GraphQL endpoints. They stay the same over restarts. */
  get urls(): readonly string[] {
    return this.#processes.map((process) => process.graphqlUrl);
  }

  /** The end of everyone's log. */
  get logs(): string {
    return this.#processes.map((process) => process.log()).join('\n');
  }

  urlOf(index: number): string {
    return this.#at(index).graphqlUrl;
  }

  /** kill -9. */
  async killOne(index: number): Promise<void> {
    await this.#at(index).kill();
  }

  signal(index: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.#at(index).pid, signal);
  }

  /** Starts a killed one again, on its old port. */
  async restart(index: number): Promise<void> {
    const port = Number(new URL(this.#at(index).url).port);
    this.#processes[index % this.#processes.length] = await startService({ ...this.#options, port });
  }

  /** kill -9, all of them. */
  async kill(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
  }

  /** Ends all of them in order. */
  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
  }

  #at(index: number): ServiceProcess {
    const found = this.#processes[index % this.#processes.length];
    if (!found) throw new Error('A fleet of no process.');
    return found;
  }
}
