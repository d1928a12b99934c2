/**
 * The kind `Pod`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/pod/strategy.go
 */
import type { Pod } from "../../schema/index.ts";
import type { KindDefinition, TableRowCondition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { formatRestarts, summarizePod } from "./pod.printing.ts";
import { podQuota } from "./pod.quota.ts";
import { podStrategy } from "./pod-strategy.ts";

const column = columnsFor<Pod>("core/pods");

/** Row condition of finished pods, by which clients can hide them. */
const TERMINAL_PHASES: Readonly<Record<string, TableRowCondition[]>> = {
  Succeeded: [
    { type: "Completed", status: "True", reason: "Succeeded", message: "The pod has completed successfully." },
  ],
  Failed: [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }],
};

export const podKind: KindDefinition<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Pod",
  statusManager: "kubelet",
  quota: podQuota,
  verbs: EVERY_VERB,
  returnDeletedObject: true,
  storageVersionHash: "xPOwRZ+Yhw8=",
  subresources: {
    attach: { verbs: ["create", "get"], kind: "PodAttachOptions", isStream: true },
    binding: { verbs: ["create"], kind: "Binding" },
    ephemeralcontainers: { verbs: ["get", "patch", "update"] },
    eviction: { verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
    exec: { verbs: ["create", "get"], kind: "PodExecOptions", isStream: true },
    log: { verbs: ["get"], isStream: true },
    portforward: { verbs: ["create", "get"], kind: "PodPortForwardOptions", isStream: true },
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: "PodProxyOptions",
      isStream: true,
      acceptsOptions: true,
    },
    resize: { verbs: ["get", "patch", "update"] },
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  selectableFields: {
    "spec.nodeName": ({ spec }) => spec.nodeName ?? "",
    "spec.restartPolicy": ({ spec }) => spec.restartPolicy ?? "",
    "spec.schedulerName": ({ spec }) => spec.schedulerName ?? "",
    "spec.serviceAccountName": ({ spec }) => spec.serviceAccountName ?? "",
    "spec.hostNetwork": ({ spec }) => String(spec.hostNetwork ?? false),
    "status.phase": ({ status }) => status.phase ?? "",
    "status.podIP": ({ status }) => status.podIP ?? "",
    "status.nominatedNodeName": ({ status }) => status.nominatedNodeName ?? "",
  },
  strategy: podStrategy,
  columns: [
    nameColumn,
    column("Ready", (pod) => {
      const { ready, total } = summarizePod(pod);
      return `${ready}/${total}`;
    }),
    column("Status", (pod) => summarizePod(pod).status),
    column("Restarts", (pod, nowMs) => formatRestarts(summarizePod(pod), nowMs)),
    ageColumn,
    column("IP", ({ status }) => status.podIPs?.[0]?.ip || "<none>", { wide: true }),
    column("Node", ({ spec }) => spec.nodeName || "<none>", { wide: true }),
    column("Nominated Node", ({ status }) => status.nominatedNodeName || "<none>", { wide: true }),
    column("Readiness Gates", readinessGates, { wide: true }),
  ],
  rowConditions: ({ status }) => TERMINAL_PHASES[status.phase ?? ""] ?? [],
};

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const open = gates.filter(({ conditionType }) =>
    status.conditions?.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return `${open.length}/${gates.length}`;
}
