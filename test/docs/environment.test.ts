import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { configVariables } from './config-variables.js';
import { readPage } from './markdown.js';

const text = readPage('.env.example');
const example = parseEnv(text) as Record<string, string>;

it('.env.example lists exactly the variables that the service reads, in their order', () => {
  expect(configVariables()).toContain('DATABASE_URL');
  expect(text.match(/^[A-Z_]+(?==)/gm)).toEqual(configVariables());
});

it('.env.example gives every default as it is', () => {
  expect(readConfig(example)).toEqual(readConfig({}));
});

it.each(Object.keys(example).filter((name) => example[name] !== ''))('the default of %s counts', (name) => {
  const others: Record<string, string> = {
    HOST: '0.0.0.0',
    DATA_DIR: 'elsewhere',
    BUNDLED_CATALOG: 'false',
    LOG_LEVEL: 'debug',
    NODE_ENV: 'production',
  };
  expect(readConfig({ ...example, [name]: others[name] ?? '7' })).not.toEqual(readConfig({}));
});

it('.env.example explains every variable', () => {
  const blocks = text.trim().split('\n\n').slice(1);
  expect(blocks.filter((block) => !/^(# .+\n)+[A-Z_]+=\S*$/.test(block))).toEqual([]);
});
