/** Differences of two states that consist of numbers only. */
import type { JsonValue } from "../../lib/json.ts";

/** Growth of numbers by their path; undefined if anything else differs. */
export type Growth = Map<string, number>;

export function differences(
  before: JsonValue,
  after: JsonValue,
  path = "",
  into: Growth = new Map(),
): Growth | undefined {
  if (before === after) return into;
  if (typeof before === "number" && typeof after === "number") return into.set(path, after - before);
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return undefined;
  const [left, right] = [Object.entries(before), Object.entries(after)];
  if (left.length !== right.length) return undefined;
  for (let i = 0; i < left.length; i++) {
    const [key, value] = left[i]!;
    const [otherKey, other] = right[i]!;
    if (key !== otherKey || !differences(value as JsonValue, other as JsonValue, `${path}/${key}`, into))
      return undefined;
  }
  return into;
}

export function isEven(before: Growth, after: Growth): boolean {
  if (before.size !== after.size) return false;
  for (const [path, growth] of before) if (after.get(path) !== growth) return false;
  return true;
}

/** Moves the numbers of a state by `rounds` rounds, in place. */
export function grow(state: JsonValue, growth: Growth, rounds: number): void {
  for (const [path, by] of growth) {
    const keys = path.split("/").slice(1);
    let parent = state as Record<string, JsonValue>;
    for (const key of keys.slice(0, -1)) parent = parent[key] as Record<string, JsonValue>;
    const last = keys.at(-1)!;
    parent[last] = (parent[last] as number) + by * rounds;
  }
}
