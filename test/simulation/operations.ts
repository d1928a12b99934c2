/** Random user operations on a cluster. An operation may be refused, and then has no effect. */
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import type { Random } from "../../src/lib/prng.ts";
import type { Deployment, KubernetesObject, OwnerReference } from "../../src/schema/index.ts";
import { configMap, deployment, namespace, pod, service } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";
import { type Operation, pick } from "./chaos.ts";

const NAMES = ["web", "api", "db"];
const NAMESPACES = ["default", "team"];
const PROPAGATIONS = ["Background", "Foreground", "Orphan"] as const;
const STEPS_MS = [0, 1, 13, 100, 700, 5_000, 60_000, 700_000, 3_600_000];

function pickOf<T extends KubernetesObject>(
  world: TestCluster,
  random: Random,
  kind: KindDefinition<T>,
): T | undefined {
  return pick(
    random,
    NAMESPACES.flatMap((name) => world.list(kind, name)),
  );
}

function nameOf(object: KubernetesObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function changeDeployment(what: string, change: (draft: Deployment, random: Random) => void): Operation {
  return (world, random) => {
    const found = pickOf(world, random, deploymentKind);
    if (!found) return "nothing to change";
    world.update(deploymentKind, found, (draft) => change(draft, random));
    return `${what} ${nameOf(found)}`;
  };
}

function deleteOne<T extends KubernetesObject>(kind: KindDefinition<T>): Operation {
  return (world, random) => {
    const found = pickOf(world, random, kind);
    if (!found || found.metadata.name === "kubernetes") return `no ${kind.kind} to delete`;
    const propagation = pick(random, PROPAGATIONS);
    const gracePeriodSeconds = random.below(2) === 0 ? 0 : undefined;
    world.delete(kind, found, { propagation, gracePeriodSeconds });
    return `delete ${kind.kind} ${nameOf(found)} ${propagation} ${gracePeriodSeconds ?? ""}`;
  };
}

function randomStrategy(random: Random): Deployment["spec"]["strategy"] {
  if (random.below(5) === 0) return { type: "Recreate" };
  const value = () => pick(random, [0, 1, 2, "25%", "50%", "100%"]);
  const [maxSurge, maxUnavailable] = [value(), value()];
  const isZero = (limit: unknown) => limit === 0;
  const rollingUpdate = { maxSurge, maxUnavailable: isZero(maxSurge) && isZero(maxUnavailable) ? 1 : maxUnavailable };
  return { type: "RollingUpdate", rollingUpdate };
}

const operations: readonly Operation[] = [
  (world, random) => {
    const name = pick(random, NAMES) ?? "";
    const options = {
      namespace: pick(random, NAMESPACES),
      replicas: random.below(6),
      image: `nginx:${random.below(3)}`,
      strategy: randomStrategy(random),
      minReadySeconds: pick(random, [0, 0, 3]),
      revisionHistoryLimit: pick(random, [0, 1, 10]),
      progressDeadlineSeconds: pick(random, [20, 600]),
    };
    return `create Deployment ${nameOf(world.create(deploymentKind, deployment(name, options)))}`;
  },
  changeDeployment("scale", (draft, random) => {
    draft.spec.replicas = random.below(8);
  }),
  changeDeployment("set the image of", (draft, random) => {
    const image = pick(random, ["nginx:0", "nginx:1", "nginx:2", "registry.example.com/broken/no-such-image:1"]) ?? "";
    for (const container of draft.spec.template.spec.containers) container.image = image;
  }),
  changeDeployment("set the strategy of", (draft, random) => {
    draft.spec.strategy = randomStrategy(random);
  }),
  changeDeployment("pause or resume", (draft) => {
    draft.spec.paused = !draft.spec.paused;
  }),
  deleteOne(deploymentKind),
  (world, random) => {
    const options = { namespace: pick(random, NAMESPACES), headless: random.below(3) === 0 };
    return `create Service ${nameOf(world.create(serviceKind, service(pick(random, NAMES) ?? "", options)))}`;
  },
  deleteOne(serviceKind),
  deleteOne(podKind),
  (world, random) => {
    const name = `orphan-${random.below(3)}`;
    const options = { namespace: pick(random, NAMESPACES), labels: { app: pick(random, NAMES) ?? "" } };
    const made = pod(name, options);
    if (random.below(4) === 0) made.spec.nodeName = pick(random, ["node-1", "node-9"]);
    return `create Pod ${nameOf(world.create(podKind, made))}`;
  },
  (world, random) => {
    const found = pickOf(world, random, podKind);
    if (!found) return "no Pod to label";
    const labels = pick(random, [{}, { app: "free" }, { app: "web" }]);
    world.update(podKind, found, (draft) => {
      draft.metadata.labels = labels as Record<string, string>;
    });
    return `label Pod ${nameOf(found)} ${JSON.stringify(labels)}`;
  },
  (world, random) => {
    const name = `data-${random.below(4)}`;
    const owners = world.list(configMapKind, "default").slice(0, random.below(3));
    const object = configMap(name);
    object.metadata.ownerReferences = owners.map(
      ({ metadata }): OwnerReference => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        name: metadata.name ?? "",
        uid: metadata.uid ?? "",
        blockOwnerDeletion: random.below(2) === 0,
      }),
    );
    return `create ConfigMap ${nameOf(world.create(configMapKind, object))}`;
  },
  deleteOne(configMapKind),
  (world) => `create Namespace ${world.create(namespaceKind, namespace("team")).metadata.name}`,
  (world, random) => {
    const team = world.get(namespaceKind, "team");
    if (!team || random.below(3) > 0) return "the namespace stays";
    world.delete(namespaceKind, team);
    return "delete Namespace team";
  },
  (world, random) => {
    const nodes = world.list(nodeKind);
    const found = pick(random, nodes);
    if (!found || nodes.length < 2 || random.below(4) > 0) return "the nodes stay";
    world.delete(nodeKind, found);
    return `delete Node ${found.metadata.name}`;
  },
];

/** Runs one random operation, which may be one of `others`, or advances the time. Returns its description. */
export function operate(world: TestCluster, random: Random, others: readonly Operation[]): string {
  if (random.below(3) === 0) {
    const ms = pick(random, STEPS_MS) ?? 0;
    world.advance(ms);
    return `${ms} ms pass`;
  }
  const operation = pick(random, [...operations, ...others]);
  try {
    return operation?.(world, random) ?? "";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `refused: ${error.message}`;
  }
}
