import type { Fault, WireUpdate } from './feed-stream.js';

function isChange(update: WireUpdate): boolean {
  return update.action !== 'BOOKMARK' && update.action !== 'SNAPSHOT';
}

/** The connection breaks after the first message of a revision that has more. */
export const cutInsideRevision: Fault = async function* (stream, { socket }) {
  for await (const update of stream) {
    yield update;
    if (!update.lastInRevision) {
      socket.terminate();
      return;
    }
  }
};

/** The connection breaks after so many messages. */
export function cutAfter(messages: number, code?: number): Fault {
  return async function* (stream, { socket }) {
    let left = messages;
    for await (const update of stream) {
      if (left === 0) {
        if (code === undefined) socket.terminate();
        else socket.close(code, 'a test');
        return;
      }
      left -= 1;
      yield update;
    }
  };
}

/** The first whole revision is left out. */
export const skipRevision: Fault = async function* (stream) {
  let skipped: number | undefined;
  for await (const update of stream) {
    if (isChange(update)) skipped ??= update.revision;
    if (!isChange(update) || update.revision !== skipped) yield update;
  }
};

/** The first change that is not the last of its revision is left out: no position gives that away. */
export const loseChange: Fault = async function* (stream) {
  let lost = false;
  for await (const update of stream) {
    if (!lost && isChange(update) && !update.lastInRevision) lost = true;
    else yield update;
  }
};

/** Every revision is sent twice. */
export const repeatRevisions: Fault = async function* (stream) {
  let revision: WireUpdate[] = [];
  for await (const update of stream) {
    yield update;
    if (isChange(update)) {
      revision.push(update);
      if (!update.lastInRevision) continue;
    }
    yield* revision;
    revision = [];
  }
};

/** A bookmark after the first change carries another hash. */
export const wrongHash: Fault = async function* (stream) {
  let changed = false;
  for await (const update of stream) {
    changed ||= isChange(update);
    yield changed && update.contentHash !== null ? { ...update, contentHash: 'f'.repeat(64) } : update;
  }
};

/** The first bookmark comes from an instance that is still behind: what follows it was there before. */
export const bookmarkBehind: Fault = async function* (stream) {
  let first = true;
  for await (const update of stream) {
    yield first ? { ...update, contentHash: null } : update;
    first = false;
  }
};

/** The very first bookmark carries another hash. */
export const wrongHashAtOnce: Fault = async function* (stream) {
  for await (const update of stream) {
    yield update.contentHash === null ? update : { ...update, contentHash: 'f'.repeat(64) };
  }
};

/** Nothing comes any more, and the connection stays open. */
export function silentAfter(messages: number): Fault {
  return async function* (stream, { socket }) {
    let left = messages;
    for await (const update of stream) {
      if (left === 0) break;
      left -= 1;
      yield update;
    }
    await new Promise((resolve) => socket.once('close', resolve));
  };
}

/** The first change has not the agreed shape. */
export const malformedChange: Fault = async function* (stream) {
  for await (const update of stream) {
    yield update.tool === null || !isChange(update)
      ? update
      : { ...update, tool: { ...update.tool, metadata: [] as never } };
  }
};
