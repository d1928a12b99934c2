/** Sets of completion indexes as Jobs write them: `0-2,5`. */
import { parseInt64 } from "../../lib/integers.ts";
import { MAX_JOB_INDEXES } from "../../lib/limits.ts";

/** Clients may write such a text too: it is read up to a limit, and one that has a part that is not a number is empty. */
export function parseIndexes(text: string | undefined): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    const [first, last = first, ...rest] = part.split("-").map(parseInt64);
    if (first === undefined || last === undefined || rest.length > 0) return new Set();
    // Clients may write ranges beyond 2^53 too, where numbers meet.
    const end = last < first + BigInt(MAX_JOB_INDEXES) ? last : first + BigInt(MAX_JOB_INDEXES);
    for (let index = first; index <= end && indexes.size < MAX_JOB_INDEXES; index++) indexes.add(Number(index));
  }
  return indexes;
}

/** Runs of two and more are written as ranges. */
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
