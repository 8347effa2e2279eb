export interface Case<Name extends string> {
  readonly features: Readonly<Record<Name, number>>;
  readonly isTrue: boolean;
}

export interface LogisticModel<Name extends string> {
  readonly base: number;
  readonly weights: Readonly<Record<Name, number>>;
}

const ROUNDS = 30;

/** Logistic regression by Newton's method; `ridge` pulls the weights of standardised features towards 0. The same for the same cases. */
export function fitLogistic<Name extends string>(
  cases: readonly Case<Name>[],
  names: readonly Name[],
  ridge: number,
): LogisticModel<Name> {
  const scales = names.map((name) => scaleOf(cases.map(({ features }) => features[name])));
  const rows = cases.map(({ features }) => [
    1,
    ...names.map((name, place) => (features[name] - (scales[place]?.mean ?? 0)) / (scales[place]?.deviation ?? 1)),
  ]);
  let betas: number[] = [0, ...names.map(() => 0)];
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = newtonStep(rows, cases, betas, ridge);
    betas = betas.map((beta, place) => beta + (step[place] ?? 0));
  }
  const weights = names.map((_, place) => (betas[place + 1] ?? 0) / (scales[place]?.deviation ?? 1));
  return {
    base: weights.reduce((base, weight, place) => base - weight * (scales[place]?.mean ?? 0), betas[0] ?? 0),
    weights: Object.fromEntries(names.map((name, place) => [name, weights[place] ?? 0])) as Record<Name, number>,
  };
}

export function logOdds<Name extends string>(
  { base, weights }: LogisticModel<Name>,
  features: Readonly<Record<Name, number>>,
): number {
  return (Object.keys(weights) as Name[]).reduce((sum, name) => sum + weights[name] * features[name], base);
}

function scaleOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

function newtonStep(
  rows: readonly (readonly number[])[],
  cases: readonly { readonly isTrue: boolean }[],
  betas: readonly number[],
  ridge: number,
): number[] {
  // The constant is not pulled; the little on its diagonal keeps the system solvable.
  const system = betas.map((beta, row) => [
    ...betas.map((_, column) => (row === column ? (row === 0 ? 1e-6 : ridge) : 0)),
    row === 0 ? 0 : -ridge * beta,
  ]);
  for (const [index, values] of rows.entries()) {
    const odds = values.reduce((sum, value, place) => sum + value * (betas[place] ?? 0), 0);
    const likelihood = 1 / (1 + Math.exp(-odds));
    for (const [row, equation] of system.entries()) {
      const value = values[row] ?? 0;
      for (let column = 0; column < betas.length; column += 1)
        equation[column] = (equation[column] ?? 0) + likelihood * (1 - likelihood) * value * (values[column] ?? 0);
      equation[betas.length] = (equation[betas.length] ?? 0) + ((cases[index]?.isTrue ? 1 : 0) - likelihood) * value;
    }
  }
  return solve(system);
}

/** Gauss and Jordan, with the largest pivot. */
function solve(system: number[][]): number[] {
  const size = system.length;
  for (let step = 0; step < size; step += 1) {
    const rest = system.slice(step);
    const pivot = rest.reduce((best, row) => (Math.abs(row[step] ?? 0) > Math.abs(best[step] ?? 0) ? row : best));
    system.splice(system.indexOf(pivot), 1);
    system.splice(step, 0, pivot);
    for (const row of system) {
      if (row === pivot) continue;
      const times = (row[step] ?? 0) / (pivot[step] ?? 1);
      for (let column = step; column <= size; column += 1)
        row[column] = (row[column] ?? 0) - times * (pivot[column] ?? 0);
    }
  }
  return system.map((row, place) => (row[size] ?? 0) / (row[place] ?? 1));
}
