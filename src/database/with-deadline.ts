import { UnavailableError } from '../kernel/errors.js';

/** Waits for the database no longer than this. @throws UnavailableError with the message when the time is over; what `running` throws. */
export async function withDeadline<T>(running: Promise<T>, deadlineMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnavailableError(message)), deadlineMs);
  });
  try {
    return await Promise.race([running, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
