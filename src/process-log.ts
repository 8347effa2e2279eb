import { type Logger, pino } from 'pino';

/** What waits to be written at most, in bytes; while nothing can be written, later lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;
const LAST_WRITE_MS = 1_000;

/** The log of this process. It goes to standard error: standard output is for what a person or a script that starts it wants to read. */
export interface ProcessLog {
  readonly logger: Logger;
  /** Ends the process when the log is written, or cannot be. */
  leave(exitCode: number): void;
}

/** A log that cannot be written, as on a full disk, ends nothing: the next line tries again. */
export function openProcessLog(level: string): ProcessLog {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES });
  destination.on('error', () => undefined);
  // The stream tries again only with a line that it takes.
  destination.on('drop', () => destination.write(''));
  // The stream's own repeats a write that fails for ever, also within process.exit.
  destination.flushSync = () => undefined;
  return {
    logger: pino({ level }, destination),
    leave: (exitCode) => {
      const exit = () => process.exit(exitCode);
      setTimeout(exit, LAST_WRITE_MS);
      destination.once('drain', exit);
      destination.once('error', exit);
      destination.write('');
    },
  };
}
