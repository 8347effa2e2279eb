import { once } from 'node:events';
import { CatalogClient, ForbiddenError, UnauthenticatedError, UnavailableError } from '../../src/client/index.js';
import { diskCopy, yamlFolder } from '../../src/client/node/index.js';
import type { SelectionRequest } from '../../src/selection/selection-request.js';
import { CommandError } from './command-error.js';
import type { Connection } from './connection.js';
import { seenChanges } from './seen-changes.js';
import { StandingSelection } from './standing-selection.js';
import { printable } from './terminal.js';
import type { WatchOutput } from './watch-output.js';

/** A person waits for it, and one watcher more is no crowd: quicker than an orchestrator's 1 to 30 s. */
const RECONNECT_MIN_MS = 250;
const RECONNECT_MAX_MS = 5_000;

export interface WatchOptions {
  readonly connection: Connection;
  readonly output: WatchOutput;
  /** Evaluated anew at every change. */
  readonly select?: SelectionRequest | undefined;
  /** A file to keep the last good copy in, and to begin with while the service is away. */
  readonly diskCopy?: string | undefined;
  /** A folder of definitions to begin with while there is neither a service nor a copy. */
  readonly yamlFolder?: string | undefined;
  /** Told what is wrong without ending the watch. */
  readonly notice: (text: string) => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Holds the catalog as an orchestrator does, and prints what it holds and each change as it comes, across restarts of the
 * service, until the signal is aborted.
 *
 * @throws CommandError when the service refuses the token.
 */
export async function watchCatalog({ connection, output, notice, signal, ...options }: WatchOptions): Promise<void> {
  let isReasonTold = false;
  const client = new CatalogClient({
    url: connection.url,
    token: connection.token,
    reconnectMinMs: RECONNECT_MIN_MS,
    reconnectMaxMs: RECONNECT_MAX_MS,
    // A person who looks on is no orchestrator.
    consumerName: null,
    // A connection that was never there is lost in no change of state: without this, nothing would say what is waited for.
    log: ({ error }) => {
      if (isReasonTold || !(error instanceof UnavailableError)) return;
      isReasonTold = true;
      const now = Date.now();
      print(() => output.state(client.state, error.message, now));
    },
    ...(options.diskCopy === undefined ? {} : { diskCopy: diskCopy({ path: options.diskCopy }) }),
    ...(options.yamlFolder === undefined ? {} : { yamlFolder: yamlFolder(options.yamlFolder) }),
  });
  const standing = options.select === undefined ? null : new StandingSelection(options.select);
  const ended = new AbortController();
  let refusal: Error | undefined;
  // One after the other, however slow the reader is; the times are those of the events.
  let printing = Promise.resolve();
  const print = (write: () => Promise<void>) => {
    printing = printing.then(() => (signal.aborted ? undefined : write()));
  };
  const showCatalog = (now: number) => {
    const { view, position, contentHash, source, stalenessMs: ageMs } = client;
    const held = { position, revision: view.revision, contentHash, source, ageMs, tools: view.tools() };
    print(() => output.catalog(held, now));
  };
  const showSelection = (now: number) => {
    const change = standing?.evaluate(client.view) ?? null;
    if (change !== null) print(() => output.selection(change, now));
  };
  const begin = (now: number) => {
    if (!isShown) showCatalog(now);
    showSelection(now);
  };
  let complete = false;
  let isShown = false;

  client.on('change', (event) => {
    const now = Date.now();
    // The client tells its state right after its first copy, and that shows what the selection is made from.
    if (!complete) queueMicrotask(() => begin(now));
    else {
      for (const change of seenChanges(event)) print(() => output.change(change, now));
      // At the time of each change, so that no answer in between is lost.
      showSelection(now);
    }
    complete = true;
  });
  client.on('state', ({ state, previous }) => {
    const now = Date.now();
    if (state === 'closed') return;
    // What failed before says nothing of a connection that has just been made.
    const hasReason = state !== 'live' && (state === 'stale' || state === 'connecting' || previous === 'live');
    const isTold = isReasonTold && previous === 'connecting';
    // A copy from disk comes before anything was tried: the reason is still to come.
    isReasonTold = hasReason && (previous !== 'connecting' || client.lastError !== null);
    // The client tells the reason right after the state, so it is looked up when the line is printed.
    print(() => output.state(state, hasReason && !isTold ? client.lastError?.message : undefined, now));
    const isNews = state === 'live' || (state === 'stale' && previous !== 'syncing');
    if (!isNews || !complete) return;
    isShown = true;
    showCatalog(now);
  });
  client.on('warning', (error) => notice(printable(error.message)));
  client.on('findings', (findings) => {
    const errors = findings.filter(({ severity }) => severity === 'ERROR');
    for (const { file, line = 1, column = 1, code, message } of errors) {
      notice(printable(`${file}:${line}:${column}: ERROR ${code} ${message}`));
    }
  });
  client.on('damage', (error) => notice(`damaged copy, listing again: ${printable(error.message)}`));
  client.on('error', (error) => {
    if (error instanceof UnauthenticatedError || error instanceof ForbiddenError) {
      refusal = error;
      ended.abort();
    } else notice(printable(error.message));
  });

  const stop = AbortSignal.any([signal, ended.signal]);
  client.start();
  if (!stop.aborted) await once(stop, 'abort');
  await client.close();
  await printing;
  if (refusal !== undefined) {
    throw new CommandError(
      `The service refuses the token from ${connection.tokenSource}: ${printable(refusal.message)}`,
    );
  }
}
