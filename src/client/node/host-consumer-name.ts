import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

const MAX_HOST_LENGTH = 91;

/** A name for `consumerName` that tells where an orchestrator runs: the machine's, and 8 random digits that tell its processes apart. */
export function hostConsumerName(): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_HOST_LENGTH);
  return `${host === '' ? 'host' : host}-${randomBytes(4).toString('hex')}`;
}
