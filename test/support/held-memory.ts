import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a process holds in memory, garbage left out: asked over its inspector, which it must have been started with. */
export async function heldBytes(inspectorPort: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  try {
    await call(socket, { id: 1, method: 'HeapProfiler.collectGarbage' });
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await call(socket, { id: 2, method: 'Runtime.evaluate', params: { expression } });
    return result?.value ?? Number.NaN;
  } finally {
    socket.terminate();
  }
}

async function call(socket: WebSocket, request: object): Promise<{ readonly result?: { readonly value: number } }> {
  socket.send(JSON.stringify(request));
  const [message] = await once(socket, 'message');
  return (JSON.parse(String(message)) as { result: { result?: { value: number } } }).result;
}
