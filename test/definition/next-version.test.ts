import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextVersion } from '../../src/definition/next-version.js';
import { readDocument } from '../../src/definition/read-document.js';

const none = (): boolean => false;

describe('the next version', () => {
  it.each([
    ['1.2.3', '1.2.4'],
    ['1.0', '1.1'],
    ['7', '8'],
    ['1.9', '1.10'],
    ['1.09', '1.10'],
    ['2024.01', '2024.02'],
    ['0.0.0', '0.0.1'],
    ['1.0.0-beta', '1.0.0-beta.1'],
    ['v1', 'v1.1'],
    ['v1.1', 'v1.1.1'],
    ['1.2.3+build', '1.2.3+build.1'],
    ['9007199254740993', '9007199254740994'],
    ['99999999999999999999', '999999999999999999.1'],
    ['1.2.3-abcdefghijklmn', '1.2.3-abcdefghijkl.1'],
    ['1.2.3-abcdefghijk.mn', '1.2.3-abcdefghijk.1'],
  ])('after %s is %s', (newest, next) => {
    expect(nextVersion(newest, none)).toBe(next);
  });

  it('skips numbers that exist', () => {
    expect(nextVersion('1.2.3', (version) => ['1.2.4', '1.2.5'].includes(version))).toBe('1.2.6');
    expect(nextVersion('beta', (version) => version === 'beta.1')).toBe('beta.2');
  });

  it('is always an allowed one that does not exist yet, for thousands of versions on', () => {
    const version = fc.stringMatching(/^[0-9A-Za-z][0-9A-Za-z._+~-]{0,19}$/);
    fc.assert(
      fc.property(version, (first) => {
        const versions = new Set([first]);
        let newest = first;
        for (let count = 0; count < 300; count++) {
          newest = nextVersion(newest, (one) => versions.has(one));
          expect(versions.has(newest)).toBe(false);
          expect(newest).toMatch(/^[0-9A-Za-z][0-9A-Za-z._+~-]{0,19}$/);
          versions.add(newest);
        }
        const document = { tool_name: 'a', version: newest, description: 'A.', platform: 'linux', category: 'system' };
        expect(readDocument(document).definition?.version).toBe(newest);
      }),
      { numRuns: 100 },
    );
  });
});
