/** Values of PromQL and where its selectors read. */
import type { Labels, Matcher } from "./syntax.ts";

export interface Sample {
  labels: Labels;
  value: number;
  /** The time of the stored sample, ms; absent for computed values. */
  atMs?: number;
}

/** `[instant, value]`, ms. */
export type Point = readonly [atMs: number, value: number];

export interface Series {
  labels: Labels;
  /** In order of time. */
  points: readonly Point[];
}

export type Value =
  | { type: "scalar"; value: number }
  | { type: "string"; value: string }
  | { type: "vector"; samples: readonly Sample[] }
  | { type: "matrix"; series: readonly Series[]; rangeMs: number; endMs: number };

/** Stored series. */
export interface SampleSource {
  /** Series that fulfil all matchers with their samples after `fromMs`, up to `untilMs`. A gap of `null` ends a series. */
  select(matchers: readonly Matcher[], fromMs: number, untilMs: number): readonly StoredSeries[];
}

export interface StoredSeries {
  labels: Labels;
  /** In order of time; null: from here on the series has no value (a staleness marker). */
  points: readonly (readonly [atMs: number, value: number | null])[];
}

/** Equal for equal labels. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export function withoutLabels(labels: Labels, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

export function onlyLabels(labels: Labels, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

export function withoutName(labels: Labels): Labels {
  return withoutLabels(labels, ["__name__"]);
}

/** `{a="b", c="d"}` with the name before it. */
export function printLabels(labels: Labels): string {
  const { __name__: name = "", ...others } = labels;
  const entries = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  const shown = entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(", ");
  return entries.length === 0 && name !== "" ? name : `${name}{${shown}}`;
}

/** A value as Prometheus writes it. */
export function printValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
