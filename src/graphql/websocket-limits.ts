/** What a websocket may do, and for how long. Times in milliseconds. */
export interface WebsocketLimits {
  /** A socket that has not said who it is by then is closed (4408). */
  readonly initTimeoutMs: number;
  /** Sockets that have not said who they are; beyond it the oldest gives way (1013). */
  readonly maxUnauthenticated: number;
  /** Operations that run at once on one socket. */
  readonly maxSubscriptions: number;
  /** Bytes of a message from the client (1009). */
  readonly maxMessageBytes: number;
  /** Messages and pings from the client at once, and a second; beyond it, it is read from more slowly. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  readonly pingMs: number;
  /** A socket whose peer has answered no ping for so long is dropped. */
  readonly deadMs: number;
  /** A socket whose peer takes nothing for so long is closed (1013). */
  readonly stallMs: number;
  /** How long a peer may take to answer the close. */
  readonly lingerMs: number;
  /** A socket with more unsent bytes is told its updates one at a time, each subscription by itself, until it has caught up. */
  readonly maxUnsentBytes: number;
  /** For how long others that are told the same wait for it before that. */
  readonly patienceMs: number;
}

export const WEBSOCKET_LIMITS: WebsocketLimits = {
  initTimeoutMs: 3_000,
  maxUnauthenticated: 100,
  maxSubscriptions: 50,
  maxMessageBytes: 64 * 1024,
  messageBurst: 1_000,
  messagesPerSecond: 1_000,
  pingMs: 12_000,
  deadMs: 40_000,
  stallMs: 30_000,
  lingerMs: 2_000,
  maxUnsentBytes: 256 * 1024,
  patienceMs: 100,
};

/** Close codes of RFC 6455 and of the graphql-transport-ws protocol. 4500 ends stock clients for good: it is never sent. */
export const CLOSE = {
  normal: 1000,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badRequest: 4400,
  forbidden: 4403,
} as const;
