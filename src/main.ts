import { type App, startApp } from './app.js';
import { processConfig } from './config.js';
import { openProcessLog } from './process-log.js';
import { helpFor } from './service-arguments.js';
import { startFailure } from './start-failure.js';

/** The process: reads its environment, starts the app, says where it is, and ends in order. */
async function main(): Promise<void> {
  // Whoever started this need not stay to read what it says.
  process.stdout.on('error', () => undefined);
  const help = helpFor(process.argv.slice(2));
  if (help !== undefined) {
    process.stdout.write(help);
    return;
  }
  const config = processConfig();
  const { logger, leave } = openProcessLog(config.logLevel);
  const startedMs = performance.now();
  // From here on, so that a signal during a long first start lets go of the database too.
  const interrupted = new AbortController();
  const starting = startApp(config, logger, interrupted.signal);
  let stopping = false;
  const stop = (cause: string, exitCode: number) => {
    if (stopping) return leave(exitCode === 0 ? 1 : exitCode);
    stopping = true;
    logger.info({ cause }, 'stopping');
    interrupted.abort();
    starting
      .then(
        (app) => app.close(),
        () => logger.info('stopped before it had started'),
      )
      .then(
        () => leave(exitCode),
        (error: unknown) => {
          logger.fatal({ err: error }, 'could not stop in order');
          leave(1);
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

  const app = await starting.catch((error: unknown) => {
    if (stopping) return;
    sayFailure(error);
    leave(1);
  });
  if (stopping || app === undefined) return;
  process.stdout.write(greeting(app, performance.now() - startedMs));
}

/** What whoever started it wants to know. */
function greeting({ url, services, adminToken }: App, tookMs: number): string {
  const view = services.source.viewFor('shared');
  const lines = [
    `Tool catalog ${services.node.version}: ${view.toolCount} ${view.toolCount === 1 ? 'tool' : 'tools'} at revision ${view.revision}, ready after ${Math.round(tookMs)} ms.`,
    `  GraphQL and GraphiQL   ${url}/graphql`,
    `  Health                 ${url}/healthz   ${url}/readyz`,
    ...(adminToken.file === null ? [] : [`  Admin token            ${adminToken.file}`]),
    ...(adminToken.created ? [`\nThe first admin's token, made just now:\n  ${adminToken.secret}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function sayFailure(error: unknown): void {
  process.stderr.write(`The tool catalog could not start.\n${startFailure(error)}\n`);
}

main().catch((error: unknown) => {
  sayFailure(error);
  process.exit(1);
});
