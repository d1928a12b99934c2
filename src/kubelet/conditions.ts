/**
 * The pod conditions that the kubelet writes, in its order, with the reasons and messages of Kubernetes.
 * Kubernetes: pkg/kubelet/status/generate.go, pkg/kubelet/kubelet_pods.go
 */
import { mayRestartAllContainers } from "../kinds/core/pod-spec/restart-rules.ts";
import { formatTime } from "../lib/time.ts";
import type { PodCondition } from "../schema/index.ts";
import { containersOf, hasStarted, isInitialized, type PodContainer, type PodContext } from "./context.ts";
import type { Phase } from "./phase.ts";

type Verdict = Pick<PodCondition, "status" | "reason" | "message">;

const TRUE: Verdict = { status: "True" };

/** Conditions of other writers come first, as the kubelet's status manager merges them. */
export function conditionsOf(context: PodContext, phase: Phase): PodCondition[] {
  const { pod, state } = context;
  const containers = containersOf(context).filter(({ role }) => role !== "ephemeral");
  const containersReady = containersReadyOf(containers, phase);
  const hasSandbox = state.hasSandbox && !state.isFinished;
  const verdicts: [string, Verdict][] = [
    ["PodReadyToStartContainers", { status: hasSandbox ? "True" : "False" }],
    ["Initialized", initializedOf(containers, phase)],
    ["Ready", readyOf(context, containersReady)],
    ["ContainersReady", containersReady],
    ["PodScheduled", TRUE],
  ];
  if (mayRestartAllContainers(pod.spec))
    verdicts.splice(1, 0, ["AllContainersRestarting", restartingOf(context, phase)]);
  const resizing = resizeVerdict(context);
  if (resizing) verdicts.unshift(resizing);
  const own = new Set([...verdicts.map(([type]) => type), "PodResizeInProgress", "PodResizePending"]);
  const present = pod.status.conditions ?? [];
  return [
    ...present.filter(({ type }) => !own.has(type)),
    ...verdicts.map(([type, verdict]) => {
      const before = present.find((condition) => condition.type === type);
      const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
      return {
        type,
        observedGeneration: state.generation,
        status: verdict.status,
        lastProbeTime: null,
        lastTransitionTime: since ?? formatTime(context.nowMs),
        ...(verdict.reason && { reason: verdict.reason }),
        ...(verdict.message && { message: verdict.message }),
      };
    }),
  ];
}

function resizeVerdict({ state }: PodContext): [string, Verdict] | undefined {
  if (!state.resize) return undefined;
  const { problem, reason = "Infeasible", error } = state.resize;
  if (problem !== undefined) return ["PodResizePending", { status: "True", reason, message: problem }];
  return ["PodResizeInProgress", { status: "True", ...(error !== undefined && { reason: "Error", message: error }) }];
}

function restartingOf({ state }: PodContext, phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  return { status: state.restartsAll ? "True" : "False" };
}

function initializedOf(containers: readonly PodContainer[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const init = containers.filter(({ role }) => role === "init" || role === "sidecar");
  const main = containers.filter(({ role }) => role === "main");
  // After the first start of a main container the pod stays initialized.
  if (main.some(hasStarted)) return TRUE;
  const incomplete = init.filter((container) => !isInitialized(container));
  if (incomplete.length === 0) return TRUE;
  const message = `containers with incomplete status: [${namesOf(incomplete)}]`;
  return { status: "False", reason: "ContainersNotInitialized", message };
}

function containersReadyOf(containers: readonly PodContainer[], phase: Phase): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unready = containers.filter(({ role, record }) => role !== "init" && !record.isReady);
  if (unready.length === 0) return TRUE;
  const message = `containers with unready status: [${namesOf(unready)}]`;
  return { status: "False", reason: "ContainersNotReady", message };
}

function readyOf({ pod }: PodContext, containersReady: Verdict): Verdict {
  if (containersReady.status !== "True") return containersReady;
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  if (problems.length === 0) return TRUE;
  return { status: "False", reason: "ReadinessGatesNotReady", message: problems.join(", ") };
}

function namesOf(containers: readonly PodContainer[]): string {
  return containers.map(({ spec }) => spec.name).join(" ");
}
