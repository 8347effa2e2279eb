import type { ToolStatus } from '../definition/tool-definition.js';

/** Every given field must match; a list matches any of its values. Null and left out mean the same. */
export interface ToolFilter {
  readonly names?: readonly string[] | null | undefined;
  readonly platforms?: readonly string[] | null | undefined;
  readonly categories?: readonly string[] | null | undefined;
  readonly statuses?: readonly ToolStatus[] | null | undefined;
  readonly enabled?: boolean | null | undefined;
  /** Capability names or aliases. */
  readonly capabilities?: readonly string[] | null | undefined;
  /** Values of `metadata.tags`. */
  readonly tags?: readonly string[] | null | undefined;
  readonly owner?: string | null | undefined;
  /** Only deleted tools; left out or false, only those that are not. */
  readonly deleted?: boolean | null | undefined;
  /** Matches in name or description, whatever the case. */
  readonly text?: string | null | undefined;
}
