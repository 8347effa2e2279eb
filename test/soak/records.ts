/**
 * What a run leaves in its directory: one JSON object a line. The judge reads these files and nothing else. Times are milliseconds
 * since 1970; every process of a run uses the clock of one machine.
 */

/** run.json */
export interface RunRecord {
  readonly seed: number;
  readonly seconds: number;
  readonly services: number;
  readonly writers: number;
  readonly writesPerSecond: number;
  readonly stockSubscribers: number;
  readonly clients: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
}

/** faults.jsonl: what was done to whom, and what came of it. `target` numbers services, proxies or connections. */
export interface FaultRecord {
  readonly t: number;
  readonly kind: string;
  readonly phase: 'begin' | 'end';
  readonly target?: number;
  readonly note?: string;
}

/** writes.jsonl: each attempt before it is sent, each end of one when it is known. */
export type WriteRecord =
  | { readonly t: number; readonly what: 'sent'; readonly key: string; readonly op: string; readonly attempt: number }
  | {
      readonly t: number;
      readonly what: 'acknowledged';
      readonly key: string;
      /** The revision that the answer names; null where answers of this kind name none. */
      readonly revision: number | null;
      /** Tools that the answer says were changed. */
      readonly changes: number;
    }
  /** A typed refusal: it has no effect. */
  | { readonly t: number; readonly what: 'refused'; readonly key: string; readonly code: string }
  /** Nobody knows whether it took effect. */
  | { readonly t: number; readonly what: 'unanswered'; readonly key: string; readonly error: string };

/** stock-<n>.jsonl: one line a message, as it came, before anything else was made of it. */
export type StockRecord =
  | { readonly t: number; readonly what: 'begin'; readonly after: string | null; readonly snapshot: boolean }
  | StockUpdate
  | {
      readonly t: number;
      readonly what: 'bookmark';
      readonly position: string;
      readonly previous: string;
      readonly hash: string | null;
    }
  | { readonly t: number; readonly what: 'closed'; readonly code: number; readonly reason: string }
  /** The subscription is over for good, which is never right. */
  | { readonly t: number; readonly what: 'ended'; readonly why: string }
  | CopyRecord;

export interface StockUpdate {
  readonly t: number;
  readonly what: 'update';
  readonly action: string;
  readonly position: string;
  readonly previous: string;
  readonly revision: number;
  readonly last: boolean;
  readonly toolId: string;
  /** Of the whole tool as it was delivered; null where none was. */
  readonly digest: string | null;
  /** Of the subscriber's whole copy, after this revision was applied; only in the last message of one. */
  readonly sum?: string;
}

/** client-<n>.jsonl: what a CatalogClient told its listeners. */
export type ClientRecord =
  | {
      readonly t: number;
      readonly what: 'change';
      readonly kind: 'revision' | 'replaced';
      readonly revision: number;
      readonly position: string;
      readonly toolIds: readonly string[];
      /** Of the client's whole copy, as it says itself. */
      readonly sum: string;
    }
  | { readonly t: number; readonly what: 'state'; readonly state: string }
  | { readonly t: number; readonly what: 'closed'; readonly code: number; readonly reason: string }
  | { readonly t: number; readonly what: 'error' | 'damage'; readonly message: string }
  | CopyRecord;

/** What a subscriber holds in the end. */
export interface CopyRecord {
  readonly t: number;
  readonly what: 'copy';
  readonly position: string | null;
  /** Digest of each tool, by id. */
  readonly tools: Readonly<Record<string, string>>;
}

/** oracle.jsonl: the tables, read after everything was quiet. */
export type OracleRecord =
  | {
      readonly what: 'head';
      readonly epoch: string;
      readonly revision: number;
      /** The sum over the rows of the tools, not over the log. */
      readonly sum: string;
      readonly auditRows: number;
    }
  /** `committedAt` is PostgreSQL's own commit time. */
  | { readonly what: 'revision'; readonly revision: number; readonly changes: number; readonly committedAt: number }
  | OracleChange
  | { readonly what: 'tool'; readonly toolId: string; readonly digest: string };

export interface OracleChange {
  readonly what: 'change';
  readonly revision: number;
  readonly index: number;
  readonly toolId: string;
  readonly action: string;
  /** The key of the write that made it. */
  readonly reason: string | null;
  /** Of the tool after the change; null when it was deleted. */
  readonly digest: string | null;
  /** What the tool adds to the catalog's sum after the change; null when it was deleted. */
  readonly part: string | null;
}

/** The revision inside a position. */
export function revisionOf(position: string): number {
  return Number(position.slice(position.lastIndexOf(':') + 1));
}
