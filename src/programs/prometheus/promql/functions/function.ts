/** A function of PromQL. */
import type { Expression, ValueType } from "../syntax.ts";
import { type Point, type Sample, type Series, type Value, withoutName } from "../values.ts";

export interface PromqlFunction {
  parameters: readonly ValueType[];
  /** How many of the last parameters may be left out; `any`: the last one may come any number of times. */
  optional?: number | "any";
  returns: ValueType;
  apply(args: readonly Value[], call: Call): Value;
}

export interface Call {
  /** The instant of the evaluation, ms. */
  atMs: number;
  args: readonly Expression[];
}

export function vectorOf(samples: readonly Sample[]): Value {
  return { type: "vector", samples };
}

export function samplesOf(value: Value | undefined): readonly Sample[] {
  return value?.type === "vector" ? value.samples : [];
}

export function numberOf(value: Value | undefined, fallback = Number.NaN): number {
  return value?.type === "scalar" ? value.value : fallback;
}

export function textOf(value: Value | undefined): string {
  return value?.type === "string" ? value.value : "";
}

/** A function of each value of an instant vector. */
export function mapping(
  map: (value: number, args: readonly Value[]) => number,
  more: Partial<PromqlFunction> = {},
): PromqlFunction {
  return {
    parameters: ["vector"],
    returns: "vector",
    ...more,
    apply: (args) =>
      vectorOf(
        samplesOf(args[0]).map(({ labels, value }) => ({ labels: withoutName(labels), value: map(value, args) })),
      ),
  };
}

export interface Window {
  points: readonly Point[];
  fromMs: number;
  untilMs: number;
}

/** A function of the samples of each series in a range. Undefined: the series has no value. */
export function overRange(
  reduce: (window: Window, args: readonly Value[], call: Call) => number | undefined,
  more: Partial<PromqlFunction> & { rangeAt?: number; keepsName?: boolean } = {},
): PromqlFunction {
  const { rangeAt = 0, keepsName = false, ...others } = more;
  return {
    parameters: ["matrix"],
    returns: "vector",
    ...others,
    apply(args, call) {
      const range = args[rangeAt];
      if (range?.type !== "matrix") return vectorOf([]);
      const { endMs: untilMs, rangeMs } = range;
      const reduced = range.series.flatMap(({ labels, points }: Series) => {
        if (points.length === 0) return [];
        const value = reduce({ points, fromMs: untilMs - rangeMs, untilMs }, args, call);
        return value === undefined ? [] : [{ labels: keepsName ? labels : withoutName(labels), value }];
      });
      return vectorOf(reduced);
    },
  };
}
