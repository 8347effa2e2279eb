import { pino } from 'pino';
import { startApp } from './app.js';
import { processConfig } from './config.js';
import { startFailure } from './start-failure.js';

/** The process: reads its environment, starts the app, says where it is, and ends in order. */
async function main(): Promise<void> {
  const config = processConfig();
  // Logs go to standard error: standard output is for what a person or a script that starts this wants to read.
  const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const startedMs = performance.now();
  // From here on, so that a signal during a long first start lets go of the database too.
  const starting = startApp(config, logger);
  let stopping = false;
  const stop = (cause: string, exitCode: number) => {
    if (stopping) process.exit(exitCode === 0 ? 1 : exitCode);
    stopping = true;
    logger.info({ cause }, 'stopping');
    starting
      .then((app) => app.close())
      .then(
        () => process.exit(exitCode),
        (error: unknown) => {
          logger.fatal({ err: error }, 'could not stop in order');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event);
      stop(event, 1);
    });
  }

  const app = await starting;
  if (stopping) return;
  const view = app.services.source.viewFor('shared');
  const lines = [
    `Tool catalog ${app.services.node.version}: ${view.toolCount} tools at revision ${view.revision}, ready after ${Math.round(performance.now() - startedMs)} ms.`,
    `  GraphQL and GraphiQL   ${app.url}/graphql`,
    `  Health                 ${app.url}/healthz   ${app.url}/readyz`,
    ...(app.adminToken.file === null ? [] : [`  Admin token            ${app.adminToken.file}`]),
    ...(app.adminToken.created ? [`\nThe first admin's token, made just now:\n  ${app.adminToken.secret}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`The tool catalog could not start.\n${startFailure(error)}\n`);
  process.exit(1);
});
