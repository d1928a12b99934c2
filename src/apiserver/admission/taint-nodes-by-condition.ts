/**
 * Taints a new node as not ready. The node life cycle controller removes the taint when the node is ready.
 *
 * Kubernetes: plugin/pkg/admission/nodetaint/admission.go.
 */
import type { Node } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" } as const;

export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",

  admit(context) {
    if (context.operation !== "CREATE" || !isWriteTo(context, "", "nodes")) return;
    const node = context.object as KubernetesObject & Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
  },
};
