/** Suggestions for misspelt names. */
import { MAX_COMPARED_NAME_LENGTH, MAX_NAME_EDITS } from "../lib/limits.ts";

/** The known name with the fewest edits to `name`, regardless of case; null when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > MAX_COMPARED_NAME_LENGTH) return null;
  const asked = name.toLowerCase();
  let best: string | null = null;
  let fewest = Math.min(MAX_NAME_EDITS, Math.ceil(asked.length / 2)) + 1;
  for (const candidate of known) {
    const edits = editDistance(asked, candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance, one row of the matrix at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
