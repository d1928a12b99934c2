/**
 * In-place changes of the resources of a pod and its containers: announced, applied after a moment, announced again.
 * Kubernetes: pkg/kubelet/allocation/allocation_manager.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go; KEP-1287,
 * KEP-5419
 */
import { equalJson } from "../lib/json.ts";
import { amounts, podRequests } from "../scheduler/requests.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { resizeMs } from "./latency.ts";

/** Begins or ends a resize. Returns when the running one ends, ms. */
export function resizePod(context: PodContext): number | undefined {
  const { state, nowMs, tx } = context;
  const changed = containersOf(context).filter(isChanged);
  if (changed.length === 0 && !isPodChanged(context)) {
    state.resize = undefined;
    return undefined;
  }
  const problem = infeasibility(context);
  if (problem !== undefined) {
    state.resize = { endsAtMs: Number.MAX_SAFE_INTEGER, problem };
    return undefined;
  }
  if (!state.resize || state.resize.problem) {
    state.resize = { endsAtMs: nowMs + resizeMs(tx) };
    podEvent(context, messages.resizeStarted(summary(context)));
  }
  if (state.resize.endsAtMs > nowMs) return state.resize.endsAtMs;
  for (const { spec, record } of changed) record.resources = spec.resources;
  if (context.pod.spec.resources) state.resources = context.pod.spec.resources;
  state.resize = undefined;
  podEvent(context, messages.resizeCompleted(summary(context)));
  return undefined;
}

function isChanged({ spec, record, role }: PodContainer): boolean {
  return role !== "ephemeral" && record.shows === "running" && !equalJson(record.resources ?? {}, spec.resources ?? {});
}

/** States from before pod-level resize have no resources of the pod; the spec's count as granted. */
function isPodChanged({ pod, state }: PodContext): boolean {
  const wanted = pod.spec.resources;
  if (wanted === undefined) return false;
  state.resources ??= wanted;
  return state.hasSandbox && !equalJson(state.resources, wanted);
}

/** A request that exceeds the whole node's allocatable can never be granted. */
function infeasibility({ pod, node }: PodContext): string | undefined {
  const requests = podRequests(pod);
  const capacities = amounts(node.status.allocatable);
  for (const resource of ["cpu", "memory"]) {
    const [requested, capacity] = [requests[resource] ?? 0, capacities[resource] ?? 0];
    if (requested <= capacity) continue;
    return `Node didn't have enough capacity: ${resource}, requested: ${requested}, capacity: ${capacity}`;
  }
  return undefined;
}

/** The text of the resize in Events. */
function summary({ pod }: PodContext): string {
  const containers = pod.spec.containers.map(({ name, resources }) => ({
    name,
    resources: {
      ...(resources?.limits && { limits: resources.limits }),
      ...(resources?.requests && { requests: resources.requests }),
    },
  }));
  return JSON.stringify({ containers, generation: pod.metadata.generation });
}
