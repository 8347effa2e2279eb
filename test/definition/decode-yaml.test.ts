import { describe, expect, it } from 'vitest';
import { decodeYaml } from '../../src/definition/decode-yaml.js';
import { ValidationError } from '../../src/kernel/errors.js';

const text = 'tool_name: é\n';
const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

describe('the bytes of a YAML file', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', utf16],
    ['UTF-16, big end first', Buffer.from(utf16).swap16()],
  ])('%s', (_, bytes) => {
    expect(decodeYaml(bytes)).toBe(text);
  });

  it.each([
    ['a half character', Uint8Array.of(0x61, 0xc3)],
    ['Latin 1', Buffer.from(text, 'latin1')],
    ['half a UTF-16 character', Uint8Array.of(0xff, 0xfe, 0x61)],
  ])('%s is refused', (_, bytes) => {
    expect(() => decodeYaml(bytes)).toThrow(ValidationError);
  });
});
