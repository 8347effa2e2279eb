import { generateCatalog } from '../../../scripts/lib/generate-catalog.js';
import type { Caller } from '../../../src/access/principal.js';
import type { CatalogCommands } from '../../../src/catalog/catalog-commands.js';
import { toYamlStream } from '../../../src/definition/to-yaml.js';
import { measureFanOut } from './fan-out.js';
import { measurePropagation } from './propagation.js';

export interface LiveFeedOptions {
  readonly connection: string;
  readonly commands: CatalogCommands;
  readonly caller: Caller;
}

/** What it costs to tell changes to many, and how long it takes. */
export async function measureLiveFeed({ connection, commands, caller }: LiveFeedOptions) {
  const tools = [...generateCatalog({ toolCount: 3, seed: 7 })].map((tool, index) => ({
    ...tool,
    name: `feed-${index}`,
  }));
  await commands.importTools(caller, { yaml: toYamlStream(tools), atomic: true });
  const fanOut = await measureFanOut({ connection, commands, caller, tools: ['feed-0', 'feed-1'] });
  const { updateMs, notifyMs } = await measurePropagation(connection, 'feed-2');
  const rows = fanOut.flatMap(({ sockets, messageBytes, microseconds, sharedToRaw, aloneToShared }) => {
    const work = `a change of ${messageBytes} bytes to 1,000 subscriptions over ${sockets} sockets`;
    const { shared, alone, raw } = microseconds;
    return [
      {
        work: `${work}: CPU of the service for a message (graphql-ws alone, ws alone)`,
        result: `${shared.toFixed(1)} µs (${alone.toFixed(1)} µs, ${raw.toFixed(1)} µs)`,
      },
      { work: `${work}: times ws that sends a ready string`, result: sharedToRaw.toFixed(2) },
      { work: `${work}: how many times less than graphql-ws`, result: aloneToShared.toFixed(1) },
    ];
  });
  const both = ({ p50, p99 }: { p50: number; p99: number }) => `${p50.toFixed(1)} ms, ${p99.toFixed(1)} ms`;
  return [
    ...rows,
    {
      work: 'a change through two processes to 1,000 subscriptions over 100 sockets, 10 changes/s: p50, p99',
      result: both(updateMs),
    },
    { work: 'NOTIFY from one connection to another in the same run: p50, p99', result: both(notifyMs) },
  ];
}
