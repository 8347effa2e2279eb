/** What {@link isConsumerName} wants, for messages. */
export const CONSUMER_NAME_RULE = '1 to 100 letters, digits and . _ : @ / -, beginning with a letter or a digit';

const CONSUMER_NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$/;

/** True for a name under which an orchestrator may report its position. */
export function isConsumerName(name: string): boolean {
  return CONSUMER_NAME.test(name);
}
