import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ConfigError } from '../src/config.js';
import { packageRoot } from '../src/database/package-root.js';
import { helpFor } from '../src/service-arguments.js';

it('the service starts without arguments only', () => {
  expect(helpFor([])).toBeUndefined();
  for (const wrong of ['--port', '4001', 'start', '']) {
    expect(() => helpFor([wrong, 'more'])).toThrow(ConfigError);
    expect(() => helpFor([wrong])).toThrow(`'${wrong}' is one. It reads its environment`);
  }
});

it.each([
  ['--help', 0, 'stdout', 'Usage: npm start'],
  ['-h', 0, 'stdout', '.env.example has every variable'],
  ['--port=4001', 1, 'stderr', "takes no arguments, and '--port=4001' is one"],
] as const)('the process answers %s with exit code %i, without a stack', (argument, exitCode, stream, text) => {
  const environment = { ...process.env, PORT: '0', DATABASE_URL: 'postgresql://127.0.0.1:1/x' };
  const options = { cwd: packageRoot(), env: environment, encoding: 'utf8', timeout: 10_000 } as const;
  const ended = spawnSync(process.execPath, ['dist/src/main.js', argument], options);
  expect(ended.status).toBe(exitCode);
  expect(ended[stream]).toContain(text);
  expect(ended.stdout + ended.stderr).not.toContain('    at ');
});
