import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'tcat';
const TOKEN = /^tcat_([0-9a-f]{32})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;

/**
 * A new secret: prefix, id, 32 random bytes, checksum. The prefix lets scanners find leaked tokens; the checksum tells a mistyped
 * one without asking the database.
 *
 * @param id a UUID.
 */
export function newTokenSecret(id: string): string {
  const body = `${PREFIX}_${id.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;
  return `${body}_${checksum(body)}`;
}

/** True when the text has the form of a token that {@link newTokenSecret} made. */
export function isTokenSecret(text: string): boolean {
  const match = TOKEN.exec(text);
  return match !== null && checksum(text.slice(0, text.lastIndexOf('_'))) === match[3];
}

/** What is stored instead of the secret: its SHA-256, as hexadecimal digits. A random secret needs no slow hash. */
export function hashTokenSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two hashes in constant time. */
export function hashesEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
