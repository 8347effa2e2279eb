import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';

export interface FinishedProcess {
  readonly code: number | null;
  /** What it wrote to standard output. */
  readonly output: string;
}

/** Starts a TypeScript file of this package as a process of its own. Its errors go to this process's standard error. */
export function spawnTypeScript(file: string, args: readonly string[]): ChildProcess {
  const hooks = path.join(packageRoot(), 'test', 'support', 'typescript-hooks.mjs');
  return spawn(process.execPath, ['--import', hooks, path.join(packageRoot(), file), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Runs a TypeScript file of this package to its end. */
export function runTypeScript(file: string, args: readonly string[]): Promise<FinishedProcess> {
  return new Promise((resolve, reject) => {
    const child = spawnTypeScript(file, args);
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
