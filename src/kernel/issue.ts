/** How much an {@link Issue} matters: an ERROR refuses the definition, a WARNING and an INFO let it pass. */
export type Severity = 'ERROR' | 'WARNING' | 'INFO';

/** One finding about a definition: which rule, where, and what would make it right. */
export interface Issue {
  readonly severity: Severity;
  /** Stable and machine-readable, for example `EXPRESSION_UNKNOWN_FUNCTION`. docs/issue-codes.md lists them all. */
  readonly code: string;
  readonly message: string;
  /** JSON Pointer (RFC 6901) into the definition document; empty for the whole document. */
  readonly path: string;
  /** 1-based line, when the definition came as YAML. */
  readonly line?: number;
  /** 1-based column, when the definition came as YAML. */
  readonly column?: number;
  /** What would make it right, when that is known. */
  readonly hint?: string;
}

/** True when nothing in the list refuses the definition. */
export function isAcceptable(issues: readonly Issue[]): boolean {
  return !issues.some((issue) => issue.severity === 'ERROR');
}
