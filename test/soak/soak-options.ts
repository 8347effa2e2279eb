/** How a run is made. */
export interface SoakOptions {
  readonly seconds: number;
  /** Chooses faults and writes: the same seed makes the same schedule. */
  readonly seed: number;
  /** Where the files of the run go. */
  readonly out: string;
  readonly services: number;
  readonly writers: number;
  /** All writers together, when nothing holds them up. */
  readonly writesPerSecond: number;
  /** Half of them stock graphql-ws clients, half of them CatalogClients. */
  readonly subscribers: number;
  /** kill -9 of services. */
  readonly kills: number;
  /** kill -9 of PostgreSQL's first process. */
  readonly postgresKills: number;
}

const SECONDS_A_KILL = 12;
const SECONDS_A_POSTGRES_KILL = 50;

/** What is not given: the load and the faults of a run of this length. */
export function completeOptions(given: Partial<SoakOptions> & Pick<SoakOptions, 'out'>): SoakOptions {
  const { seconds = 900 } = given;
  return {
    seed: Math.floor(Math.random() * 1_000_000),
    services: 3,
    writers: 8,
    writesPerSecond: 40,
    subscribers: 24,
    kills: Math.max(1, Math.round(seconds / SECONDS_A_KILL)),
    postgresKills: Math.max(1, Math.round(seconds / SECONDS_A_POSTGRES_KILL)),
    ...given,
    seconds,
  };
}
