import type { Logger } from 'pino';

const LIMIT_MS = 3_000;

/**
 * Lets go of something that hangs with its database, which may never answer, for a moment and no longer: the process ends all the same,
 * and the server ends what was left open.
 */
export async function letGo(logger: Logger, what: string, end: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.warn({ limitMs: LIMIT_MS }, `${what} did not end in time and is left behind`);
      resolve();
    }, LIMIT_MS);
  });
  const ending = end();
  // Whoever is late has nobody left to tell.
  ending.catch(() => undefined);
  try {
    await Promise.race([ending, late]);
  } finally {
    clearTimeout(timer);
  }
}
