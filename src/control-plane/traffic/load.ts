/**
 * Loads of programs for load tests: clients that wait for their answers, so their rate follows from the time that answers
 * take. A load that is larger than its servers keeps them busy, and its clients wait for each other:
 *
 *     latency = clients / rate
 */
import type { LoadCall, LoadReply } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { keyOfPod } from "../../kubelet/usage/flow-load.ts";
import { FLOWS_KEY, type RestingLoop, restingLoops, storeLoops, TRAFFIC } from "../../kubelet/usage/request-loops.ts";
import { presentLoops } from "./controller.ts";
import { flowsOf, isRunning, type Share } from "./flow.ts";
import { type AnsweredLoop, planOf } from "./plan.ts";
import { latencyMs } from "./queueing.ts";
import { wholeNumbers } from "./totals.ts";

/** A program asks again when its time is over. A load whose program was killed ends so much later. */
const GRACE_MS = 2_000;
/** Parts of the requests of a share that have one latency each. */
const SLICES = 100;
const DEFAULT_TIMEOUT_MS = 30_000;
/** From this part of the time on in which a container is busy, clients wait for each other. */
const FULL_UTILIZATION = 0.99;

export function runLoad(tx: Transaction, call: LoadCall): LoadReply {
  const { pod, container, pid, clients, perSecond, durationMs, request } = call;
  const uid = pod.metadata.uid ?? "";
  const others = restingLoops(tx).filter(
    (each) => !(each.load?.pid === pid && each.uid === uid && each.container === container),
  );
  tx.requeue(TRAFFIC, FLOWS_KEY, tx.nowMs);
  if (clients === 0) {
    storeLoops(tx, others);
    return { afterMs: 0, requests: 0, outcomes: {}, latencies: {} };
  }
  const untilMs = tx.nowMs + durationMs + GRACE_MS;
  const own: RestingLoop = {
    ...{ pod: keyOfPod(pod), uid, container, thinkMs: 0, question: { type: "http", ...request } },
    load: { pid, clients, untilMs, ...(perSecond !== undefined && { perSecond }) },
  };
  storeLoops(tx, [...others, own]);
  const loops = presentLoops(tx);
  const flows = flowsOf(tx).flows.filter((flow) => isRunning(flow, tx.nowMs));
  const answered = planOf(tx, { flows, loops, loaded: [] }).loops[loops.indexOf(own)];
  return answered && answered.shares.length > 0 ? countsOf(answered, call) : noAnswers(call);
}

/** The node of the client is down. */
function noAnswers({ durationMs }: LoadCall): LoadReply {
  return { afterMs: durationMs, requests: 0, outcomes: {}, latencies: {} };
}

function countsOf({ perSecond, shares }: AnsweredLoop, { clients, durationMs, maxRequests, request }: LoadCall) {
  const possible = Math.max(1, Math.floor((perSecond * durationMs) / 1000));
  const requests = Math.min(possible, maxRequests ?? possible);
  const reply: LoadReply = { afterMs: (requests / perSecond) * 1000, requests, outcomes: {}, latencies: {} };
  if (requests === possible) reply.afterMs = durationMs;
  const counts = wholeNumbers(
    shares.map(({ share }) => share),
    requests,
  );
  for (const [index, share] of shares.entries()) {
    const count = counts[index] ?? 0;
    if (count === 0) continue;
    reply.outcomes[share.outcome] = (reply.outcomes[share.outcome] ?? 0) + count;
    if (typeof share.outcome !== "number") continue;
    const waitedMs = (clients * 1000) / perSecond;
    addLatencies(reply, { share, count, waitedMs, timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS });
  }
  return reply;
}

function addLatencies(
  { latencies }: LoadReply,
  { share, count, waitedMs, timeoutMs }: { share: Share; count: number; waitedMs: number; timeoutMs: number },
): void {
  const isFull = (share.queue?.utilization ?? 0) >= FULL_UTILIZATION;
  for (const [slice, part] of wholeNumbers(new Array<number>(SLICES).fill(1), count).entries()) {
    if (part === 0) continue;
    const quantile = (slice + 0.5) / SLICES;
    // Of clients that wait for each other, the fastest wait half of the mean, the slowest one and a half times.
    const ms = isFull ? waitedMs * (0.5 + quantile) : latencyMs(share, quantile, timeoutMs);
    const bucket = String(Number(Math.max(0.1, ms).toPrecision(3)));
    latencies[bucket] = (latencies[bucket] ?? 0) + part;
  }
}
