import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from './command-error.js';
import type { Environment } from './environment.js';

export const DEFAULT_URL = 'http://localhost:4000/graphql';

/** How to reach the service. `tokenSource` names the place of the token for messages; the token itself is never printed. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly tokenSource: string;
}

/** The command line's options --url and --token. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

interface ConfigFile {
  readonly url?: string;
  readonly token?: string;
}

/**
 * The service's URL: --url, TOOL_CATALOG_URL, the configuration file, else the default. The token: --token, TOOL_CATALOG_TOKEN,
 * the configuration file (unless that is about another service), else, on loopback, the admin token in the service's data folder.
 *
 * @throws CommandError when the URL is none or no token is found.
 */
export function resolveConnection(options: ConnectionOptions, environment: Environment): Connection {
  const configPath = configFilePath(environment);
  const config = readConfigFile(configPath);
  const url = checkedUrl(options.url ?? environment.url ?? config.url ?? DEFAULT_URL);
  // One that was given and is empty, as "$TOKEN" is when nothing set it, must not become somebody else's.
  if (options.token !== undefined) return { url, token: headerSafe(options.token, '--token'), tokenSource: '--token' };
  if (environment.token) {
    return { url, token: headerSafe(environment.token, 'TOOL_CATALOG_TOKEN'), tokenSource: 'TOOL_CATALOG_TOKEN' };
  }
  if (config.token && new URL(checkedUrl(config.url ?? DEFAULT_URL)).origin === new URL(url).origin) {
    return { url, token: headerSafe(config.token, configPath), tokenSource: configPath };
  }
  const tokenFile = path.join(environment.dataDir ?? '.data', 'admin-token');
  const local = isLoopback(url);
  const token = local ? readIfThere(tokenFile)?.trim() : undefined;
  if (token) return { url, token: headerSafe(token, tokenFile), tokenSource: tokenFile };
  throw new CommandError(
    [
      `No token for ${url}.`,
      `Give one with --token, in TOOL_CATALOG_TOKEN or as "token" in ${configPath}.`,
      ...(local
        ? [`A service on this machine writes its first admin token to ${tokenFile}: start it with 'npm start',`]
        : []),
      ...(local ? ["and run this command in the service's folder, or with its DATA_DIR."] : []),
    ].join('\n'),
  );
}

function configFilePath(environment: Environment): string {
  return path.join(environment.configHome ?? path.join(environment.home, '.config'), 'tool-catalog', 'config.json');
}

function readConfigFile(file: string): ConfigFile {
  const text = readIfThere(file);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const { url, token } = value as Record<string, unknown>;
      if ((url === undefined || typeof url === 'string') && (token === undefined || typeof token === 'string')) {
        return { ...(url === undefined ? {} : { url }), ...(token === undefined ? {} : { token }) };
      }
    }
  } catch {
    // JSON.parse quotes the text that it could not read, which may be the token: our own message does not.
  }
  throw new CommandError(`${file} is not a JSON object with the strings "url" and "token".`);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CommandError(`${file} cannot be read (${code}).`);
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(`'${text}' is not an http or https URL. Example: ${DEFAULT_URL}`);
  }
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function headerSafe(token: string, source: string): string {
  if (token === '') throw new CommandError(`The token from ${source} is empty.`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new CommandError(`The token from ${source} has characters no token has.`);
  return token;
}
