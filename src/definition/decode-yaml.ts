import { ValidationError } from '../kernel/errors.js';

const ENCODINGS = [
  { label: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { label: 'utf-16le', mark: [0xff, 0xfe] },
  { label: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/**
 * The text of a YAML file: UTF-8, or UTF-16 with its byte order mark.
 *
 * @throws ValidationError YAML_ENCODING for bytes that are no text of that encoding.
 */
export function decodeYaml(bytes: Uint8Array): string {
  const encoding = ENCODINGS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte)) ?? ENCODINGS[0];
  try {
    return new TextDecoder(encoding.label, { fatal: true }).decode(bytes);
  } catch {
    const message = `This file is not valid ${encoding.label.toUpperCase()}.`;
    throw new ValidationError(message, [
      { severity: 'ERROR', code: 'YAML_ENCODING', message, path: '', line: 1, column: 1, hint: 'Save it as UTF-8.' },
    ]);
  }
}
