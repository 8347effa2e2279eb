import type { ToolState } from '../view/catalog-change.js';
import type { CatalogView } from '../view/catalog-view.js';
import { compareTools } from '../view/tool-order.js';
import type { SelectionTerms } from './read-selection-request.js';
import { isNamed, type Offer, offersOf } from './tool-offers.js';

/** Why tools that offer what is asked for take no part. */
export type PassedOver = 'other-platform' | 'not-enabled' | 'in-testing';

export interface FoundOffers {
  /** By tool name, platform, capability and pattern. */
  readonly offers: readonly Offer[];
  /** Tools that offer one of the capabilities, whatever keeps them out. */
  readonly toolCount: number;
  readonly passedOver: ReadonlyMap<PassedOver, number>;
}

/** The version of a tool that takes part, given the latest one. */
export type VersionOf = (latest: ToolState) => ToolState;

/** Every pattern of every tool that may be selected and that offers one of the capabilities, by name or alias. */
export function findOffers(
  view: Pick<CatalogView, 'byCapability'>,
  terms: SelectionTerms,
  versionOf: VersionOf,
): FoundOffers {
  const tools = toolsOffering(view, terms.capabilities);
  const offers: Offer[] = [];
  const passedOver = new Map<PassedOver, number>();
  for (const tool of tools) {
    const reason = whyNot(tool, terms);
    if (reason !== null) {
      passedOver.set(reason, (passedOver.get(reason) ?? 0) + 1);
      continue;
    }
    for (const offer of offersOf(versionOf(tool))) {
      if (terms.capabilities.some((name) => isNamed(offer.capability, name))) offers.push(offer);
    }
  }
  return { offers, toolCount: tools.length, passedOver };
}

function toolsOffering(view: Pick<CatalogView, 'byCapability'>, capabilities: readonly string[]): readonly ToolState[] {
  const [first = '', ...others] = capabilities;
  // A list for one capability is in order already.
  if (others.length === 0) return view.byCapability(first);
  return [...new Set(capabilities.flatMap((name) => view.byCapability(name)))].sort(compareTools);
}

function whyNot(tool: ToolState, { platforms, includeTesting }: SelectionTerms): PassedOver | null {
  if (platforms !== null && !platforms.has(tool.platform)) return 'other-platform';
  if (!tool.enabled || tool.status === 'DISABLED') return 'not-enabled';
  return tool.status === 'TESTING' && !includeTesting ? 'in-testing' : null;
}
