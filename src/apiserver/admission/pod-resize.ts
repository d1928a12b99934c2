/**
 * Refuses a resize that the pod's node could never grant.
 * Kubernetes: plugin/pkg/admission/podresize/admission.go
 */
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { podRequests } from "../../kinds/core/pod-resources.ts";
import { quantityMilliValue, quantityValue } from "../../lib/quantity.ts";
import type { Node, Pod } from "../../schema/index.ts";
import { type AdmissionPlugin, forbidden } from "./context.ts";

export const podResize: AdmissionPlugin = {
  name: "PodResize",

  validate(context) {
    const { kind, subresource, operation, tx } = context;
    if (kind !== podKind || subresource !== "resize" || operation !== "UPDATE") return;
    const pod = context.object as Pod;
    const { nodeName } = pod.spec;
    if (!nodeName || context.old?.metadata.generation === pod.metadata.generation) return;
    const node = tx.get(nodeKind, "", nodeName);
    const problem = node ? lackOf(pod, node) : `node ${JSON.stringify(nodeName)} not found`;
    if (problem !== undefined) throw forbidden(context, problem);
    const os = node?.metadata.labels?.["kubernetes.io/os"] ?? "";
    if (os === "linux") return;
    const names = `${JSON.stringify(nodeName)} is ${JSON.stringify(os)}`;
    throw forbidden(context, `pod resize is only supported on linux nodes, node ${names}`);
  },
};

/** CPU is counted in millicores, memory in bytes. */
function lackOf(pod: Pod, { status }: Node): string | undefined {
  const requests = podRequests(pod);
  const lacks: string[] = [];
  for (const [resource, valueIn] of [["cpu", quantityMilliValue] as const, ["memory", quantityValue] as const]) {
    const requested = valueIn(requests[resource] ?? "0");
    const allocatable = valueIn(status.allocatable?.[resource] ?? "0");
    if (requested > allocatable) lacks.push(`${resource}, requested: ${requested}, allocatable: ${allocatable}`);
  }
  return lacks.length > 0 ? `node didn't have enough allocatable resources: ${lacks.join("; ")}` : undefined;
}
