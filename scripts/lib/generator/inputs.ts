import type { JsonObject } from '../../../src/kernel/json.js';

/** Inputs by name. Every regular expression is anchored and matches in linear time. */
export const INPUTS: Readonly<Record<string, JsonObject>> = {
  host: {
    name: 'host',
    type: 'string',
    description: 'Host name or address to work on.',
    validation: '^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$',
    examples: ['web01.example.com', '10.0.0.7'],
  },
  port: {
    name: 'port',
    type: 'integer',
    description: 'TCP port.',
    validation: '^[1-9][0-9]{0,4}$',
    examples: [443, 8080],
  },
  path: {
    name: 'path',
    type: 'string',
    description: 'Absolute path of the file or folder.',
    validation: '^(/|[A-Z]:)[^<>|?*]{0,400}$',
    examples: ['/var/log/app.log'],
  },
  pattern: {
    name: 'pattern',
    type: 'string',
    description: 'What to look for, as a regular expression.',
    validation: '^.{1,200}$',
  },
  name: {
    name: 'name',
    type: 'string',
    description: 'Name of the object to work on.',
    validation: '^[A-Za-z_][A-Za-z0-9_.-]{0,99}$',
    examples: ['frontend'],
  },
  version: {
    name: 'version',
    type: 'string',
    description: 'Release to use.',
    validation: '^[0-9]{1,4}([.][0-9]{1,4}){0,2}$',
  },
  recipient: { name: 'recipient', type: 'string', description: 'Who is told.', validation: '^[a-z][a-z0-9._-]{1,60}$' },
  message: { name: 'message', type: 'string', description: 'What they are told.', validation: '^.{1,500}$' },
  cron: {
    name: 'cron',
    type: 'string',
    description: 'Times in cron notation.',
    validation: '^[0-9*/, -]{9,60}$',
    examples: ['0 3 * * *'],
  },
};

/** Inputs that may be left out, each with its default. */
export const OPTIONAL_INPUTS: Readonly<Record<string, JsonObject>> = {
  timeout: {
    name: 'timeout',
    type: 'integer',
    description: 'Longest wait in seconds.',
    default: 30,
    validation: '^[1-9][0-9]{0,3}$',
  },
  lines: {
    name: 'lines',
    type: 'integer',
    description: 'How many lines to show.',
    default: 100,
    validation: '^[1-9][0-9]{0,5}$',
  },
  compress: { name: 'compress', type: 'boolean', description: 'Compress what is written.', default: true },
  force: { name: 'force', type: 'boolean', description: 'Go on where a check fails.', default: false },
  filter: {
    name: 'filter',
    type: 'string',
    description: 'Only what matches this text.',
    default: '',
    validation: '^.{0,200}$',
  },
  limit: {
    name: 'limit',
    type: 'integer',
    description: 'At most so many results.',
    default: 50,
    validation: '^[1-9][0-9]{0,4}$',
  },
  duration: {
    name: 'duration',
    type: 'integer',
    description: 'How long to measure, in seconds.',
    default: 10,
    validation: '^[1-9][0-9]{0,3}$',
  },
  older_than: {
    name: 'older_than',
    type: 'string',
    description: 'Only what is older.',
    default: '30d',
    validation: '^[1-9][0-9]{0,3}[hdw]$',
  },
  replicas: {
    name: 'replicas',
    type: 'integer',
    description: 'How many instances.',
    default: 2,
    validation: '^[0-9]{1,3}$',
  },
  format: {
    name: 'format',
    type: 'string',
    description: 'Form of the result.',
    default: 'json',
    allowed_values: ['json', 'table', 'yaml'],
  },
};
