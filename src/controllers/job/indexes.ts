/**
 * Sets of completion indexes in the notation of Jobs: `0-2,5`.
 * Kubernetes: pkg/controller/job/indexed_job_utils.go (parseIndexesFromString, orderedIntervals)
 */
import { parseInt64 } from "../../lib/integers.ts";
import { MAX_JOB_INDEXES } from "../../lib/limits.ts";

/**
 * Clients can write this text: parsing stops at a limit, and a text with a part that is not a number gives no index.
 */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    const [first, last = first, ...rest] = part.split("-").map(parseInt64);
    if (first === undefined || last === undefined || rest.length > 0) return new Set();
    // BigInt, since clients can write bounds beyond 2^53.
    const end = last < first + BigInt(MAX_JOB_INDEXES) ? last : first + BigInt(MAX_JOB_INDEXES);
    for (let index = first; index <= end && indexes.size < MAX_JOB_INDEXES; index++) indexes.add(Number(index));
  }
  return indexes;
}

/** Runs of three and more become ranges: 0, 1, 2, 5, 6 gives `0-2,5,6`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    parts.push(
      end === i ? `${sorted[i]}` : end === i + 1 ? `${sorted[i]},${sorted[end]}` : `${sorted[i]}-${sorted[end]}`,
    );
    i = end + 1;
  }
  return parts.join(",");
}
