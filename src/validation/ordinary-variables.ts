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
// Up to here every combination is tried, which is 3 ** 2 x 4 points; a definition may hold a thousand estimates.
const MAX_COMBINED = 2;

/** A value for each variable of an expression. */
export type Point = Readonly<Record<string, number>>;

function combine(points: readonly Point[], name: string, values: readonly number[]): Point[] {
  return points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
}

/** All alike, and small and large by turns: the differences and quotients of two show in one of these. */
function samples(names: readonly string[]): Point[] {
  const rows = [...OTHER_VALUES.map((value) => [value, value]), [1, 1_000], [1_000, 1]];
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index % 2] ?? 1])));
}

/**
 * Ordinary values for an expression's variables: N from 1 to 100,000, the others from 1 to 1,000. Every combination with
 * up to two others, a few rows with more.
 */
export function ordinaryPoints(variables: readonly string[]): readonly Point[] {
  const others = variables.filter((name) => name !== 'N');
  let points: readonly Point[] = [{}];
  if (others.length > MAX_COMBINED) points = samples(others);
  else for (const name of others) points = combine(points, name, OTHER_VALUES);
  return variables.includes('N') ? combine(points, 'N', N_VALUES) : points;
}
