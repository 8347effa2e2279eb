import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { SendProgress } from '../graphql/send-progress.js';

/**
 * Sends a response's body at the pace at which the client takes it: nothing is read from a stream before what came before
 * has gone out. A client that takes nothing for `stallMs` is cut off.
 */
export async function sendBody(
  response: ServerResponse,
  body: ReadableStream<Uint8Array> | null,
  stallMs: number,
): Promise<void> {
  // A client that left while its operation ran has closed the response already: nothing would ever drain.
  if (body === null || response.destroyed) {
    await body?.cancel().catch(() => undefined);
    response.end();
    return;
  }
  const reader = body.getReader();
  const gone = new AbortController();
  const onClose = () => {
    gone.abort();
    // Ends the source too, also while it has nothing to say.
    reader.cancel().catch(() => undefined);
  };
  response.once('close', onClose);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || gone.signal.aborted) break;
      if (!response.write(value)) await drained(response, gone.signal, stallMs);
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', onClose);
    if (!response.writableEnded) response.end();
  }
}

async function drained(response: ServerResponse, gone: AbortSignal, stallMs: number): Promise<void> {
  const { socket } = response;
  if (socket === null) return;
  const progress = new SendProgress(socket, performance.now());
  const timer = setInterval(() => {
    if (progress.stalledMs(performance.now()) >= stallMs) response.destroy();
  }, stallMs / 10);
  try {
    await once(response, 'drain', { signal: gone });
  } finally {
    clearInterval(timer);
  }
}
