/** Figures of lists of numbers. */

export function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
}

/** The φ-quantile with interpolation between neighbours. */
export function quantileOf(phi: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = phi * (sorted.length - 1);
  const [low, high] = [Math.floor(rank), Math.min(sorted.length - 1, Math.floor(rank) + 1)];
  const weight = rank - low;
  return sorted[low]! * (1 - weight) + sorted[high]! * weight;
}

export interface Bucket {
  upperBound: number;
  count: number;
}

/** The φ-quantile of a histogram by its cumulative buckets. */
export function bucketQuantile(phi: number, given: readonly Bucket[]): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic([...given].sort((a, b) => a.upperBound - b.upperBound));
  const last = buckets.at(-1);
  if (!last || last.upperBound !== Number.POSITIVE_INFINITY || buckets.length < 2) return Number.NaN;
  if (last.count === 0) return Number.NaN;
  const rank = phi * last.count;
  const found = buckets.findIndex(({ count }) => count >= rank);
  if (found === buckets.length - 1) return buckets.at(-2)!.upperBound;
  const { upperBound, count } = buckets[found]!;
  if (found === 0 && upperBound <= 0) return upperBound;
  const below = found === 0 ? { upperBound: 0, count: 0 } : buckets[found - 1]!;
  return below.upperBound + (upperBound - below.upperBound) * ((rank - below.count) / (count - below.count));
}

function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0;
  return buckets.map(({ upperBound, count }) => {
    highest = Math.max(highest, count);
    return { upperBound, count: highest };
  });
}
