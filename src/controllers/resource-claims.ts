/**
 * Creates the ResourceClaims that pods request by template. The garbage collector deletes them with the pod.
 * Kubernetes: pkg/controller/resourceclaim/controller.go (KEP-4381)
 */
import { recordEvent } from "../cluster/events.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { podKind } from "../kinds/core/pod.ts";
import { objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { resourceClaimKind } from "../kinds/resource/resource-claim.ts";
import { resourceClaimTemplateKind } from "../kinds/resource/resource-claim-template.ts";
import { cloneJson } from "../lib/json.ts";
import type { KubernetesObject, Pod, PodResourceClaim, PodResourceClaimStatus } from "../schema/index.ts";
import { type Controller, controllerOf, type Watch } from "./controller.ts";
import { controllerReference } from "./lib/pods.ts";

const COMPONENT = "resource_claim";
/** Annotation: the entry of the pod's `spec.resourceClaims`. */
const POD_CLAIM = "resource.kubernetes.io/pod-claim-name";

export const resourceClaims: Controller = {
  name: "resourceclaim-controller",
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [podsWithTemplates(), podsOfTemplates()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const pod = tx.get(podKind, namespace, name);
    if (!pod || pod.metadata.deletionTimestamp) return;
    const made: PodResourceClaimStatus[] = [];
    for (const claim of pod.spec.resourceClaims ?? []) {
      if (claim.resourceClaimTemplateName === undefined) continue;
      const resourceClaimName = existing(tx, pod, claim) ?? create(tx, pod, claim);
      // A missing template wakes its pods when it is created.
      if (resourceClaimName === undefined) return;
      made.push({ name: claim.name, resourceClaimName });
    }
    if (made.length > (pod.status.resourceClaimStatuses?.length ?? 0)) {
      tx.updateStatus(podKind, pod, ({ status }) => {
        status.resourceClaimStatuses = made;
      });
    }
  },
};

function existing(tx: Transaction, pod: Pod, { name }: PodResourceClaim): string | undefined {
  return tx.list(resourceClaimKind, pod.metadata.namespace).find((claim) => {
    return controllerOf(claim)?.uid === pod.metadata.uid && claim.metadata.annotations?.[POD_CLAIM] === name;
  })?.metadata.name;
}

/** The new claim's name; undefined, with an Event, if the template is missing. */
function create(tx: Transaction, pod: Pod, { name, resourceClaimTemplateName = "" }: PodResourceClaim) {
  const { namespace = "" } = pod.metadata;
  const template = tx.get(resourceClaimTemplateKind, namespace, resourceClaimTemplateName);
  if (!template) {
    const missing = `resourceclaimtemplate.resource.k8s.io ${JSON.stringify(resourceClaimTemplateName)} not found`;
    recordEvent(tx, {
      object: pod,
      type: "Warning",
      reason: "FailedResourceClaimCreation",
      message: `PodResourceClaim ${name}: resource claim template ${JSON.stringify(resourceClaimTemplateName)}: ${missing}`,
      component: COMPONENT,
    });
    return undefined;
  }
  const { metadata, spec } = cloneJson(template.spec);
  const created = tx.create(resourceClaimKind, {
    kind: "ResourceClaim",
    apiVersion: "resource.k8s.io/v1",
    metadata: {
      generateName: `${pod.metadata.name}-${name}-`,
      namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [POD_CLAIM]: name },
      ownerReferences: [controllerReference(podKind, pod)],
    },
    spec,
    status: {},
  });
  return created.metadata.name;
}

/** Wakes new pods that request claims by template. */
function podsWithTemplates(): Watch {
  const isConcerned = (pod: KubernetesObject | undefined) =>
    (pod as Pod | undefined)?.spec.resourceClaims?.some((claim) => claim.resourceClaimTemplateName) ?? false;
  return {
    resource: resourceId(podKind),
    map: ({ key, before, after }) => (!before && isConcerned(after) ? [key] : []),
  };
}

/** Wakes the pods that refer to a new template. */
function podsOfTemplates(): Watch {
  return {
    resource: resourceId(resourceClaimTemplateKind),
    *map({ key, before }, tx) {
      if (before) return;
      const { namespace, name } = parseKey(key);
      for (const { metadata, spec } of tx.list(podKind, namespace)) {
        const isItsPod = spec.resourceClaims?.some((claim) => claim.resourceClaimTemplateName === name);
        if (isItsPod) yield objectKey(podKind, namespace, metadata.name ?? "");
      }
    },
  };
}
