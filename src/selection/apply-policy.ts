import type { Estimate } from '../expressions/estimate.js';
import { ExpressionError } from '../expressions/expression-error.js';
import type { SelectionTerms } from './read-selection-request.js';
import type { RejectionCode } from './selection-outcome.js';
import type { Offer } from './tool-offers.js';

/** What multiplying and adding may add to a cost, as a share of it: some thousand times what one operation does. */
const COST_NOISE = 1e-12;

export interface Reason {
  readonly code: RejectionCode;
  readonly text: string;
}

/** What the request's variables make of an offer. */
export interface Findings {
  readonly terms: SelectionTerms;
  readonly estimate: Estimate;
  /** Whether `requires_background_if` holds, or why nobody can tell. */
  readonly condition: boolean | ExpressionError;
  /** N is above `max_N_immediate`. */
  readonly tooMany: boolean;
}

/** Everything that forbids an offer, in the order of the codes; empty where nothing does. */
export function reasonsAgainst(
  { policy, requiredDependencies }: Offer,
  { terms, estimate, condition, tooMany }: Findings,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const add = (code: RejectionCode, text: string) => reasons.push({ code, text });
  const cost = estimate.cost ?? 0;
  if (exceeds(cost, terms.costLimit))
    add('COST_LIMIT', `The estimated cost ${cost} is above the limit of ${terms.costLimit}.`);
  if (policy.maxCost !== null && exceeds(cost, policy.maxCost)) {
    add('COST_LIMIT', `The estimated cost ${cost} is above the pattern's max_cost of ${policy.maxCost}.`);
  }
  if (policy.unsafeInProduction && terms.productionSafeOnly) {
    const remedy = 'Name another environment, or waive it by requireProductionSafe: false.';
    add('NOT_PRODUCTION_SAFE', `It is not safe in production, and the environment is ${terms.environment}. ${remedy}`);
  }
  if (policy.allowedEnvironments?.includes(terms.environment) === false) {
    const allowed = policy.allowedEnvironments.length === 0 ? 'in none' : `in ${policy.allowedEnvironments.join(', ')}`;
    add('ENVIRONMENT', `It is allowed ${allowed}, and the environment is ${terms.environment}.`);
  }
  const lacking = policy.requiredPermissions.filter((permission) => !terms.permissions.has(permission));
  if (lacking.length > 0) add('PERMISSION', `It requires permissions that are not held: ${lacking.join(', ')}.`);
  if (tooMany && !terms.allowBackground) {
    const least = `N is ${terms.itemCount}, above max_N_immediate ${policy.maxImmediateItems}`;
    add('N_LIMIT', `${least}, and the request allows no background run.`);
  }
  if (condition === true && !terms.allowBackground) {
    const rule = `Where ${policy.backgroundIf} it runs in the background only`;
    add('BACKGROUND_REQUIRED', `${rule}, and the request allows no background run.`);
  }
  if (estimate.error !== null) add('ESTIMATE_FAILED', estimate.error);
  if (condition instanceof ExpressionError) add('ESTIMATE_FAILED', `requires_background_if: ${condition.message}`);
  const missing = requiredDependencies.filter((name) => terms.unavailableDependencies.has(name));
  if (missing.length > 0) add('DEPENDENCY', `It requires what is not available: ${missing.join(', ')}.`);
  if (policy.unreadableKeys.length > 0) {
    add('POLICY_UNREADABLE', `Its policy cannot be read: ${policy.unreadableKeys.join(', ')} has the wrong type.`);
  }
  return reasons;
}

/** Three times 0.1 is 0.30000000000000004, and does not exceed 0.3. */
function exceeds(cost: number, limit: number): boolean {
  return cost > limit * (1 + COST_NOISE);
}
