/** Where this room reports what an operator should know. A pino logger is one. */
export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
}
