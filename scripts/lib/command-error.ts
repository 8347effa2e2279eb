export const EXIT_OK = 0;
/** The command ran, and something that it was given failed. */
export const EXIT_FAILED = 1;
/** The command could not run: wrong usage, no service, no permission. */
export const EXIT_UNUSABLE = 2;
/** Ended by Ctrl-C, as shells number it. */
export const EXIT_INTERRUPTED = 130;

/** Ends a command with a message for its user: no stack, and never a token in it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT_UNUSABLE) {
    super(message);
    this.exitCode = exitCode;
  }
}
