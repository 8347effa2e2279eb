/** The variables that requests usually carry. Any other identifier is legal too. */
export const ORDINARY_VARIABLES: ReadonlySet<string> = new Set([
  'N',
  'pages',
  'p95_latency',
  'packet_count',
  'num_files',
  'num_entries',
  'file_size_kb',
  'dns_latency',
  'num_directories',
  'num_processes',
  'duration_ms',
  'network_latency',
  'count',
  'response_time',
  'num_filesystems',
  'duration_seconds',
  'iterations',
  'command_complexity',
  'delay',
]);

const N_VALUES = [1, 10, 1_000, 100_000] as const;
const OTHER_VALUES = [1, 10, 1_000] as const;
// Up to here every combination is tried: 3 ** 3 x 4 points.
const MAX_COMBINED = 3;

type Point = Readonly<Record<string, number>>;

function combine(points: readonly Point[], name: string, values: readonly number[]): Point[] {
  return points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
}

/**
 * Ordinary values for an expression's variables: N from 1 to 100,000, the others from 1 to 1,000. With up to three
 * others every combination, with more of them all others the same.
 */
export function ordinaryPoints(variables: readonly string[]): readonly Point[] {
  const others = variables.filter((name) => name !== 'N');
  let points: readonly Point[] = [{}];
  if (others.length <= MAX_COMBINED) {
    for (const name of others) points = combine(points, name, OTHER_VALUES);
  } else {
    points = OTHER_VALUES.map((value) => Object.fromEntries(others.map((name) => [name, value])));
  }
  return variables.includes('N') ? combine(points, 'N', N_VALUES) : points;
}
