/** A `WebSocket` class: a browser's, Node's (22 and newer), or that of the package `ws`. */
export type WebSocketClass = new (url: string, protocols?: string | string[]) => WebSocketLike;

/** What the client itself uses of a socket; graphql-ws does the rest. */
export interface WebSocketLike {
  readonly readyState: number;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'close', listener: () => void): void;
  /** Only `ws` has it: ends the connection without waiting for the other side. */
  terminate?(): void;
}

/** The runtime's own class, or `ws` where there is none (Node 20). */
export async function findWebSocketClass(): Promise<WebSocketClass> {
  const builtIn: unknown = Reflect.get(globalThis, 'WebSocket');
  if (typeof builtIn === 'function') return builtIn as WebSocketClass;
  const { WebSocket } = await import('ws');
  return WebSocket;
}

/** `WebSocket.CLOSED`. */
const CLOSED = 3;
/** How long a polite goodbye may take before the connection is cut, in ms. */
const GOODBYE_MS = 1_000;

/** Closes a socket in any state, and cuts it where the other side does not answer. */
export function closeSocket(socket: WebSocketLike): void {
  if (socket.readyState === CLOSED) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  socket.addEventListener('close', () => clearTimeout(timer));
  socket.close(1000, 'Normal Closure');
  if (socket.terminate !== undefined) timer = setTimeout(() => socket.terminate?.(), GOODBYE_MS);
}
