/**
 * Lists of completion indexes, `0,3-5`, in success policies and in the status of indexed Jobs.
 * Kubernetes: pkg/apis/batch/validation/validation.go (`validateIndexesFormat`, `parseIndexInterval`)
 */

interface Interval {
  first: number;
  end: number;
}

/** The number of indexes in a list, or why it cannot be read. */
export function countIndexes(text: string, completions: number): { total: number } | { problem: string } {
  if (text === "") return { total: 0 };
  let total = 0;
  let last: number | undefined;
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if ("problem" in interval) return interval;
    const { first, end } = interval;
    if (last !== undefined && last >= first) return { problem: notIncreasing(last, first) };
    total += end - first + 1;
    last = end;
  }
  return { total };
}

/** The first index that is in both lists. Intervals that cannot be read are passed over. */
export function firstOverlap(left: string, right: string, completions: number): number | undefined {
  const [lefts, rights] = [left, right].map((text) => readableIntervals(text, completions)) as [Interval[], Interval[]];
  let [i, j] = [0, 0];
  while (i < lefts.length && j < rights.length) {
    const [a, b] = [lefts[i]!, rights[j]!];
    if (a.first <= b.end && b.first <= a.end) return Math.max(a.first, b.first);
    if (a.first <= b.first) i++;
    else j++;
  }
  return undefined;
}

function readableIntervals(text: string, completions: number): Interval[] {
  if (text === "") return [];
  const intervals = text.split(",").map((part) => parseInterval(part, completions));
  return intervals.filter((interval) => !("problem" in interval)) as Interval[];
}

function parseInterval(text: string, completions: number): Interval | { problem: string } {
  const parts = text.split("-");
  if (parts.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${JSON.stringify(text)} ${rule}` };
  }
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^[+-]?\d+$/.test(part)) {
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(part)}` };
    }
    if (Number(part) >= completions) return { problem: `too large index: ${JSON.stringify(part)}` };
    numbers.push(Number(part));
  }
  const [first = 0, end = first] = numbers;
  return numbers.length === 2 && first >= end ? { problem: notIncreasing(first, end) } : { first, end };
}

function notIncreasing(previous: number, current: number): string {
  return `non-increasing order, previous: ${previous}, current: ${current}`;
}
