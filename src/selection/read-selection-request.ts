import type { Issue } from '../kernel/issue.js';
import { isJsonObject } from '../kernel/json.js';
import type { SelectionIssueCode } from './selection-issue-codes.js';
import {
  ASSUMED_VARIABLES,
  PREFERENCE_MODES,
  type PreferenceMode,
  SELECTION_LIMITS,
  type SelectionRequest,
} from './selection-request.js';

const PRODUCTION = 'production';

/** A request that was checked, with every default filled in. */
export interface SelectionTerms {
  readonly query: string;
  readonly capabilities: readonly string[];
  /** Null for all. */
  readonly platforms: ReadonlySet<string> | null;
  /** Those of the request, and the assumed ones. */
  readonly variables: Readonly<Record<string, number | boolean>>;
  readonly assumedVariables: Readonly<Record<string, number>>;
  /** How many items the request is about. */
  readonly itemCount: number;
  /** Null where the query has to tell. */
  readonly preference: PreferenceMode | null;
  readonly environment: string;
  /** Whether only what is safe in production may be selected. */
  readonly productionSafeOnly: boolean;
  readonly costLimit: number;
  readonly permissions: ReadonlySet<string>;
  readonly unavailableDependencies: ReadonlySet<string>;
  readonly allowBackground: boolean;
  readonly includeTesting: boolean;
}

/** Either `terms`, or at least one issue. */
export interface SelectionRequestReading {
  readonly terms: SelectionTerms | undefined;
  readonly issues: readonly Issue[];
}

/** Checks a request, whoever made it: every broken rule is an issue with a JSON Pointer into the request. Never throws. */
export function readSelectionRequest(input: unknown): SelectionRequestReading {
  const reader = new RequestReader(input);
  const terms = reader.read();
  return reader.issues.length === 0 ? { terms, issues: [] } : { terms: undefined, issues: reader.issues };
}

/** The fields of a request as they came, before anything is known of them. */
type RawRequest = Readonly<Partial<Record<keyof SelectionRequest, unknown>>>;
type Field = keyof SelectionRequest;

class RequestReader {
  readonly issues: Issue[] = [];
  readonly #request: RawRequest;

  constructor(input: unknown) {
    const readable = isJsonObject(input);
    this.#request = readable ? input : {};
    if (!readable) this.#refuse('SELECTION_VALUE_INVALID', '', 'A request is an object.');
  }

  read(): SelectionTerms {
    const variables = this.#variables();
    const assumedVariables = Object.fromEntries(
      Object.entries(ASSUMED_VARIABLES).filter(([name]) => !Object.hasOwn(variables, name)),
    );
    const environment = this.#text('environment', SELECTION_LIMITS.nameLength, { blank: false }) ?? PRODUCTION;
    const productionSafe = this.#boolean('requireProductionSafe') ?? true;
    const itemCount = variables['N'] ?? ASSUMED_VARIABLES['N'];
    this.#text('userId', SELECTION_LIMITS.nameLength);
    this.#texts('userGroups', SELECTION_LIMITS.listItems);
    return {
      query: this.#text('query', SELECTION_LIMITS.queryLength) ?? '',
      capabilities: this.#capabilities(),
      platforms: this.#platforms(),
      variables: { ...variables, ...assumedVariables },
      assumedVariables: Object.freeze(assumedVariables),
      itemCount: typeof itemCount === 'number' ? itemCount : 1,
      preference: this.#preference(),
      environment,
      productionSafeOnly: productionSafe && environment.trim().toLowerCase() === PRODUCTION,
      costLimit: this.#costLimit(),
      permissions: new Set(this.#texts('permissions', SELECTION_LIMITS.listItems)),
      unavailableDependencies: new Set(this.#texts('unavailableDependencies', SELECTION_LIMITS.listItems)),
      allowBackground: this.#boolean('allowBackground') ?? true,
      includeTesting: this.#boolean('includeTesting') ?? false,
    };
  }

  #refuse(code: SelectionIssueCode, path: string, message: string, hint?: string): void {
    this.issues.push({ severity: 'ERROR', code, message, path, ...(hint === undefined ? {} : { hint }) });
  }

  #capabilities(): readonly string[] {
    const given = this.#given('capabilities');
    const capabilities = this.#texts('capabilities', SELECTION_LIMITS.capabilities);
    if (given === undefined || (Array.isArray(given) && given.length === 0)) {
      const hint = 'Name what the tool has to do, for example ["service_control"]. Query.capabilities lists the names.';
      this.#refuse('SELECTION_CAPABILITY_MISSING', '/capabilities', 'The request names no capability.', hint);
    }
    return [...new Set(capabilities)];
  }

  #platforms(): ReadonlySet<string> | null {
    const given = this.#given('platforms');
    const platforms = this.#texts('platforms', SELECTION_LIMITS.platforms);
    if (Array.isArray(given) && given.length === 0) {
      const hint = 'Leave it out for tools of all platforms.';
      this.#refuse('SELECTION_VALUE_INVALID', '/platforms', 'The list of platforms is empty: no tool fits.', hint);
    }
    return platforms === undefined ? null : new Set(platforms);
  }

  #preference(): PreferenceMode | null {
    const given = this.#given('preference');
    const mode = PREFERENCE_MODES.find((candidate) => candidate === given);
    if (given !== undefined && mode === undefined) {
      const hint = `Modes: ${PREFERENCE_MODES.join(', ')}. Leave it out to have it detected from the query.`;
      this.#refuse('SELECTION_VALUE_INVALID', '/preference', 'There is no such preference.', hint);
    }
    return mode ?? null;
  }

  #costLimit(): number {
    const limit = this.#given('costLimit') ?? Number.POSITIVE_INFINITY;
    if (typeof limit === 'number' && limit >= 0) return limit;
    this.#refuse('SELECTION_VALUE_INVALID', '/costLimit', 'The cost limit is a number of 0 or more, in cost units.');
    return 0;
  }

  #variables(): Readonly<Record<string, number | boolean>> {
    const given = this.#given('variables') ?? {};
    if (!isJsonObject(given)) {
      const hint = 'For example {"N": 100}.';
      this.#refuse(
        'SELECTION_VARIABLE_INVALID',
        '/variables',
        'The variables are an object of names and values.',
        hint,
      );
      return {};
    }
    const entries = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
    if (entries.length > SELECTION_LIMITS.variables) {
      const message = `The request has ${entries.length} variables; ${SELECTION_LIMITS.variables} are allowed.`;
      this.#refuse('SELECTION_TOO_LARGE', '/variables', message);
      return {};
    }
    // Entries become own properties whatever their names, so that `__proto__` is a name like any other.
    return Object.fromEntries(
      entries.filter((entry): entry is [string, number | boolean] => this.#isVariable(...entry)),
    );
  }

  #isVariable(name: string, value: unknown): value is number | boolean {
    if (name.length > SELECTION_LIMITS.nameLength) {
      const message = `The name of a variable has at most ${SELECTION_LIMITS.nameLength} characters.`;
      this.#refuse('SELECTION_TOO_LARGE', '/variables', message);
      return false;
    }
    const path = `/variables/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (
      Object.hasOwn(ASSUMED_VARIABLES, name) &&
      !(typeof value === 'number' && value >= 0 && Number.isFinite(value))
    ) {
      this.#refuse('SELECTION_VARIABLE_INVALID', path, `The variable ${name} is a number of 0 or more.`);
      return false;
    }
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return true;
    const hint = 'Write numbers and booleans without quotes, or leave the variable out.';
    this.#refuse('SELECTION_VARIABLE_INVALID', path, 'A context variable is a finite number or a boolean.', hint);
    return false;
  }

  #boolean(field: Field): boolean | undefined {
    const given = this.#given(field);
    if (given === undefined || typeof given === 'boolean') return given;
    this.#refuse('SELECTION_VALUE_INVALID', `/${field}`, `${field} is true or false.`);
    return undefined;
  }

  #text(field: Field, maxLength: number, { blank = true } = {}): string | undefined {
    const given = this.#given(field);
    if (given === undefined) return undefined;
    if (typeof given !== 'string' || (!blank && given.trim() === '')) {
      this.#refuse('SELECTION_VALUE_INVALID', `/${field}`, `${field} is a text, and not blank.`);
    } else if (given.length > maxLength) {
      const message = `${field} has ${given.length} characters; ${maxLength} are allowed.`;
      this.#refuse('SELECTION_TOO_LARGE', `/${field}`, message);
    } else return given;
    return undefined;
  }

  #texts(field: Field, maxItems: number): readonly string[] | undefined {
    const given = this.#given(field);
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) {
      this.#refuse('SELECTION_VALUE_INVALID', `/${field}`, `${field} is a list of texts.`);
      return undefined;
    }
    if (given.length > maxItems) {
      this.#refuse('SELECTION_TOO_LARGE', `/${field}`, `${field} has ${given.length} items; ${maxItems} are allowed.`);
      return undefined;
    }
    const items: readonly unknown[] = given;
    return items.filter((item, index) => this.#isName(item, `/${field}/${index}`));
  }

  #isName(value: unknown, path: string): value is string {
    if (typeof value === 'string' && value !== '' && value.length <= SELECTION_LIMITS.nameLength) return true;
    const message = `This is a text of 1 to ${SELECTION_LIMITS.nameLength} characters.`;
    const isLong = typeof value === 'string' && value !== '';
    this.#refuse(isLong ? 'SELECTION_TOO_LARGE' : 'SELECTION_VALUE_INVALID', path, message);
    return false;
  }

  /** Undefined for what was left out or is null. */
  #given(field: Field): unknown {
    return this.#request[field] ?? undefined;
  }
}
