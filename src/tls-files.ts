import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type Config, ConfigError } from './config.js';

/** A certificate with its chain, and its private key, in PEM. */
export interface TlsTexts {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Reads the files that TLS_CERT and TLS_KEY name.
 * @throws ConfigError when one cannot be read, is no PEM, or the two do not belong together. It never repeats what is in them.
 */
export async function readTlsFiles({ tlsFiles }: Pick<Config, 'tlsFiles'>): Promise<TlsTexts | undefined> {
  if (tlsFiles === undefined) return undefined;
  const [certificate, key] = await Promise.all([
    readText('TLS_CERT', tlsFiles.certificateFile),
    readText('TLS_KEY', tlsFiles.keyFile),
  ]);
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new ConfigError(
      `TLS_CERT and TLS_KEY: ${tlsFiles.certificateFile} and ${tlsFiles.keyFile} are not a certificate and its private key ` +
        `in PEM (${(error as NodeJS.ErrnoException).code ?? 'not usable'}).`,
    );
  }
  return { certificate, key };
}

async function readText(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
