import type { ChildProcess } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { spawnTypeScript } from './run-typescript.js';
import type { ToldSubscriber } from './stock-subscribers-process.js';

const ESTABLISHED = '01';

/** Stock subscribers in a process of their own, which can be stopped as a whole. */
export class StoppedSubscribers {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (!child.stdout) throw new Error('no output');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when all of them follow. */
  static async start(url: string, count: number): Promise<StoppedSubscribers> {
    const started = new StoppedSubscribers(
      spawnTypeScript('test/support/stock-subscribers-process.ts', [url, String(count)]),
    );
    await started.#lines.next();
    return started;
  }

  /** Connections that the other side holds open, as the kernel sees it: this process may be stopped. Linux only. */
  async openConnections(url: string): Promise<number> {
    const folder = `/proc/${this.#child.pid}/fd`;
    const links = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
    const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1).map(readRow);
    const own = new Set(rows.filter(({ inode }) => inodes.has(inode)).map(({ local }) => local));
    const served = Number(new URL(url).port);
    return rows.filter(({ local, remote, state }) => local === served && own.has(remote) && state === ESTABLISHED)
      .length;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** What each was told when all have come to this revision. */
  async reached(revision: number): Promise<readonly ToldSubscriber[]> {
    this.#child.stdin?.write(`${revision}\n`);
    const { value } = await this.#lines.next();
    return JSON.parse(value) as ToldSubscriber[];
  }
}

/** A line of the kernel's table of connections: ports, state and inode. */
function readRow(line: string): { local: number; remote: number; state: string; inode: string } {
  const [, local = '', remote = '', state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
  const port = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16);
  return { local: port(local), remote: port(remote), state, inode };
}
