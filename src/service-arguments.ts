import { ConfigError } from './config.js';

const HELP = `Usage: npm start

Starts the tool catalog service. It takes no arguments: it reads its environment, as in

  PORT=4001 npm start

.env.example has every variable with its meaning, unit and default.
The command line is apart: npm run --silent tool-catalog -- --help
`;

/**
 * What to print instead of starting; undefined where the service is to start.
 * @throws ConfigError for any argument but --help: a mistyped one must not start a service somewhere else than was meant.
 */
export function helpFor(args: readonly string[]): string | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (first === '--help' || first === '-h') return HELP;
  throw new ConfigError(
    `The service takes no arguments, and '${first}' is one. It reads its environment, as in PORT=4001 npm start.\n` +
      '.env.example explains every variable.',
  );
}
