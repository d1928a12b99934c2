/** Builtins that are functions of values, by name and number of arguments. */
import { COLLECTIONS } from "./builtins/collections.ts";
import { DATES } from "./builtins/dates.ts";
import { MATH } from "./builtins/math.ts";
import { PATTERNS } from "./builtins/patterns.ts";
import { SYSTEM } from "./builtins/system.ts";
import { TEXTS } from "./builtins/texts.ts";
import type { Machine } from "./machine.ts";
import { PRELUDE } from "./prelude.ts";
import { SPECIAL_NAMES } from "./specials.ts";
import type { Value } from "./values.ts";

type Native = (input: Value, args: readonly Value[], machine: Machine) => Value;

const NATIVES: Readonly<Record<string, Native>> = {
  ...COLLECTIONS,
  ...DATES,
  ...MATH,
  ...PATTERNS,
  ...SYSTEM,
  ...TEXTS,
  "builtins/0": () =>
    [...Object.keys(NATIVES), ...Object.keys(PRELUDE), ...SPECIAL_NAMES].filter((name) => !name.startsWith("_")),
};

export function findNative(key: string): Native | undefined {
  return Object.hasOwn(NATIVES, key) ? NATIVES[key] : undefined;
}
