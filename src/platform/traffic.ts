/** Flows of requests as the platform's API shows them. */
import type { OutsideTarget } from "../control-plane/outside/request.ts";
import type { Flow, Totals } from "../control-plane/traffic/flow.ts";
import { isRunning } from "../control-plane/traffic/flow.ts";
import { allFlows } from "../control-plane/traffic/manage.ts";
import { quantileMs, totalsAt, wholeNumbers } from "../control-plane/traffic/totals.ts";
import type { PrivateReader } from "../kinds/kind.ts";

export { beginFlow, endFlow } from "../control-plane/traffic/manage.ts";

type Counts = Record<string, number>;

/** The flow as a document: what became of its requests until now. Counts are whole numbers whose sums agree. */
export function flowView(flow: Flow, nowMs: number) {
  const { spec, id } = flow;
  const { request, rate, fromMs, untilMs } = spec;
  const totals = totalsAt(flow, nowMs);
  const sent = Math.floor(((Math.min(nowMs, untilMs) - fromMs) * rate) / 1000 + 1e-6);
  const pods = countedPods(totals, sent);
  const all = pods.flatMap(({ outcomes }) => Object.entries(outcomes));
  const statusCodes = sums(all.filter(([outcome]) => isStatus(outcome)));
  const errors = sums(all.filter(([outcome]) => !isStatus(outcome)));
  return {
    id,
    target: { ...targetOf(request), scheme: request.scheme, method: request.method, path: request.path },
    rate,
    durationSeconds: (untilMs - fromMs) / 1000,
    state: isRunning(flow, nowMs) ? ("running" as const) : ("ended" as const),
    since: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    requests: { sent, answered: total(statusCodes), failed: total(errors) },
    ...{ statusCodes, errors },
    pods: pods.flatMap(({ pod, outcomes }) => {
      const entries = Object.entries(outcomes);
      if (!pod || entries.length === 0) return [];
      const counts = { statusCodes: sums(entries.filter(([outcome]) => isStatus(outcome))) };
      const failed = sums(entries.filter(([outcome]) => !isStatus(outcome)));
      return [{ ...pod, requests: total(sums(entries)), ...counts, errors: failed }];
    }),
    latencySeconds: latencies(totals),
  };
}

type FlowView = ReturnType<typeof flowView>;

/** All flows in the order in which they were begun. */
export function flowsIn(state: PrivateReader & { readonly nowMs: number }): FlowView[] {
  return allFlows(state).map((flow) => flowView(flow, state.nowMs));
}

function targetOf({ service, nodePort, ingress, gateway }: OutsideTarget): OutsideTarget {
  return {
    ...(service && { service }),
    ...(nodePort && { nodePort }),
    ...(ingress && { ingress }),
    ...(gateway && { gateway }),
  };
}

/** The counts of each pod, rounded together. */
function countedPods({ pods }: Totals, sent: number) {
  const cells = pods.flatMap(({ pod, outcomes }, index) =>
    Object.entries(outcomes).map(([outcome, requests]) => ({ pod, index, outcome, requests })),
  );
  const whole = wholeNumbers(
    cells.map(({ requests }) => requests),
    sent,
  );
  const counted = pods.map(({ pod }) => ({ pod, outcomes: {} as Counts }));
  for (const [at, { index, outcome }] of cells.entries()) {
    if (whole[at]! > 0) counted[index]!.outcomes[outcome] = whole[at]!;
  }
  return counted;
}

function isStatus(outcome: string): boolean {
  return /^\d+$/.test(outcome);
}

function sums(entries: readonly (readonly [string, number])[]): Counts {
  const counts: Counts = {};
  for (const [outcome, count] of entries) counts[outcome] = (counts[outcome] ?? 0) + count;
  return counts;
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function latencies(totals: Totals) {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((quantile) => quantileMs(totals, quantile));
  if (p50 === undefined || p90 === undefined || p99 === undefined) return null;
  return { p50: p50 / 1000, p90: p90 / 1000, p99: p99 / 1000 };
}
