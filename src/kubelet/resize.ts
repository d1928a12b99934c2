/**
 * In-place changes of the resources of a pod and its containers: announced, applied after a moment or by a restart,
 * announced again.
 * Kubernetes: pkg/kubelet/allocation/allocation_manager.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go
 * (`computePodResizeAction`, `doPodResizeAction`); KEP-1287, KEP-5419
 */
import { equalJson } from "../lib/json.ts";
import { quantityValue } from "../lib/quantity.ts";
import type { ResourceRequirements } from "../schema/index.ts";
import { kill } from "./containers.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { resizeMs, syncPeriodMs } from "./latency.ts";
import { unfitResize } from "./resize-fit.ts";
import { memoryOfContainer } from "./runtime/opened.ts";

/** A limit below the usage is tried again at growing intervals, so that an idle pod comes to rest. */
const MAX_TRIES = 6;

/** Begins or ends a resize. Returns when the running one ends or is tried again, ms. */
export function resizePod(context: PodContext): number | undefined {
  const { state } = context;
  const changed = containersOf(context).filter(isChanged);
  if (changed.length === 0 && !isPodChanged(context) && !isRestarting(context)) {
    if (state.resize && !state.resize.problem) complete(context);
    state.resize = undefined;
    return undefined;
  }
  const unfit = unfitResize(context);
  if (unfit) {
    deny(context, unfit);
    return undefined;
  }
  if (!state.resize || state.resize.problem !== undefined || state.resize.generation !== state.generation) {
    begin(context, changed);
  }
  return go(context, changed);
}

/** When a resize that waited for a restart can be completed, ms. */
export function resizeDueMs(context: PodContext): number | undefined {
  const { resize } = context.state;
  if (!resize || resize.problem !== undefined || isRestarting(context)) return undefined;
  if ((resize.tries ?? 0) >= MAX_TRIES) return undefined;
  return Math.max(resize.endsAtMs, context.nowMs + 1);
}

function begin(context: PodContext, changed: readonly PodContainer[]): void {
  const { state, nowMs, tx } = context;
  state.resize = { endsAtMs: nowMs + resizeMs(tx), generation: state.generation };
  podEvent(context, messages.resizeStarted(summary(context)));
  for (const container of changed.filter(needsRestart)) {
    if (container.record.shows !== "running" || container.record.stopping) continue;
    podEvent(context, messages.resizeRestarts(container.spec.name), container.spec.name);
    kill(context, container, { restarts: true });
  }
}

/** Applies the change to containers that go on. */
function go(context: PodContext, changed: readonly PodContainer[]): number | undefined {
  const { state, nowMs } = context;
  const { resize } = state;
  if (!resize) return undefined;
  if ((resize.tries ?? 0) >= MAX_TRIES) return undefined;
  if (resize.endsAtMs > nowMs) return resize.endsAtMs;
  const kept = changed.filter((container) => !needsRestart(container) || container.record.shows !== "running");
  const error = memoryError(context, kept);
  if (error !== undefined) return fail(context, error);
  for (const { spec, record } of kept) record.resources = spec.resources;
  if (isRestarting(context)) return undefined;
  if (context.pod.spec.resources) state.resources = context.pod.spec.resources;
  complete(context);
  return undefined;
}

function complete(context: PodContext): void {
  context.state.resize = undefined;
  podEvent(context, messages.resizeCompleted(summary(context)));
}

function deny(context: PodContext, unfit: { reason: "Deferred" | "Infeasible"; problem: string }): void {
  const { state } = context;
  const { resize } = state;
  const isTold = resize?.problem === unfit.problem && (resize.reason ?? "Infeasible") === unfit.reason;
  state.resize = { endsAtMs: Number.MAX_SAFE_INTEGER, ...unfit };
  if (!isTold) podEvent(context, messages.resizePending(unfit.reason, summary(context, unfit.problem)));
}

/** The runtime cannot apply the change now. */
function fail(context: PodContext, error: string): number | undefined {
  const { state, nowMs, tx } = context;
  const { resize } = state;
  if (!resize) return undefined;
  const tries = (resize.tries ?? 0) + 1;
  const endsAtMs = nowMs + syncPeriodMs(tx) * 2 ** (tries - 1);
  if (resize.error === undefined) podEvent(context, messages.resizeError(summary(context, error)));
  state.resize = { ...resize, tries, error, endsAtMs };
  return tries < MAX_TRIES ? endsAtMs : undefined;
}

/** Ephemeral containers and init containers that end cannot be resized. */
function isChanged({ spec, record, role }: PodContainer): boolean {
  const isResizable = role === "main" || role === "sidecar";
  return (
    isResizable && record.starts > 0 && !record.restarts && !equalJson(record.resources ?? {}, spec.resources ?? {})
  );
}

/** Waits for a container that was stopped during the resize; its start applies the new resources. */
function isRestarting(context: PodContext): boolean {
  return context.state.resize !== undefined && containersOf(context).some(({ record }) => record.restarts);
}

/** States from before pod-level resize have no resources of the pod; the spec's count as granted. */
function isPodChanged({ pod, state }: PodContext): boolean {
  const wanted = pod.spec.resources;
  if (wanted === undefined) return false;
  state.resources ??= wanted;
  return state.hasSandbox && !equalJson(state.resources, wanted);
}

/** The policy of a resource that changes asks for a restart. */
function needsRestart({ spec, record }: PodContainer): boolean {
  return (spec.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === "RestartContainer" &&
      (["requests", "limits"] as const).some(
        (list) => record.resources?.[list]?.[resourceName] !== spec.resources?.[list]?.[resourceName],
      ),
  );
}

/** A memory limit cannot fall below what is used. */
function memoryError(context: PodContext, changed: readonly PodContainer[]): string | undefined {
  const problems: string[] = [];
  const { pod, state } = context;
  const ofPod = loweredLimit(state.resources, pod.spec.resources);
  if (ofPod !== undefined) {
    const names = containersOf(context).map(({ spec }) => spec.name);
    const usage = names.reduce((sum, name) => sum + memoryOfContainer(context, name), 0);
    if (usage >= ofPod) problems.push(`attempting to set pod memory limit (${ofPod}) below current usage (${usage})`);
  }
  for (const { spec, record } of changed) {
    const limit = loweredLimit(record.resources, spec.resources);
    const usage = limit === undefined ? 0 : memoryOfContainer(context, spec.name);
    if (limit === undefined || usage < limit) continue;
    const name = JSON.stringify(spec.name);
    problems.push(`attempting to set container ${name} memory limit (${limit}) below current usage (${usage})`);
  }
  if (problems.length === 0) return undefined;
  return problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
}

/** The new memory limit if it is lower than the present one, bytes. */
function loweredLimit(
  present: ResourceRequirements | undefined,
  wanted: ResourceRequirements | undefined,
): number | undefined {
  const [before, after] = [present?.limits?.["memory"], wanted?.limits?.["memory"]];
  if (after === undefined) return undefined;
  const limit = quantityValue(after);
  return before === undefined || limit < quantityValue(before) ? limit : undefined;
}

/** The text of the resize in Events. */
function summary({ pod }: PodContext, error?: string): string {
  const { initContainers, containers } = pod.spec;
  const allocations = (all: typeof containers) =>
    all.map(({ name, resources }) => ({
      name,
      resources: {
        ...(resources?.limits && { limits: resources.limits }),
        ...(resources?.requests && { requests: resources.requests }),
      },
    }));
  return JSON.stringify({
    ...(initContainers && { initContainers: allocations(initContainers) }),
    containers: allocations(containers),
    generation: pod.metadata.generation,
    ...(error !== undefined && { error }),
  });
}
