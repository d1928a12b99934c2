/** What a Website looks like, and the objects that it becomes. */
import type {
  KubernetesListObject,
  KubernetesObject,
  V1Condition,
  V1Deployment,
  V1OwnerReference,
  V1Service,
} from "@kubernetes/client-node";

export const GROUP = "example.com";
export const VERSION = "v1";
export const PLURAL = "websites";
export const FINALIZER = "example.com/unpublish";
/** On what the operator makes; its informers see nothing else. */
export const MANAGED = { "app.kubernetes.io/managed-by": "website-operator" };

export interface Website extends KubernetesObject {
  spec: { host: string; image: string; replicas: number };
  status?: { observedGeneration?: number; readyReplicas?: number; conditions?: WebsiteCondition[] };
}

/** Its time is text: nothing here needs a Date. */
export type WebsiteCondition = Omit<V1Condition, "lastTransitionTime" | "observedGeneration"> & {
  lastTransitionTime: string;
};

export type WebsiteList = KubernetesListObject<Website>;

export function deploymentOf(website: Website): V1Deployment {
  const { name, namespace } = website.metadata!;
  const labels = { app: name! };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: MANAGED, ownerReferences: [ownerReference(website)] },
    spec: {
      replicas: website.spec.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image: website.spec.image, ports: [{ containerPort: 80 }] }] },
      },
    },
  };
}

export function serviceOf(website: Website): V1Service {
  const { name, namespace } = website.metadata!;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: MANAGED, ownerReferences: [ownerReference(website)] },
    spec: { selector: { app: name! }, ports: [{ port: 80 }] },
  };
}

/** The garbage collector removes what a Website owns once it is gone. */
function ownerReference({ metadata }: Website): V1OwnerReference {
  return {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: "Website",
    name: metadata!.name!,
    uid: metadata!.uid!,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The status to write, or undefined when it says all that already. */
export function statusOf(website: Website, deployment: V1Deployment | undefined, now: Date): Website["status"] {
  const ready = deployment?.status?.readyReplicas ?? 0;
  const isReady = ready >= website.spec.replicas;
  const known = website.status?.conditions?.find(({ type }) => type === "Ready");
  const status = isReady ? "True" : "False";
  const condition: WebsiteCondition = {
    type: "Ready",
    status,
    reason: isReady ? "AllReplicasReady" : "Starting",
    message: `${ready} of ${website.spec.replicas} replicas are ready`,
    lastTransitionTime: known?.status === status ? known.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const next = {
    observedGeneration: website.metadata!.generation!,
    readyReplicas: ready,
    conditions: [condition],
  };
  const isSame =
    website.status?.observedGeneration === next.observedGeneration &&
    website.status.readyReplicas === ready &&
    known?.message === condition.message &&
    known.status === status;
  return isSame ? undefined : next;
}
