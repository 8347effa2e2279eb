import { expect, it } from 'vitest';
import { Closers } from '../src/closers.js';

function recorded(failing: readonly string[] = []) {
  const closed: string[] = [];
  const closers = new Closers();
  for (const name of ['database', 'follower', 'server']) {
    closers.push(async () => {
      closed.push(name);
      if (failing.includes(name)) throw new Error(`${name} fails`);
    });
  }
  return { closers, closed };
}

it('lets go of what was started last first, and once', async () => {
  const { closers, closed } = recorded();
  await Promise.all([closers.close(), closers.close()]);
  expect(closed).toEqual(['server', 'follower', 'database']);
});

it('lets go of the rest when something fails, and then says what', async () => {
  const { closers, closed } = recorded(['server']);
  await expect(closers.close()).rejects.toThrow('server fails');
  expect(closed).toEqual(['server', 'follower', 'database']);
  const both = recorded(['server', 'database']).closers.close();
  await expect(both).rejects.toMatchObject({ errors: [{ message: 'server fails' }, { message: 'database fails' }] });
});
