/** Pods that have run since the cluster's creation, with spec and status as the kubelet leaves them. */
import { digestOf } from "../../lib/hash.ts";
import type {
  Container,
  ObjectMeta,
  Pod,
  PodCondition,
  PodSpec,
  PodTemplateSpec,
  VolumeMount,
} from "../../schema/index.ts";
import type { BaseNode } from "./nodes.ts";
import { type BaseObject, CREATED, metadata } from "./objects.ts";

/** A pod template as the API server stores it: with its defaults. */
export function template(labels: Record<string, string>, spec: PodSpec): PodTemplateSpec {
  return { metadata: { labels }, spec: withDefaults(spec) };
}

/** The defaults of containers and pods that this base's own pods need. */
export function withDefaults({ volumes, containers, ...spec }: PodSpec): PodSpec {
  return {
    ...(volumes && { volumes }),
    containers: containers.map((container) => ({
      ...container,
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      imagePullPolicy: "IfNotPresent",
    })),
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    ...spec,
    schedulerName: "default-scheduler",
  };
}

export interface RunningPod {
  name: string;
  labels: Record<string, string>;
  rest?: Omit<ObjectMeta, "name" | "namespace" | "labels">;
  spec: PodSpec;
  node: BaseNode;
  /** Absent: the node's. */
  podIp?: string;
  /** Suffix of the volume with the service account's token; absent for pods without one. */
  tokenVolume?: string;
}

export function runningPod({ name, labels, rest, spec, node, podIp, tokenVolume }: RunningPod): Pod & BaseObject {
  const full = tokenVolume === undefined ? spec : withToken(spec, `kube-api-access-${tokenVolume}`);
  const ip = podIp ?? node.internalIp;
  // All of these pods have one container.
  const resources = full.containers[0]?.resources ?? {};
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: metadata(name, "kube-system", { ...rest, generation: 1, labels }),
    spec: { ...full, nodeName: node.name, enableServiceLinks: true, preemptionPolicy: "PreemptLowerPriority" },
    status: {
      observedGeneration: 1,
      phase: "Running",
      conditions: CONDITIONS,
      hostIP: node.internalIp,
      hostIPs: [{ ip: node.internalIp }],
      podIP: ip,
      podIPs: [{ ip }],
      startTime: CREATED,
      containerStatuses: full.containers.map((container) => containerStatus(name, container)),
      qosClass: resources.requests ? "Burstable" : "BestEffort",
      ...(resources.requests && { allocatedResources: resources.requests }),
      resources,
    },
  };
}

const CONDITIONS: PodCondition[] = [
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodScheduled",
].map((type) => ({
  type,
  observedGeneration: 1,
  status: "True",
  lastProbeTime: null,
  lastTransitionTime: CREATED,
}));

function containerStatus(pod: string, { name, image = "", resources, volumeMounts }: Container) {
  const repository = image.replace(/:[^:/]*$/, "");
  return {
    name,
    state: { running: { startedAt: CREATED } },
    lastState: {},
    ready: true,
    restartCount: 0,
    image,
    imageID: `${repository}@sha256:${digestOf(image)}`,
    containerID: `containerd://${digestOf(`${pod}/${name}`)}`,
    started: true,
    ...(resources.requests && { allocatedResources: resources.requests }),
    resources,
    ...(volumeMounts && { volumeMounts: volumeMounts.map(mountStatus) }),
  };
}

function mountStatus({ name, mountPath, readOnly }: VolumeMount) {
  return {
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: "Disabled" }),
  };
}

/** The volume that the ServiceAccount admission plugin adds. */
function withToken(spec: PodSpec, volume: string): PodSpec {
  const mount = { name: volume, readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" };
  return {
    ...spec,
    volumes: [
      ...(spec.volumes ?? []),
      {
        name: volume,
        projected: {
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
            { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
            {
              downwardAPI: {
                items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
              },
            },
          ],
          defaultMode: 420,
        },
      },
    ],
    containers: spec.containers.map((container) => ({
      ...container,
      volumeMounts: [...(container.volumeMounts ?? []), mount],
    })),
  };
}
