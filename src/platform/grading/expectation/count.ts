/** Counts of items: `"containers(length)": 2`, `"status.containerStatuses(length)": ">=1"`. */
import { CheckError } from "../check.ts";
import { show } from "../show.ts";

const SUFFIX = "(length)";
const COMPARISONS = {
  "": (found: number, wanted: number) => found === wanted,
  "=": (found: number, wanted: number) => found === wanted,
  "!=": (found: number, wanted: number) => found !== wanted,
  ">=": (found: number, wanted: number) => found >= wanted,
  "<=": (found: number, wanted: number) => found <= wanted,
  ">": (found: number, wanted: number) => found > wanted,
  "<": (found: number, wanted: number) => found < wanted,
} as const;

/** The path of the counted field, such as `status.addresses`; null when the name is a plain field. */
export function countedField(name: string): string | null {
  return name.endsWith(SUFFIX) && name.length > SUFFIX.length ? name.slice(0, -SUFFIX.length) : null;
}

/** The test for an expected count. Throws CheckError. */
export function parseCount(expected: unknown, path: string): (found: number) => boolean {
  const match = /^(|=|!=|>=|<=|>|<) *(\d{1,9})$/.exec(String(expected));
  if (!match || (typeof expected !== "number" && typeof expected !== "string")) {
    throw new CheckError(`${path} must be a number, or a comparison such as ">=2", not ${show(expected)}`);
  }
  const compare = COMPARISONS[match[1] as keyof typeof COMPARISONS];
  return (found) => compare(found, Number(match[2]));
}

/** The number of items of a list or entries of a map; 0 where it is not set. */
export function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}
