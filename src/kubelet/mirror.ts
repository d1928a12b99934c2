/**
 * Static pods: the kubelet runs them from files of the node and creates a mirror pod of each in the API. Deleting the
 * mirror pod stops nothing; the kubelet creates it again.
 * Kubernetes: pkg/kubelet/pod/mirror_client.go
 */
import { podKind } from "../kinds/core/pod.ts";
import { objectKey } from "../kinds/kind.ts";
import { cloneJson } from "../lib/json.ts";
import type { Pod } from "../schema/index.ts";
import type { PodContext } from "./context.ts";
import { KUBELET } from "./state.ts";
import { podStatusOf } from "./status.ts";

const MIRROR = "kubernetes.io/config.mirror";

export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[MIRROR] !== undefined;
}

/** Replaces a mirror pod that is being deleted by a new one of the same, still running pod. */
export function renewMirror({ tx, pod, node, state, nowMs }: PodContext): void {
  const { name = "", namespace = "", labels, annotations, ownerReferences } = cloneJson(pod.metadata);
  tx.delete(podKind, pod, { gracePeriodSeconds: 0 });
  const renewed = tx.create(podKind, {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name, namespace, labels, annotations, ownerReferences },
    spec: cloneJson(pod.spec),
    status: {},
  });
  const next = { ...state, generation: renewed.metadata.generation ?? 1 };
  tx.setPrivateState(objectKey(podKind, namespace, name), KUBELET, next);
  const status = podStatusOf({ tx, pod: renewed, node, state: next, nowMs });
  tx.updateStatus(podKind, renewed, (draft) => {
    draft.status = status;
  });
}
