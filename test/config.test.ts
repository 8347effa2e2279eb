import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.js';

/** The lines of the complaint, one a variable. */
function complaints(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').filter((line) => line.startsWith('  '));
  }
}

describe('the environment', () => {
  it('may be empty, and an empty variable is one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', ADMIN_TOKEN: '' })).toEqual(readConfig({}));
  });

  it('is frozen once it is read, and reads nothing else', () => {
    expect(Object.isFrozen(readConfig({ HOME: '/root', NONSENSE: 'x' }))).toBe(true);
  });

  it('names every mistake at once', () => {
    const wrong = {
      PORT: '65536',
      DATABASE_URL: 'mysql://x',
      DATABASE_POOL_SIZE: '1',
      ADMIN_TOKEN: 'short',
      BUNDLED_CATALOG: 'yes',
      TLS_CERT: 'cert.pem',
      ALLOWED_ORIGINS: 'https://a.example/path',
      LOG_LEVEL: 'loud',
      NODE_ENV: 'prod',
      INTROSPECTION: 'maybe',
      MAX_STALENESS_MS: '-1',
      RETENTION_AGE_MS: '1e999',
      RETENTION_CHANGES: 'many',
    };
    const named = complaints(wrong).map((line) => /^ {2}([A-Z_]+): ./.exec(line)?.[1]);
    expect(named).toEqual(expect.arrayContaining(Object.keys(wrong).filter((name) => name !== 'TLS_CERT')));
    expect(complaints({ TLS_CERT: 'cert.pem' })).toEqual(['  TLS_CERT: and TLS_KEY go together: give both or neither']);
  });

  it('names the values that a word may have', () => {
    expect(complaints({ LOG_LEVEL: 'loud', INTROSPECTION: 'maybe' })).toEqual([
      '  LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
      '  INTROSPECTION: must be one of true, false, 1, 0',
    ]);
  });

  it.each([
    ['PORT', '0', '65535'],
    ['DATABASE_POOL_SIZE', '2', '200'],
    ['MAX_STALENESS_MS', '0', '9007199254740991'],
    ['RETENTION_AGE_MS', '0', '3153600000000'],
    ['RETENTION_CHANGES', '0', '9007199254740991'],
  ])('%s may be %s and %s', (name, least, most) => {
    expect([...complaints({ [name]: least }), ...complaints({ [name]: most })]).toEqual([]);
  });

  // JavaScript would read most of these as a number that nobody meant: a blank as 0, which is any free port.
  it.each([
    ' ',
    '0x10',
    '1e3',
    '4000.5',
    '-1',
    '+80',
    'Infinity',
    'NaN',
    '4 000',
    '4000;',
    '१२',
    '99999999999999999999',
  ])('a number is not written as "%s"', (text) => {
    for (const name of ['PORT', 'DATABASE_POOL_SIZE', 'MAX_STALENESS_MS', 'RETENTION_AGE_MS', 'RETENTION_CHANGES']) {
      expect(complaints({ [name]: text })).toEqual([expect.stringMatching(`^  ${name}: must be a whole number`)]);
    }
  });

  it('gives no token that no header can carry', () => {
    expect(complaints({ ADMIN_TOKEN: 'x'.repeat(16) })).toEqual([]);
    expect(complaints({ ADMIN_TOKEN: '!~'.repeat(100) })).toEqual([]);
    for (const token of ['with a blank inside', 'señor-0123456789abcdef', ' 0123456789abcdef', 'x'.repeat(201)]) {
      expect(complaints({ ADMIN_TOKEN: token })).toHaveLength(1);
    }
  });
});
