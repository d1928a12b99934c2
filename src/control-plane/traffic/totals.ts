/** Counts of a flow's requests by pod and outcome, and their latencies. */

import { assert } from "../../lib/assert.ts";
import { MAX_FLOW_PODS } from "../../lib/container-limits.ts";
import type { AnsweringPod } from "../outside/request.ts";
import type { Flow, Share, Totals } from "./flow.ts";
import { latencyMs } from "./queueing.ts";

export const NO_REQUESTS: Totals = { pods: [], latencies: {} };

/** Parts of the requests of a share that are taken as one latency each. */
const SLICES = 100;

/** The totals at an instant. */
export function totalsAt({ spec, sinceMs, shares, totals }: Flow, atMs: number): Totals {
  const seconds = (Math.min(atMs, spec.untilMs) - sinceMs) / 1000;
  if (seconds <= 0) return totals;
  const pods = new Map(totals.pods.map((each) => [nameOf(each.pod), { ...each, outcomes: { ...each.outcomes } }]));
  const latencies = { ...totals.latencies };
  for (const each of shares) {
    const requests = spec.rate * seconds * each.share;
    const count = countOf(pods, each.pod);
    count.outcomes[each.outcome] = (count.outcomes[each.outcome] ?? 0) + requests;
    if (typeof each.outcome === "number") addLatencies(latencies, each, requests, spec.request.timeoutMs);
  }
  return { pods: [...pods.values()], latencies };
}

function nameOf(pod: AnsweringPod | null): string {
  return pod ? `${pod.namespace}/${pod.name}` : "";
}

type Draft = { pod: AnsweringPod | null; outcomes: Record<string, number> };

function countOf(pods: Map<string, Draft>, pod: AnsweringPod | null): Draft {
  const name = nameOf(pod);
  const known = pods.get(name) ?? (pods.size >= MAX_FLOW_PODS ? pods.get("") : undefined);
  if (known) return known;
  const isFull = pods.size >= MAX_FLOW_PODS;
  const made: Draft = { pod: isFull ? null : pod, outcomes: {} };
  pods.set(isFull ? "" : name, made);
  return made;
}

function addLatencies(into: Record<string, number>, share: Share, requests: number, timeoutMs: number): void {
  for (let slice = 0; slice < SLICES; slice++) {
    const ms = latencyMs(share, (slice + 0.5) / SLICES, timeoutMs);
    const bucket = String(Number(ms.toPrecision(2)));
    into[bucket] = (into[bucket] ?? 0) + requests / SLICES;
  }
}

/** The latency that a part `quantile` of the answered requests does not exceed, ms; undefined: none was answered. */
export function quantileMs({ latencies }: Totals, quantile: number): number | undefined {
  const buckets = Object.entries(latencies)
    .map(([ms, count]) => ({ ms: Number(ms), count }))
    .sort((a, b) => a.ms - b.ms);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let counted = 0;
  for (const { ms, count } of buckets) {
    counted += count;
    // Sums of many parts may miss the total by a rounding error.
    if (counted >= total * quantile * (1 - 1e-9)) return ms;
  }
  return undefined;
}

/** Whole numbers with this sum, in the proportions of `parts`: the largest remainders are rounded up. */
export function wholeNumbers(parts: readonly number[], sum: number): number[] {
  const total = parts.reduce((all, part) => all + part, 0);
  if (total === 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part / total) * sum);
  const whole = exact.map((value) => Math.floor(value + 1e-9));
  const missing = sum - whole.reduce((all, value) => all + value, 0);
  assert(missing >= 0 && missing <= parts.length, "each part is rounded by less than one");
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - whole[index]! }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, missing)) whole[index]!++;
  return whole;
}
