/** Random user operations on StatefulSets, claims, volumes and budgets, and failures of their pods and nodes. */
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import type { Random } from "../../src/lib/prng.ts";
import type { KubernetesObject, PersistentVolume, StatefulSet } from "../../src/schema/index.ts";
import { statefulSet } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { chaos, type Operation, pick } from "./chaos.ts";
import { jobOperations } from "./job-operations.ts";

const NAMES = ["db", "queue"];
const CLASSES = [undefined, "standard", "sandbar-fast", "sandbar-archive", "manual"];
const STEPS_MS = [0, 1, 13, 100, 700, 5_000, 60_000, 700_000];
const POLICIES = ["Retain", "Delete"];
const BROKEN = "registry.example.com/broken/no-such-image:1";

function changeSet(what: string, change: (spec: StatefulSet["spec"], random: Random) => void): Operation {
  return (world, random) => {
    const found = pick(random, world.list(statefulSetKind));
    if (!found) return "no StatefulSet to change";
    world.update(statefulSetKind, found, (draft) => change(draft.spec, random));
    return `${what} ${found.metadata.name}`;
  };
}

function deleteOne<T extends KubernetesObject>(kind: KindDefinition<T>): Operation {
  return (world, random) => {
    const found = pick(random, world.list(kind, kind.namespaced ? "default" : undefined));
    if (!found) return `no ${kind.kind} to delete`;
    const gracePeriodSeconds = random.below(3) === 0 ? 0 : undefined;
    world.delete(kind, found, { gracePeriodSeconds });
    return `delete ${kind.kind} ${found.metadata.name} ${gracePeriodSeconds ?? ""}`;
  };
}

function randomSet(random: Random, name = pick(random, NAMES) ?? ""): StatefulSet {
  const made = statefulSet(name, {
    replicas: random.below(4),
    image: "nginx:1",
    podManagementPolicy: pick(random, ["OrderedReady", "Parallel"]) as string,
    claim: "data",
    retention: { whenDeleted: pick(random, POLICIES) as string, whenScaled: pick(random, POLICIES) as string },
  });
  const storageClassName = pick(random, CLASSES);
  const [template] = made.spec.volumeClaimTemplates ?? [];
  if (template && storageClassName) template.spec.storageClassName = storageClassName;
  if (random.below(3) === 0) made.spec.ordinals = { start: 2 };
  if (random.below(4) === 0) made.spec.minReadySeconds = 5;
  return made;
}

function volumeByHand(random: Random): PersistentVolume {
  return {
    kind: "PersistentVolume",
    apiVersion: "v1",
    metadata: { name: `disk-${random.below(4)}` },
    spec: {
      storageClassName: "manual",
      capacity: { storage: pick(random, ["500Mi", "1Gi", "2Gi"]) ?? "" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: pick(random, POLICIES) as string,
      hostPath: { path: "/tmp/x" },
    },
    status: {},
  };
}

const operations: readonly Operation[] = [
  (world, random) => `create StatefulSet ${world.create(statefulSetKind, randomSet(random)).metadata.name}`,
  changeSet("scale", (spec, random) => {
    spec.replicas = random.below(5);
  }),
  changeSet("set the image of", (spec, random) => {
    const image = pick(random, ["nginx:1", "nginx:2", BROKEN]) ?? "";
    for (const container of spec.template.spec.containers) container.image = image;
  }),
  changeSet("set the strategy of", (spec, random) => {
    const isOnDelete = random.below(4) === 0;
    spec.updateStrategy = isOnDelete
      ? { type: "OnDelete" }
      : { type: "RollingUpdate", rollingUpdate: { partition: random.below(3) } };
  }),
  (world, random) => {
    const found = pick(random, world.list(statefulSetKind));
    if (!found) return "no StatefulSet to delete";
    const propagation = pick(random, ["Background", "Foreground", "Orphan"] as const);
    world.delete(statefulSetKind, found, { propagation });
    return `delete StatefulSet ${found.metadata.name} ${propagation}`;
  },
  deleteOne(podKind),
  deleteOne(podKind),
  deleteOne(persistentVolumeClaimKind),
  deleteOne(persistentVolumeKind),
  (world, random) =>
    `create PersistentVolume ${world.create(persistentVolumeKind, volumeByHand(random)).metadata.name}`,
  (world, random) => {
    const found = pick(random, world.list(persistentVolumeClaimKind));
    if (!found) return "no claim to grow";
    world.update(persistentVolumeClaimKind, found, ({ spec }) => {
      spec.resources.requests = { storage: pick(random, ["1Gi", "2Gi", "3Gi"]) ?? "" };
    });
    return `grow ${found.metadata.name}`;
  },
  (world, random) => {
    const name = pick(random, NAMES) ?? "";
    const share = pick(random, [0, 1, 2, "50%"]) ?? 0;
    const spec = random.below(2) === 0 ? { minAvailable: share } : { maxUnavailable: share };
    world.create(podDisruptionBudgetKind, {
      kind: "PodDisruptionBudget",
      apiVersion: "policy/v1",
      metadata: { name: `${name}-${random.below(2)}`, namespace: "default" },
      spec: { ...spec, selector: { matchLabels: { app: name } } },
      status: {} as never,
    });
    return `create PodDisruptionBudget for ${name} ${JSON.stringify(spec)}`;
  },
  deleteOne(podDisruptionBudgetKind),
  (world, random) => {
    const found = pick(random, world.list(nodeKind));
    if (!found || world.list(nodeKind).length < 2 || random.below(5) > 0) return "the nodes stay";
    world.delete(nodeKind, found);
    return `delete Node ${found.metadata.name}`;
  },
  ...jobOperations,
  ...chaos,
];

/** Creates the initial objects of a run. */
export function begin(world: TestCluster, random: Random, name: string): string {
  return `create StatefulSet ${world.create(statefulSetKind, randomSet(random, name)).metadata.name}`;
}

/** Runs one random operation, or advances the time. Returns its description. */
export function operate(world: TestCluster, random: Random): string {
  if (random.below(3) === 0) {
    const ms = pick(random, STEPS_MS) ?? 0;
    world.advance(ms);
    return `${ms} ms pass`;
  }
  try {
    return pick(random, operations)?.(world, random) ?? "";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `refused: ${error.message}`;
  }
}
