import type { GraphqlContext } from './context.js';
import { callerOf } from './context.js';

/** For fields that only some roles may ask for: a known principal's refusal leaves its audit row, as one of a command does. */
export async function recordRefusal(
  _parent: unknown,
  _args: unknown,
  context: GraphqlContext,
  { fieldName }: { readonly fieldName: string },
  error: Error,
): Promise<never> {
  if (context.principal !== null) {
    const refusal = { action: `${fieldName}_refused`, toolName: null, platform: null, reason: error.message };
    await context.services.refusals.record(callerOf(context), refusal);
  }
  throw error;
}
