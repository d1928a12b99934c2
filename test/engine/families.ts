/**
 * Fixed stories whose writes are pinned by the hashes of `ENGINE_VERSION`, one for each family of controllers. Families
 * of controllers run with a simple kubelet, so that a change of the real one moves only the families of the kubelet.
 */
import { createHash } from "node:crypto";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { controllers } from "../../src/controllers/registry.ts";
import { daemonSetKind } from "../../src/kinds/apps/daemon-set.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { horizontalPodAutoscalerKind } from "../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { resourceQuotaKind } from "../../src/kinds/core/resource-quota.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import type { Container, KubernetesObject, Pod, PodSpec } from "../../src/schema/index.ts";
import {
  configMap,
  cronJob,
  daemonSet,
  deployment,
  job,
  namespace,
  pod,
  replicaSet,
  service,
  statefulSet,
} from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";
import { evict } from "../support/evict.ts";
import { simpleKubelet } from "../support/simple-kubelet.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

type Story = (world: TestCluster) => void;

interface Family {
  readonly name: string;
  /** With the simulated scheduler and kubelet instead of a simple one. */
  readonly isWhole?: boolean;
  readonly story: Story;
}

/** Changes the current object. */
function change<T extends KubernetesObject>(
  world: TestCluster,
  kind: KindDefinition<T>,
  name: string,
  to: (draft: T) => void,
) {
  const object = world.get(kind, name);
  if (object) world.update(kind, object, to);
}

function remove(world: TestCluster, kind: KindDefinition<never>, name: string, options = {}) {
  const object = world.get(kind as KindDefinition, name);
  if (object) world.delete(kind, object, options);
}

/** An object of any kind, for kinds without a builder. */
function object<T>(apiVersion: string, kind: string, name: string, rest: object): T {
  return { apiVersion, kind, metadata: { name, namespace: "default" }, status: {}, ...rest } as T;
}

function podWith(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  const made = pod(name);
  Object.assign(made.spec, spec);
  Object.assign(made.spec.containers[0]!, container);
  return made;
}

const claim = (name: string, storageClassName?: string) =>
  object<never>("v1", "PersistentVolumeClaim", name, {
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      ...(storageClassName && { storageClassName }),
    },
  });

const FAMILIES: readonly Family[] = [
  {
    name: "deployment",
    story: (world) => {
      world.create(deploymentKind, deployment("web", { replicas: 3 }));
      world.advance(10 * SECOND_MS);
      change(world, deploymentKind, "web", ({ spec }) => (spec.template.spec.containers[0]!.image = "nginx:2"));
      world.advance(30 * SECOND_MS);
      change(world, deploymentKind, "web", ({ spec }) => (spec.replicas = 5));
      world.advance(10 * SECOND_MS);
      world.create(replicaSetKind, replicaSet("alone", { replicas: 2 }));
      remove(world, deploymentKind, "web", { propagation: "Foreground" });
      world.advance(30 * SECOND_MS);
    },
  },
  {
    name: "statefulset",
    story: (world) => {
      world.create(statefulSetKind, statefulSet("db", { replicas: 3, claim: "data" }));
      world.advance(30 * SECOND_MS);
      change(world, statefulSetKind, "db", ({ spec }) => (spec.template.spec.containers[0]!.image = "nginx:2"));
      world.advance(MINUTE_MS);
      change(world, statefulSetKind, "db", ({ spec }) => (spec.replicas = 1));
      world.advance(30 * SECOND_MS);
    },
  },
  {
    name: "daemonset",
    story: (world) => {
      world.create(daemonSetKind, daemonSet("agent"));
      world.advance(10 * SECOND_MS);
      change(world, daemonSetKind, "agent", ({ spec }) => (spec.template.spec.containers[0]!.image = "nginx:2"));
      world.advance(MINUTE_MS);
    },
  },
  {
    name: "job and cronjob",
    isWhole: true,
    story: (world) => {
      world.create(jobKind, job("sum", "exit 0", { completions: 4, parallelism: 2 }));
      world.create(jobKind, job("fails", "exit 1", { backoffLimit: 1 }));
      world.create(jobKind, job("indexed", "exit 0", { completions: 3, completionMode: "Indexed" }));
      world.create(jobKind, job("gone", "exit 0", { ttlSecondsAfterFinished: 5 }));
      world.create(
        cronJobKind,
        cronJob("tick", "exit 0", { timeZone: "Asia/Kathmandu", successfulJobsHistoryLimit: 1 }),
      );
      world.advance(5 * MINUTE_MS);
    },
  },
  {
    name: "autoscaler and disruption budget",
    story: (world) => {
      world.create(deploymentKind, deployment("web", { replicas: 1 }));
      world.create(
        podDisruptionBudgetKind,
        object("policy/v1", "PodDisruptionBudget", "web", {
          spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
        }),
      );
      const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
      world.create(
        horizontalPodAutoscalerKind,
        object("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
          spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 4 },
        }),
      );
      world.advance(MINUTE_MS);
      for (const { metadata } of world.list(podKind, "default")) evict(world, metadata.name ?? "");
      world.advance(30 * SECOND_MS);
    },
  },
  {
    name: "services and endpoints",
    story: (world) => {
      world.create(serviceKind, service("web"));
      world.create(serviceKind, service("headless", { selector: { app: "web" }, headless: true }));
      world.create(deploymentKind, deployment("web", { replicas: 2, port: { name: "http", containerPort: 80 } }));
      world.advance(10 * SECOND_MS);
      change(world, deploymentKind, "web", ({ spec }) => (spec.replicas = 1));
      world.advance(10 * SECOND_MS);
      remove(world, serviceKind, "web");
      world.advance(10 * SECOND_MS);
    },
  },
  {
    name: "volumes",
    isWhole: true,
    story: (world) => {
      world.create(persistentVolumeClaimKind, claim("data"));
      world.create(persistentVolumeClaimKind, claim("cold", "sandbar-archive"));
      world.create(persistentVolumeClaimKind, claim("local", "sandbar-fast"));
      const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "local" } }];
      world.create(podKind, podWith("user", { volumeMounts: [{ name: "v", mountPath: "/v" }] }, { volumes }));
      world.advance(30 * SECOND_MS);
      change(world, persistentVolumeClaimKind, "data", ({ spec }) => (spec.resources.requests!["storage"] = "2Gi"));
      world.advance(30 * SECOND_MS);
      for (const name of ["data", "cold", "local"]) remove(world, persistentVolumeClaimKind, name);
      remove(world, podKind, "user");
      world.advance(MINUTE_MS);
    },
  },
  {
    name: "garbage collector, namespaces and quotas",
    story: (world) => {
      world.create(namespaceKind, namespace("team"));
      world.create(
        resourceQuotaKind,
        object("v1", "ResourceQuota", "few", { spec: { hard: { pods: "2", configmaps: "3" } } }),
      );
      world.advance(5 * SECOND_MS);
      world.create(deploymentKind, deployment("web", { replicas: 3 }));
      world.create(configMapKind, configMap("settings", { namespace: "team", data: { a: "1" } }));
      world.advance(20 * SECOND_MS);
      const owner = world.create(configMapKind, configMap("owner"));
      const owned = configMap("owned");
      const { uid = "" } = owner.metadata;
      owned.metadata.ownerReferences = [
        { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, blockOwnerDeletion: true },
      ];
      world.create(configMapKind, owned);
      remove(world, configMapKind, "owner");
      world.delete(namespaceKind, world.get(namespaceKind, "team", "")!);
      remove(world, deploymentKind, "web", { propagation: "Orphan" });
      world.advance(MINUTE_MS);
    },
  },
  {
    name: "nodes",
    isWhole: true,
    story: (world) => {
      world.create(deploymentKind, deployment("web", { replicas: 3 }));
      world.advance(20 * SECOND_MS);
      world.beginFault("node-1");
      world.advance(7 * MINUTE_MS);
      world.endFault("node-1");
      world.advance(2 * MINUTE_MS);
      const node = world.get(nodeKind, "node-2", "")!;
      world.update(nodeKind, node, (draft) => {
        draft.spec.taints = [{ key: "repair", effect: "NoExecute" }];
      });
      world.advance(MINUTE_MS);
    },
  },
  {
    name: "scheduler",
    isWhole: true,
    story: (world) => {
      // More than half of a node, so that each node has room for one pod.
      const cpu = Number(world.get(nodeKind, "node-1", "")?.status.allocatable?.["cpu"] ?? "0") * 600;
      const large = { resources: { requests: { cpu: `${cpu}m` } } };
      for (let i = 0; i < 4; i++) world.create(podKind, podWith(`large-${i}`, large));
      world.create(podKind, podWith("elsewhere", {}, { nodeSelector: { disk: "none" } }));
      world.create(podKind, podWith("gated", {}, { schedulingGates: [{ name: "example.com/wait" }] }));
      world.advance(20 * SECOND_MS);
      world.create(podKind, podWith("urgent", large, { priorityClassName: "system-cluster-critical" }));
      world.advance(MINUTE_MS);
    },
  },
  {
    name: "kubelet",
    isWhole: true,
    story: (world) => {
      const exec = (command: string[]) => ({ exec: { command }, periodSeconds: 5 });
      world.create(podKind, podWith("serves", { readinessProbe: { httpGet: { path: "/", port: 80 } } }));
      world.create(podKind, podWith("crashes", { image: "busybox", command: ["sh", "-c", "exit 3"] }));
      world.create(podKind, podWith("unhealthy", { livenessProbe: exec(["false"]) }));
      world.create(podKind, podWith("no-image", { image: "nginx:no-such-tag" }));
      world.create(podKind, podWith("no-program", { image: "busybox", command: ["no-such-program"] }));
      world.create(
        podKind,
        podWith("late", { image: "busybox", command: ["sleep", "600"] }, { activeDeadlineSeconds: 20 }),
      );
      const initContainers = [
        { name: "first", image: "busybox", command: ["sh", "-c", "sleep 2"], resources: {} },
        { name: "side", image: "nginx:1", restartPolicy: "Always", resources: {} },
      ] as Container[];
      world.create(podKind, podWith("prepared", {}, { initContainers }));
      world.advance(MINUTE_MS);
      change(world, podKind, "serves", ({ spec }) => (spec.containers[0]!.image = "nginx:2"));
      world.advance(30 * SECOND_MS);
      remove(world, podKind, "serves");
      remove(world, podKind, "prepared", { gracePeriodSeconds: 0 });
      world.advance(2 * MINUTE_MS);
    },
  },
];

/** Replaces revisions, because they depend on the number of objects in a fresh cluster. */
const REVISION = /"resourceVersion":"(\d+)"/g;

/** By family: a hash of all changes of its story, with their instants. */
export function familyHashes(): Record<string, string> {
  return Object.fromEntries(FAMILIES.map((family) => [family.name, hashOf(family)]));
}

function hashOf({ isWhole, story }: Family): string {
  const world = new TestCluster({ controllers: isWhole ? allControllers : [...controllers, simpleKubelet()] });
  const { revision } = world.snapshot.meta;
  story(world);
  const hash = createHash("sha256");
  for (const { key, type, body, timeMs } of world.log) {
    const relative = body.replace(REVISION, (_, text) => `"resourceVersion":"+${Number(text) - revision}"`);
    hash.update(`${timeMs} ${type} ${key} ${relative}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
