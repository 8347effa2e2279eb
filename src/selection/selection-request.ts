import { MAX_SEARCH_QUERY_LENGTH } from '../view/tool-search.js';

/** What a request wants most; `BALANCED` when it says nothing. In the order in which they win when equally often named. */
export const PREFERENCE_MODES = ['FAST', 'BALANCED', 'ACCURATE', 'THOROUGH', 'CHEAP', 'SIMPLE'] as const;
export type PreferenceMode = (typeof PREFERENCE_MODES)[number];

/** What somebody needs a tool for. Null and left out mean the same. */
export interface SelectionRequest {
  /** What the user asked for, in their words: says the preference, and ranks candidates of equal score. */
  readonly query?: string | null | undefined;
  /** Capability names or aliases; a tool must offer one of them. */
  readonly capabilities: readonly string[];
  /** Only tools of these platforms; all when left out. */
  readonly platforms?: readonly string[] | null | undefined;
  /** Context variables of estimates and conditions: finite numbers or booleans. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** Detected from the query when left out. */
  readonly preference?: PreferenceMode | null | undefined;
  /** Where the tool would run; production when left out. */
  readonly environment?: string | null | undefined;
  /** Cost units; equal is allowed. */
  readonly costLimit?: number | null | undefined;
  /** Default true: in production only what is safe there. */
  readonly requireProductionSafe?: boolean | null | undefined;
  /** Permissions that the caller holds. */
  readonly permissions?: readonly string[] | null | undefined;
  /** Dependencies that are known to be missing where the tool would run. */
  readonly unavailableDependencies?: readonly string[] | null | undefined;
  /** Default true; false refuses what its policy runs in the background only. */
  readonly allowBackground?: boolean | null | undefined;
  /** Default false; true lets tools in testing take part. */
  readonly includeTesting?: boolean | null | undefined;
  readonly userId?: string | null | undefined;
  readonly userGroups?: readonly string[] | null | undefined;
}

/** A request as a door hands it on: JSON may hold anything where variables should be. */
export interface UncheckedRequest extends Omit<SelectionRequest, 'variables'> {
  readonly variables?: unknown;
}

/** What a request may hold at most. */
export const SELECTION_LIMITS = {
  /** Every capability is looked up and brings candidates; more than these are not one question. */
  capabilities: 50,
  /** More than any catalog has. */
  platforms: 50,
  /** More than any expression can refer to in 500 characters. */
  variables: 100,
  /** Permissions, unavailable dependencies and user groups: each is sent and held with every request. */
  listItems: 1_000,
  /** What search takes. UTF-16 code units, as all lengths here. */
  queryLength: MAX_SEARCH_QUERY_LENGTH,
  /** Names of anything; the longest that a definition can hold is that of a dependency. */
  nameLength: 200,
} as const;

/** What the variables are taken to be that nearly every estimate uses, where a request leaves them out. */
export const ASSUMED_VARIABLES: Readonly<Record<string, number>> = Object.freeze({ N: 1, pages: 1, p95_latency: 100 });
