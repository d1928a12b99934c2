/** How many answers took how long: counts by latency in ms, as texts of numbers. */
export type Distribution = Readonly<Record<string, number>>;

export interface Summary {
  min: number;
  max: number;
  mean: number;
  /** The standard deviation. */
  deviation: number;
  count: number;
  sum: number;
}

/** Adds the counts of another distribution. */
export function merge(into: Record<string, number>, other: Distribution): void {
  for (const [ms, count] of Object.entries(other)) into[ms] = (into[ms] ?? 0) + count;
}

function sorted(distribution: Distribution): { ms: number; count: number }[] {
  return Object.entries(distribution)
    .map(([ms, count]) => ({ ms: Number(ms), count }))
    .sort((a, b) => a.ms - b.ms);
}

/** All figures are 0 if nothing was answered. */
export function summaryOf(distribution: Distribution): Summary {
  const all = sorted(distribution);
  const count = all.reduce((total, each) => total + each.count, 0);
  if (count === 0) return { min: 0, max: 0, mean: 0, deviation: 0, count: 0, sum: 0 };
  const sum = all.reduce((total, { ms, count: own }) => total + ms * own, 0);
  const mean = sum / count;
  const squares = all.reduce((total, { ms, count: own }) => total + own * (ms - mean) ** 2, 0);
  return { min: all[0]!.ms, max: all.at(-1)!.ms, mean, deviation: Math.sqrt(squares / count), count, sum };
}

/** The latency in ms that a part `quantile` (0 to 1) of the answers does not exceed; 0 if nothing was answered. */
export function quantileOf(distribution: Distribution, quantile: number): number {
  const all = sorted(distribution);
  const total = all.reduce((sum, { count }) => sum + count, 0);
  let counted = 0;
  for (const { ms, count } of all) {
    counted += count;
    // Sums of many parts may miss the total by a rounding error.
    if (counted >= total * quantile * (1 - 1e-9)) return ms;
  }
  return 0;
}

/** The part of the answers between two latencies, 0 to 1. */
export function partBetween(distribution: Distribution, fromMs: number, toMs: number): number {
  const all = sorted(distribution);
  const total = all.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 0;
  return all.filter(({ ms }) => ms >= fromMs && ms <= toMs).reduce((sum, { count }) => sum + count, 0) / total;
}
