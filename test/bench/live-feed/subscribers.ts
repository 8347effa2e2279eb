import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answerQuestions } from './bench-child.js';

/** What to connect to, and how often. */
export interface ConnectRequest {
  readonly name: string;
  readonly url: string;
  readonly sockets: number;
  readonly perSocket: number;
  /** Left out for a server that only sends. */
  readonly operation?: { readonly token: string; readonly query: string; readonly variables: Record<string, unknown> };
  /** Also take each message apart, apply it to a map of one's own, and note how long ago `owner` was written. */
  readonly apply?: boolean;
}

interface Group {
  readonly sockets: WebSocket[];
  readonly latenciesMs: number[];
  messages: number;
  bytes: number;
  target: { readonly messages: number; readonly resolve: () => void } | undefined;
}

const groups = new Map<string, Group>();

answerQuestions({
  connect: async ({ name, url, sockets, perSocket, operation, apply }: ConnectRequest) => {
    const group: Group = { sockets: [], latenciesMs: [], messages: 0, bytes: 0, target: undefined };
    groups.set(name, group);
    for (let index = 0; index < sockets; index += 1) {
      const socket = operation ? new WebSocket(url, 'graphql-transport-ws') : new WebSocket(url);
      group.sockets.push(socket);
      const receive = apply ? applying(group) : undefined;
      socket.on('message', (data: Buffer) => {
        group.bytes = data.length;
        receive?.(data);
        group.messages += 1;
        if (group.target && group.messages >= group.target.messages) group.target.resolve();
      });
      await once(socket, 'open');
      if (!operation) continue;
      const { token, query, variables } = operation;
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      await once(socket, 'message');
      for (let id = 0; id < perSocket; id += 1) {
        socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query, variables } }));
      }
    }
    // The acknowledgement of each socket, and the first bookmark of each subscription.
    if (operation) await reached(group, sockets + sockets * perSocket);
    group.messages = 0;
  },
  reached: ({ name, messages }: { name: string; messages: number }) => {
    const group = groups.get(name);
    return group && reached(group, messages);
  },
  bytes: (name: string) => groups.get(name)?.bytes,
  latencies: (name: string) => groups.get(name)?.latenciesMs,
  close: (name: string) => {
    for (const socket of groups.get(name)?.sockets ?? []) socket.terminate();
    groups.delete(name);
  },
} as Record<string, (value: never) => unknown>);

function reached(group: Group, messages: number): Promise<void> {
  return new Promise((resolve) => {
    if (group.messages >= messages) resolve();
    else group.target = { messages, resolve };
  });
}

function applying(group: Group): (data: Buffer) => void {
  const tools = new Map<string, unknown>();
  return (data) => {
    const { payload } = JSON.parse(String(data)) as { payload?: { data: { toolUpdated: Applied } } };
    const update = payload?.data.toolUpdated;
    if (!update?.tool) return;
    tools.set(update.toolId, update.tool);
    const writtenMs = Number(update.tool.owner);
    group.latenciesMs.push(Number(process.hrtime.bigint() / 1_000n) / 1_000 - writtenMs);
  };
}

interface Applied {
  readonly toolId: string;
  readonly tool: { readonly owner: string } | null;
}
