/**
 * Copies the zone and region labels of a node to a pod that is bound to it (KEP-4742).
 *
 * Kubernetes: plugin/pkg/admission/podtopologylabels/admission.go.
 */
import { nodeKind } from "../../kinds/core/node.ts";
import type { Pod } from "../../schema/index.ts";
import type { AdmissionPlugin } from "./context.ts";

const LABELS = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

export const podTopologyLabels: AdmissionPlugin = {
  name: "PodTopologyLabels",

  admit({ kind, subresource, object, tx }) {
    if (subresource !== "binding" || kind.group !== "" || kind.plural !== "pods") return;
    const { metadata, spec } = object as Pod;
    const labels = tx.get(nodeKind, "", spec.nodeName ?? "")?.metadata.labels ?? {};
    for (const label of LABELS) {
      if (labels[label] !== undefined) metadata.labels = { ...metadata.labels, [label]: labels[label] };
    }
  },
};
