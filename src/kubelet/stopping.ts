/**
 * Stops one container: its preStop hook, its stop signal, and SIGKILL at the end of the grace period.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go (`killContainer`, `executePreStopHook`)
 */
import type { SignalName } from "../shell/program.ts";
import { imageOf } from "./container-image.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { handleHappenings } from "./happenings.ts";
import { beginHook, hookOutcome } from "./hooks.ts";
import { processesOf } from "./runtime/opened.ts";
import type { HookOutcome } from "./state.ts";

const SECOND_MS = 1000;
/** A container gets at least this time to end after its signal, however long its hook took. */
const MIN_GRACE_SECONDS = 2;

/** Begins the stop. Does nothing if the container is stopping already. */
export function beginStopping(context: PodContext, container: PodContainer, graceSeconds: number): void {
  const { record, spec } = container;
  const { nowMs } = context;
  if (record.stopping || record.end) return;
  const killAtMs = nowMs + graceSeconds * SECOND_MS;
  record.stopping = { startedAtMs: nowMs, graceSeconds, phase: "preStop", killAtMs };
  const handler = spec.lifecycle?.preStop;
  if (!handler || graceSeconds <= 0) {
    sendStopSignal(context, container);
    return;
  }
  const begun = beginHook(context, container, { handler, purpose: "preStop" });
  if (begun.type === "sleeps") record.stopping.hookEndsAtMs = begun.endsAtMs;
  handleHappenings(context, begun.happenings);
  const end = record.hookEnd;
  if (begun.type === "ended") endPreStop(context, container, begun.outcome);
  else if (end?.purpose === "preStop") {
    record.hookEnd = undefined;
    endPreStop(context, container, hookOutcome(context, container, handler, end));
  }
}

/** The preStop hook has ended. */
export function endPreStop(context: PodContext, container: PodContainer, { problem }: HookOutcome): void {
  if (container.record.stopping?.phase !== "preStop") return;
  if (problem !== undefined) podEvent(context, messages.preStopFailed(), container.spec.name);
  sendStopSignal(context, container);
}

/** Goes on with a stop whose time has come. Returns the next instant of it, ms. */
export function continueStopping(context: PodContext, container: PodContainer): number | undefined {
  const { record } = container;
  const { nowMs } = context;
  if (record.stopping?.phase === "preStop") {
    const { hookEndsAtMs = Number.POSITIVE_INFINITY, killAtMs } = record.stopping;
    if (Math.min(hookEndsAtMs, killAtMs) <= nowMs) sendStopSignal(context, container);
  }
  if (record.end || !record.stopping) return undefined;
  const { phase, hookEndsAtMs, killAtMs } = record.stopping;
  if (phase === "preStop") return Math.min(hookEndsAtMs ?? Number.POSITIVE_INFINITY, killAtMs);
  if (killAtMs > nowMs) return killAtMs;
  handleHappenings(context, processesOf(context).signal(container.spec.name, "KILL", nowMs));
  return undefined;
}

/** A second deletion may shorten the grace period. */
export function shortenStopping({ record }: PodContainer, graceSeconds: number, nowMs: number): void {
  if (!record.stopping) return;
  record.stopping.graceSeconds = Math.min(record.stopping.graceSeconds, graceSeconds);
  record.stopping.killAtMs = Math.min(record.stopping.killAtMs, nowMs + graceSeconds * SECOND_MS);
}

function sendStopSignal(context: PodContext, container: PodContainer): void {
  const { record, spec } = container;
  const { nowMs } = context;
  const { stopping } = record;
  if (!stopping) return;
  const spentSeconds = Math.floor((nowMs - stopping.startedAtMs) / SECOND_MS);
  const leftSeconds = Math.max(stopping.graceSeconds - spentSeconds, MIN_GRACE_SECONDS);
  stopping.phase = "signalled";
  stopping.killAtMs = nowMs + leftSeconds * SECOND_MS;
  const signal = (spec.lifecycle?.stopSignal?.replace(/^SIG/, "") ??
    imageOf(context, container).stopSignal ??
    "TERM") as SignalName;
  const processes = processesOf(context);
  // A container of the base, or of an earlier version, has no processes: it ends as a server does.
  if (!processes.find(spec.name)) record.end = { atMs: nowMs, exitCode: 0, noticedAtMs: nowMs };
  else handleHappenings(context, processes.signal(spec.name, signal, nowMs));
}
