/**
 * One look at a pod: what happened since the last one, the status, what to do next. A sync starts sandbox and containers one
 * after the other; the status is written when a sync begins and when it ends, as watchers of a real kubelet see it.
 */
import { podKind } from "../kinds/core/pod.ts";
import { assert } from "../lib/assert.ts";
import { MAX_POD_STEPS_PER_INSTANT } from "../lib/limits.ts";
import { settleContainers } from "./containers.ts";
import type { PodContext } from "./context.ts";
import { deadlineMs, stopPod } from "./ending.ts";
import { sandboxMs } from "./latency.ts";
import { mountVolumes } from "./mounting.ts";
import { allocateAddress } from "./node-state.ts";
import { resizePod } from "./resize.ts";
import { showBackOffs } from "./retry.ts";
import { startNext } from "./starting.ts";
import { writeStatus } from "./status-writer.ts";
import { earliest } from "./times.ts";
import { finishWork } from "./work.ts";

/** Does all that can be done at this instant. Returns when to look again, ms. */
export function syncPod(context: PodContext): number | undefined {
  const { state } = context;
  let dueAtMs: number | undefined;
  for (let steps = 0; ; steps++) {
    assert(steps < MAX_POD_STEPS_PER_INSTANT, "a pod comes to rest within an instant");
    if (state.removesAtMs !== undefined) return remove(context);
    dueAtMs = settleContainers(context);
    if (stopPod(context)) return writeAndWait(context);
    dueAtMs = earliest(dueAtMs, deadlineMs(context));
    if (state.work) {
      if (state.work.endsAtMs > context.nowMs) return earliest(dueAtMs, state.work.endsAtMs);
      finishWork(context);
      continue;
    }
    const progress = act(context);
    if (progress === "again") continue;
    return earliest(dueAtMs, progress);
  }
}

/** Starts the next piece of work: `again` if something was begun, else when there may be something to do. */
function act(context: PodContext): "again" | number | undefined {
  const { state } = context;
  let resizedAtMs: number | undefined;
  if (!state.isSyncing) {
    showBackOffs(context);
    resizedAtMs = resizePod(context);
    writeStatus(context);
  }
  const waitMs = mountVolumes(context);
  if (waitMs !== undefined) return waitMs;
  if (!state.hasSandbox) return makeSandbox(context);
  const next = startNext(context);
  if (next === "again") {
    state.isSyncing = true;
    return "again";
  }
  state.isSyncing = false;
  state.showsIp = true;
  writeStatus(context);
  return earliest(next, resizedAtMs);
}

function makeSandbox(context: PodContext): "again" | number {
  const { tx, pod, node, state, nowMs } = context;
  if (!pod.spec.hostNetwork) state.podIp = allocateAddress(tx, node);
  // No address is free: the runtime would say so, again and again, until a pod goes.
  if (!pod.spec.hostNetwork && state.podIp === undefined) return nowMs + 10_000;
  state.work = { kind: "sandbox", endsAtMs: nowMs + sandboxMs(tx) };
  state.isSyncing = true;
  return "again";
}

/** The pod is stopping: its status says so, and the rest happens when its containers have ended. */
function writeAndWait(context: PodContext): number | undefined {
  const { state } = context;
  writeStatus(context);
  if (state.isFinished) return state.removesAtMs;
  return state.stop?.endsAtMs;
}

function remove(context: PodContext): number | undefined {
  const { tx, pod, state, nowMs } = context;
  if (state.removesAtMs !== undefined && state.removesAtMs > nowMs) return state.removesAtMs;
  tx.delete(podKind, pod, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
  return undefined;
}
