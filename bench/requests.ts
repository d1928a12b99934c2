/** Requests to the clusters of the bench, and the report of their durations. */
import type { LoadRequest } from "./load.ts";
import type { BenchCluster } from "./target.ts";

export function get({ root, token }: BenchCluster, path: string): LoadRequest {
  return { method: "GET", path: root + path, token };
}

export function post({ root, token }: BenchCluster, path: string, body: object): LoadRequest {
  return { method: "POST", path: root + path, token, body: JSON.stringify(body) };
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

export function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
