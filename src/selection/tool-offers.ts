import type { CapabilityDefinition, PatternDefinition } from '../definition/tool-definition.js';
import type { ToolState } from '../view/catalog-change.js';
import { compareBytes } from '../view/tool-order.js';
import { NORMALISE } from './features.js';
import { readPolicy, type SelectionPolicy } from './read-policy.js';

/** A pattern of a tool with all that selection needs of it and no request changes. */
export interface Offer {
  readonly tool: ToolState;
  readonly capability: CapabilityDefinition;
  readonly pattern: PatternDefinition;
  /** Its time and cost are those of one item. */
  readonly perItem: boolean;
  readonly policy: SelectionPolicy;
  readonly complexity: number;
  readonly accuracy: number;
  readonly completeness: number;
  /** What the tool cannot run without. */
  readonly requiredDependencies: readonly string[];
}

const PER_ITEM_SCOPES: ReadonlySet<string> = new Set(['single_item', 'single']);

/** A tool's state never changes, and neither does what it offers. */
const offersOfTool = new WeakMap<ToolState, readonly Offer[]>();

/** Every pattern of a tool, by capability, then pattern, byte-wise. */
export function offersOf(tool: ToolState): readonly Offer[] {
  const known = offersOfTool.get(tool);
  if (known !== undefined) return known;
  const offers = Object.freeze(readOffers(tool));
  if (Object.isFrozen(tool)) offersOfTool.set(tool, offers);
  return offers;
}

/** True when a request for this name is one for the capability. */
export function isNamed(capability: CapabilityDefinition, name: string): boolean {
  return capability.name === name || capability.aliases.includes(name);
}

function readOffers(tool: ToolState): Offer[] {
  const requiredDependencies = tool.dependencies.filter(({ required }) => required).map(({ name }) => name);
  const offers = tool.capabilities.flatMap((capability) =>
    capability.patterns.map((pattern) => ({
      tool,
      capability,
      pattern,
      perItem: PER_ITEM_SCOPES.has(pattern.scope),
      policy: readPolicy(pattern.policy),
      complexity: NORMALISE.complexity(numberOf(pattern.complexityScore)),
      accuracy: NORMALISE.accuracy(numberOf(pattern.preferenceMatch['accuracy'])),
      completeness: NORMALISE.completeness(numberOf(pattern.preferenceMatch['completeness'])),
      requiredDependencies,
    })),
  );
  return offers.sort(
    (left, right) =>
      compareBytes(left.capability.name, right.capability.name) || compareBytes(left.pattern.name, right.pattern.name),
  );
}

/** NaN for anything that is no number. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
