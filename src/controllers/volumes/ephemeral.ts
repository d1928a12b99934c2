/**
 * Creates the claims of pods' generic ephemeral volumes. The garbage collector deletes them with the pod.
 * Kubernetes: pkg/controller/volume/ephemeral/controller.go (KEP-1698)
 */
import { recordEvent } from "../../cluster/events.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { parseKey, resourceId } from "../../kinds/kind.ts";
import { cloneJson } from "../../lib/json.ts";
import type { KubernetesObject, PersistentVolumeClaim, Pod } from "../../schema/index.ts";
import { type Controller, controllerOf, type Watch } from "../controller.ts";
import { controllerReference } from "../lib/pods.ts";
import { claimNameOf } from "./pod-claims.ts";

const COMPONENT = "ephemeral_volume";

export const ephemeralVolumes: Controller = {
  name: "ephemeral-volume-controller",
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [podsWithEphemeralVolumes()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const pod = tx.get(podKind, namespace, name);
    if (!pod || pod.metadata.deletionTimestamp) return;
    for (const volume of pod.spec.volumes ?? []) {
      const template = volume.ephemeral?.volumeClaimTemplate;
      const claimName = claimNameOf(pod, volume);
      if (!template || claimName === undefined) continue;
      const existing = tx.get(persistentVolumeClaimKind, namespace, claimName);
      if (!existing) {
        tx.create(persistentVolumeClaimKind, claimOf(pod, claimName, template));
      } else if (controllerOf(existing)?.uid !== pod.metadata.uid) {
        const message = `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
        recordEvent(tx, {
          object: pod,
          type: "Warning",
          reason: "ConflictingEphemeralVolumeClaim",
          message,
          component: COMPONENT,
        });
      }
    }
  },
};

/** Wakes pods that have ephemeral volumes. */
function podsWithEphemeralVolumes(): Watch {
  const isConcerned = (pod: KubernetesObject | undefined) =>
    (pod as Pod | undefined)?.spec.volumes?.some(({ ephemeral }) => ephemeral) ?? false;
  return { resource: resourceId(podKind), map: ({ key, after }) => (isConcerned(after) ? [key] : []) };
}

function claimOf(
  pod: Pod,
  name: string,
  template: { metadata?: PersistentVolumeClaim["metadata"]; spec: PersistentVolumeClaim["spec"] },
): PersistentVolumeClaim {
  const { labels, annotations } = cloneJson(template.metadata ?? {});
  return {
    kind: "PersistentVolumeClaim",
    apiVersion: "v1",
    metadata: {
      name,
      namespace: pod.metadata.namespace ?? "",
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ownerReferences: [controllerReference(podKind, pod)],
    },
    spec: cloneJson(template.spec),
    status: {},
  };
}
