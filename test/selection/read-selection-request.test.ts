import { describe, expect, it } from 'vitest';
import { readSelectionRequest } from '../../src/selection/read-selection-request.js';
import { SELECTION_LIMITS } from '../../src/selection/selection-request.js';

function findings(input: unknown): readonly string[] {
  const { issues, terms } = readSelectionRequest(input);
  expect(terms === undefined).toBe(issues.length > 0);
  expect(issues.every(({ severity, message }) => severity === 'ERROR' && message !== '')).toBe(true);
  return issues.map(({ code, path }) => `${code} ${path}`);
}

const capabilities = ['service_control'];
const texts = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);
const long = 'x'.repeat(SELECTION_LIMITS.nameLength + 1);

describe('readSelectionRequest', () => {
  it('fills in what is left out', () => {
    for (const request of [{ capabilities }, { capabilities, query: null, variables: null, platforms: null }]) {
      expect(readSelectionRequest(request)).toEqual({
        issues: [],
        terms: {
          query: '',
          capabilities,
          platforms: null,
          variables: { N: 1, pages: 1, p95_latency: 100 },
          assumedVariables: { N: 1, pages: 1, p95_latency: 100 },
          itemCount: 1,
          preference: null,
          environment: 'production',
          productionSafeOnly: true,
          costLimit: Number.POSITIVE_INFINITY,
          permissions: new Set(),
          unavailableDependencies: new Set(),
          allowBackground: true,
          includeTesting: false,
        },
      });
    }
  });

  it('keeps what is given', () => {
    const request = {
      query: 'restart nginx',
      capabilities: ['a', 'b', 'a'],
      platforms: ['linux'],
      variables: { N: 5, busy: true, left_out: null },
      preference: 'CHEAP',
      environment: 'Production',
      costLimit: 0,
      requireProductionSafe: false,
      permissions: ['sudo'],
      unavailableDependencies: ['systemd'],
      allowBackground: false,
      includeTesting: true,
      userId: 'u1',
      userGroups: ['beta'],
    };
    expect(readSelectionRequest(request).terms).toEqual({
      query: 'restart nginx',
      capabilities: ['a', 'b'],
      platforms: new Set(['linux']),
      variables: { N: 5, busy: true, pages: 1, p95_latency: 100 },
      assumedVariables: { pages: 1, p95_latency: 100 },
      itemCount: 5,
      preference: 'CHEAP',
      environment: 'Production',
      productionSafeOnly: false,
      costLimit: 0,
      permissions: new Set(['sudo']),
      unavailableDependencies: new Set(['systemd']),
      allowBackground: false,
      includeTesting: true,
    });
  });

  it.each([
    ['production', true],
    ['PRODUCTION', true],
    ['production\n', true],
    [' Production ', true],
    ['staging', false],
  ])('takes the environment %s for production: %s', (environment, productionSafeOnly) => {
    expect(readSelectionRequest({ capabilities, environment }).terms).toMatchObject({
      environment,
      productionSafeOnly,
    });
  });

  it.each([
    ['no request', undefined, ['SELECTION_VALUE_INVALID ', 'SELECTION_CAPABILITY_MISSING /capabilities']],
    ['a list', [], ['SELECTION_VALUE_INVALID ', 'SELECTION_CAPABILITY_MISSING /capabilities']],
    ['no capabilities', {}, ['SELECTION_CAPABILITY_MISSING /capabilities']],
    ['an empty list', { capabilities: [] }, ['SELECTION_CAPABILITY_MISSING /capabilities']],
    ['a text for a list', { capabilities: 'a' }, ['SELECTION_VALUE_INVALID /capabilities']],
    ['an empty name', { capabilities: ['a', ''] }, ['SELECTION_VALUE_INVALID /capabilities/1']],
    ['a number for a name', { capabilities: [1] }, ['SELECTION_VALUE_INVALID /capabilities/0']],
    ['a long name', { capabilities: [long] }, ['SELECTION_TOO_LARGE /capabilities/0']],
    ['many capabilities', { capabilities: texts(51) }, ['SELECTION_TOO_LARGE /capabilities']],
    ['no platform', { platforms: [] }, ['SELECTION_VALUE_INVALID /platforms']],
    ['many platforms', { platforms: texts(51) }, ['SELECTION_TOO_LARGE /platforms']],
    ['a long query', { query: 'x'.repeat(1_001) }, ['SELECTION_TOO_LARGE /query']],
    ['a number for a query', { query: 1 }, ['SELECTION_VALUE_INVALID /query']],
    ['a blank environment', { environment: ' ' }, ['SELECTION_VALUE_INVALID /environment']],
    ['a negative cost limit', { costLimit: -0.01 }, ['SELECTION_VALUE_INVALID /costLimit']],
    ['a cost limit that is none', { costLimit: Number.NaN }, ['SELECTION_VALUE_INVALID /costLimit']],
    ['a text for a cost limit', { costLimit: '1' }, ['SELECTION_VALUE_INVALID /costLimit']],
    ['an unknown preference', { preference: 'fast' }, ['SELECTION_VALUE_INVALID /preference']],
    ['a list of variables', { variables: [1] }, ['SELECTION_VARIABLE_INVALID /variables']],
    ['a text variable', { variables: { 'a/b~c': '1' } }, ['SELECTION_VARIABLE_INVALID /variables/a~1b~0c']],
    ['an endless variable', { variables: { x: 1 / 0 } }, ['SELECTION_VARIABLE_INVALID /variables/x']],
    ['a negative N', { variables: { N: -1 } }, ['SELECTION_VARIABLE_INVALID /variables/N']],
    ['N that is no number', { variables: { N: true } }, ['SELECTION_VARIABLE_INVALID /variables/N']],
    ['a long variable', { variables: { [long]: 1 } }, ['SELECTION_TOO_LARGE /variables']],
    [
      'many variables',
      { variables: Object.fromEntries(texts(101).map((name) => [name, 1])) },
      ['SELECTION_TOO_LARGE /variables'],
    ],
    ['a text for a flag', { allowBackground: 'no' }, ['SELECTION_VALUE_INVALID /allowBackground']],
    ['many permissions', { permissions: texts(1_001) }, ['SELECTION_TOO_LARGE /permissions']],
    ['a number for a user', { userId: 7 }, ['SELECTION_VALUE_INVALID /userId']],
    ['a group that is none', { userGroups: [null] }, ['SELECTION_VALUE_INVALID /userGroups/0']],
    [
      'several at once',
      { costLimit: -1, query: 1 },
      ['SELECTION_VALUE_INVALID /query', 'SELECTION_VALUE_INVALID /costLimit'],
    ],
  ])('refuses %s', (_name, over, expected) => {
    const bare = over === undefined || Array.isArray(over) || 'capabilities' in over || Object.keys(over).length === 0;
    expect(findings(bare ? over : { capabilities, ...over })).toEqual(expected);
  });

  it.each([
    ['capabilities', texts(50)],
    ['platforms', texts(50)],
    ['permissions', texts(1_000)],
    ['query', 'x'.repeat(1_000)],
    ['variables', Object.fromEntries(texts(100).map((name) => [name, 1]))],
  ])('takes as much as it may of %s', (field, value) => {
    expect(findings({ capabilities, [field]: value })).toEqual([]);
  });

  it('takes a variable of any name for what it is', () => {
    const variables: unknown = JSON.parse('{"__proto__": 3, "constructor": 4}');
    const { terms } = readSelectionRequest({ capabilities, variables });
    expect(Object.entries(terms?.variables ?? {})).toEqual(
      expect.arrayContaining([
        ['__proto__', 3],
        ['constructor', 4],
      ]),
    );
    expect(Object.getPrototypeOf(terms?.variables)).toBe(Object.prototype);
  });
});
