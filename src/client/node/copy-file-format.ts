import { createHash } from 'node:crypto';
import { isJsonObject } from '../../kernel/json.js';
import { CatalogStore } from '../../view/catalog-store.js';
import type { StoredCopy } from '../copy-storage.js';
import { readTool } from '../from-wire.js';
import { WireReader } from '../wire-reader.js';

/**
 * The file of a copy: a header of one line, then one tool a line, all of it JSON. The header's checksum covers every other
 * byte of the file, so a file that was cut off, or is not what was written, is never taken for a copy.
 */
const FORMAT = 'tool-catalog-copy';
const VERSION = 1;
/** What every copy begins with, of whatever version. */
const BEGINNING = `{"format":"${FORMAT}"`;
/** What the header of a copy ends with, be there a line feed too many before it. */
const HEADER_END =
  /^(?:[^\n]{0,28}\n)?[^\n]*"contentHash":"[^"\n]*","confirmedAt":"[^"\n]*","tools":[0-9]+,"sha256":"[0-9a-f]{64}"\}\n/;

/** So much is written, or read, before other work gets its turn: about 5 ms. */
const SLICE_CHARACTERS = 1_000_000;

/** Hands over the lines of a copy's tools, a slice at a time. */
function* toolSlices(copy: StoredCopy): Generator<string> {
  let slice = '';
  for (const tool of copy.tools) {
    slice += `${JSON.stringify(tool)}\n`;
    if (slice.length < SLICE_CHARACTERS) continue;
    yield slice;
    slice = '';
  }
  if (slice !== '') yield slice;
}

/** The file, in parts that are to be written one after the other. */
export async function encodeCopy(copy: StoredCopy): Promise<readonly Buffer[]> {
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  for (const slice of toolSlices(copy)) {
    const part = Buffer.from(slice);
    hash.update(part);
    parts.push(part);
    await new Promise(setImmediate);
  }
  const { tenant, position, contentHash, confirmedAtMs } = copy;
  const said = {
    format: FORMAT,
    version: VERSION,
    tenant,
    epoch: position.epoch,
    revision: position.revision,
    contentHash,
    confirmedAt: new Date(confirmedAtMs).toISOString(),
    tools: copy.tools.length,
  };
  hash.update(JSON.stringify(said));
  return [Buffer.from(`${JSON.stringify({ ...said, sha256: hash.digest('hex') })}\n`), ...parts];
}

/** @throws Error that says what is wrong with the file, whatever is in it. */
export async function decodeCopy(file: Buffer): Promise<StoredCopy> {
  const end = file.indexOf('\n');
  const line = file.subarray(0, Math.max(0, end)).toString();
  const header = readHeader(line);
  // The checksum is over what the line says, so another way to say the same has to be refused by itself.
  if (JSON.stringify(header.raw) !== line) throw new Error('its header is not as it was written');
  const body = file.subarray(end + 1);
  const { sha256, ...said } = header.raw;
  const hash = createHash('sha256').update(body).update(JSON.stringify(said));
  if (hash.digest('hex') !== sha256) throw new Error('its checksum is not that of its content');
  const tools = await readTools(body.toString());
  if (tools.length !== header.tools) throw new Error(`it says ${header.tools} tools and holds ${tools.length}`);
  const { tenant, position, contentHash, confirmedAtMs } = header;
  const store = new CatalogStore();
  store.replaceAll(tools, position);
  if (store.view(tenant).contentHash !== contentHash) throw new Error('its content hash is not that of its tools');
  return { tenant, position, contentHash, confirmedAtMs, tools };
}

async function readTools(text: string): Promise<StoredCopy['tools']> {
  const tools: StoredCopy['tools'][number][] = [];
  let unpaused = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    tools.push(readTool(new WireReader(JSON.parse(line), `/tools/${tools.length}`)));
    start += line.length + 1;
    unpaused += line.length;
    if (unpaused < SLICE_CHARACTERS) continue;
    unpaused = 0;
    await new Promise(setImmediate);
  }
  return tools;
}

/**
 * Whether a file that begins so was written as a copy, however damaged it may be since: cut off, or with a fault in one end of its
 * header.
 * @param start as much of the file as a header is long, or all of it.
 */
export function looksLikeCopy(start: string): boolean {
  const beginning = start.slice(0, BEGINNING.length);
  return (beginning !== '' && BEGINNING.startsWith(beginning)) || HEADER_END.test(start);
}

interface Header extends Omit<StoredCopy, 'tools'> {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly tools: number;
}

function readHeader(line: string): Header {
  const raw = parseHeader(line);
  if (raw?.['format'] !== FORMAT) throw new Error('it is no copy of a catalog');
  if (raw['version'] !== VERSION)
    throw new Error(`it has the format version ${String(raw['version'])}, not ${VERSION}`);
  const reader = new WireReader(raw, '/header');
  const confirmedAtMs = Date.parse(reader.text('confirmedAt'));
  if (Number.isNaN(confirmedAtMs)) throw new Error('it does not say when it was confirmed');
  return {
    raw,
    tenant: reader.text('tenant'),
    position: { epoch: reader.text('epoch'), revision: reader.wholeNumber('revision') },
    contentHash: reader.text('contentHash'),
    confirmedAtMs,
    tools: reader.wholeNumber('tools'),
  };
}

function parseHeader(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
