import { expect, it } from 'vitest';
import { ConfigError } from '../src/config.js';
import { DatabaseSetupError, toStartError } from '../src/database/database-errors.js';
import { startFailure } from '../src/start-failure.js';

it('what a person can mend is told in a sentence, with its cause, and without a stack', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  expect(startFailure(toStartError(refused))).toBe(
    'The database is not available.\nconnect ECONNREFUSED 192.0.2.1:5432',
  );
  expect(startFailure(new ConfigError('PORT: no number'))).toBe('PORT: no number');
  const cause = new Error('no such role');
  expect(startFailure(new DatabaseSetupError('DATABASE_URL: no such role.', { cause }))).toBe(
    'DATABASE_URL: no such role.',
  );
});

it('a fault of ours keeps its stack', () => {
  expect(startFailure(new TypeError('undefined is not a function'))).toMatch(/^TypeError: .*\n +at /);
  expect(startFailure('odd')).toBe('odd');
});
