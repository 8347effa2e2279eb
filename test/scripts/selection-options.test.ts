import { describe, expect, it } from 'vitest';
import { selectionOf } from '../../scripts/lib/selection-options.js';

describe('the options of a standing selection', () => {
  it('make a request', () => {
    const options = {
      select: 'service_control, restart_service',
      platforms: 'linux,windows',
      query: 'restart nginx',
      variables: '{"N": 5}',
      preference: 'fast',
      environment: 'staging',
    };
    expect(selectionOf(options)).toEqual({
      capabilities: ['service_control', 'restart_service'],
      platforms: ['linux', 'windows'],
      query: 'restart nginx',
      variables: { N: 5 },
      preference: 'FAST',
      environment: 'staging',
    });
    expect(selectionOf({ select: 'a' })).toEqual({ capabilities: ['a'] });
    expect(selectionOf({})).toBeUndefined();
  });

  it.each([
    [{ platforms: 'linux' }, '--platforms belongs to a selection'],
    [{ select: 'a', platforms: 'linux,' }, '/platforms/1'],
    [{ select: 'a', variables: 'N=5' }, '--variables takes a JSON object'],
    [{ select: 'a', preference: 'best' }, 'There is no such preference'],
  ])('refuse %j', (options, message) => expect(() => selectionOf(options)).toThrow(message));
});
