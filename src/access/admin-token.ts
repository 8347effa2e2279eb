import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BadUserInputError } from '../kernel/errors.js';
import { newTokenSecret } from './token-secret.js';

export interface AdminToken {
  readonly secret: string;
  /** Where it can be read again; null when the environment gave it. */
  readonly file: string | null;
  /** True when it was made just now. */
  readonly created: boolean;
}

/**
 * The first admin's token: the configured one, else the one in `dataDir`, made there (mode 0600) at the very first start. Processes
 * that start at once on one `dataDir` end up with the same one.
 */
export async function ensureAdminToken(dataDir: string, configured: string | undefined): Promise<AdminToken> {
  if (configured !== undefined) return { secret: configured, file: null, created: false };
  const file = path.join(dataDir, 'admin-token');
  const existing = await readToken(file);
  if (existing !== undefined) return { secret: existing, file, created: false };
  await mkdir(dataDir, { recursive: true });
  const secret = newTokenSecret(randomUUID());
  // A name of its own: in containers that share `dataDir` every process has the same id.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears whole or not at all, and only if nobody else was first.
    await link(draft, file);
    return { secret, file, created: true };
  } catch (error) {
    const other = await readToken(file);
    if (other === undefined) throw error;
    return { secret: other, file, created: false };
  } finally {
    await rm(draft, { force: true });
  }
}

async function readToken(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    if (text.length < 16)
      throw new BadUserInputError(`${file} holds no token. Remove it to have a new one made, or set ADMIN_TOKEN.`);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
