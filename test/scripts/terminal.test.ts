import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { printable, Terminal, table } from '../../scripts/lib/terminal.js';

function slowTerminal() {
  const stdout = new PassThrough({ highWaterMark: 4 });
  return { stdout, terminal: new Terminal(stdout, new PassThrough()) };
}

describe('writing', () => {
  test('waits for a slow reader', async () => {
    const { stdout, terminal } = slowTerminal();
    let written = false;
    const writing = terminal.write('more than four').then(() => {
      written = true;
    });
    await setImmediate();
    expect(written).toBe(false);
    stdout.resume();
    await writing;
  });

  test('does not wait for a reader that has gone, and tells', async () => {
    const { stdout, terminal } = slowTerminal();
    const writing = terminal.write('more than four');
    stdout.destroy(new Error('EPIPE'));
    await writing;
    expect(terminal.closed.aborted).toBe(true);
    await terminal.write('nor afterwards');
  });
});

test('text of others stays on its line and drives no terminal', () => {
  expect(printable('plain, äöü 漢字 👍')).toBe('plain, äöü 漢字 👍');
  expect(printable('\u001b[31m\n\u0007\u009b\u202e')).toBe('\\u001b[31m\\u000a\\u0007\\u009b\\u202e');
});

test('columns are as wide as their widest cell', () => {
  const rows = [
    ['A', 'LONG', 'C'],
    ['wide', 'x', ''],
  ];
  expect(table(rows)).toBe('A     LONG  C\nwide  x');
});
