/** Requests that make one instant, one reconcile or one object as large as possible. */
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { daemonSetKind } from "../../src/kinds/apps/daemon-set.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { endpointsKind } from "../../src/kinds/core/endpoints.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { ApiError } from "../../src/lib/api-error.ts";
import type { Random } from "../../src/lib/prng.ts";
import type { KubernetesObject } from "../../src/schema/index.ts";
import { configMap, daemonSet, deployment, job, pod, replicaSet, service, statefulSet } from "../support/builders.ts";
import type { TestCluster } from "../support/cluster.ts";

/** Creates its objects in the namespace `default`; refused objects are skipped. */
export type Shape = (world: TestCluster, random: Random) => void;

/** Between half of `most` and `most`. */
function about(random: Random, most: number): number {
  return Math.ceil(most / 2) + random.below(Math.floor(most / 2) + 1);
}

/** Texts of this number of characters that are as large as possible in UTF-8 or in JSON. */
function text(random: Random, length: number): string {
  return ["x", "\\", '"', "\u20ac", "\u{1f600}"][random.below(5)]!.repeat(length);
}

/** True if the cluster accepted the object. */
export function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return false;
  }
}

const AS_USER = { manager: "kubectl", user: { name: "anna", groups: [] } };

function make<T extends KubernetesObject>(world: TestCluster, kind: KindDefinition<T>, object: T): boolean {
  return attempt(() => world.write((tx) => (tx as ClusterTransaction).createObject(kind as never, object, AS_USER)));
}

function change<T extends KubernetesObject>(
  world: TestCluster,
  kind: KindDefinition<T>,
  object: T,
  by: (draft: T) => void,
) {
  const draft = structuredClone(object);
  by(draft);
  return attempt(() => world.write((tx) => (tx as ClusterTransaction).replaceObject(kind as never, draft, AS_USER)));
}

const servicesTimesPods: Shape = (world, random) => {
  const services = about(random, 160);
  for (let i = 0; i < services; i++) make(world, serviceKind, service(`s-${i}`, { selector: { app: "web" } }));
  make(world, deploymentKind, deployment("web", { replicas: about(random, 160) }));
};

const ownerChain: Shape = (world, random) => {
  let owner: KubernetesObject | undefined;
  for (let i = 0; i < about(random, 120); i++) {
    const link = configMap(`link-${i}`, { data: { text: "x".repeat(20_000) } });
    if (owner) {
      const { name = "", uid = "" } = owner.metadata;
      link.metadata.ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name, uid, blockOwnerDeletion: true }];
    }
    if (!make(world, configMapKind, link)) break;
    // Every third object starts a branch at the same owner.
    if (i % 3 > 0 || !owner) owner = world.list(configMapKind, "default").find((c) => c.metadata.name === `link-${i}`)!;
  }
};

const widePods: Shape = (world, random) => {
  const wide = deployment("web", { replicas: about(random, 40) });
  const { spec } = wide.spec.template;
  const count = about(random, 300);
  spec!.volumes = Array.from({ length: count }, (_, i) => ({ name: `v-${i}`, emptyDir: {} }));
  const mounts = Array.from({ length: count }, (_, i) => ({ name: `v-${i}`, mountPath: `/v/${i}` }));
  spec!.containers = Array.from({ length: about(random, 12) }, (_, i) => ({
    ...spec!.containers[0]!,
    name: `c-${i}`,
    // Servers of one pod would want the same port.
    command: ["sleep", "infinity"],
    volumeMounts: mounts,
  }));
  make(world, deploymentKind, wide);
};

const manyEndpoints: Shape = (world, random) => {
  for (let i = 0; i < 12; i++) {
    const name = `by-hand-${i}`;
    const headless = service(name);
    delete headless.spec.selector;
    make(world, serviceKind, headless);
    const addresses = Array.from({ length: about(random, 1000) }, (_, n) => ({ ip: `10.9.${n >> 8}.${n & 255}` }));
    const subsets = Array.from({ length: 4 }, (_, port) => ({ addresses, ports: [{ port: 80 + port }] }));
    make(world, endpointsKind, {
      kind: "Endpoints",
      apiVersion: "v1",
      metadata: { name, namespace: "default" },
      subsets,
    });
  }
};

const hugeTemplates: Shape = (world, random) => {
  const note = () => ({ note: text(random, about(random, 60_000)) });
  const labels = { app: "huge" };
  const web = deployment("huge", { replicas: about(random, 200), labels });
  web.spec.template.metadata!.annotations = note();
  make(world, deploymentKind, web);
  const set = statefulSet("huge-set", { replicas: about(random, 200), podManagementPolicy: "Parallel" });
  set.spec.template.metadata!.annotations = note();
  make(world, statefulSetKind, set);
  const daemon = daemonSet("huge-daemon");
  daemon.spec.template.metadata!.annotations = note();
  make(world, daemonSetKind, daemon);
  const batch = job("huge-job", "sleep 5", { parallelism: about(random, 100), completions: 1000 });
  batch.spec.template.metadata = { ...batch.spec.template.metadata, annotations: note() };
  make(world, jobKind, batch);
};

const largestObjects: Shape = (world, random) => {
  for (let i = 0; i < 30; i++) {
    const data = { text: text(random, about(random, 1_000_000)) };
    make(world, configMapKind, configMap(`large-${i}`, { data }));
  }
  for (const object of world.list(configMapKind, "default").slice(0, 10)) {
    change(world, configMapKind, object, ({ metadata }) => {
      metadata.annotations = { note: text(random, 200_000) };
    });
  }
};

const customObjects: Shape = (world, random) => {
  make(world, customResourceDefinitionKind, {
    kind: "CustomResourceDefinition",
    apiVersion: "apiextensions.k8s.io/v1",
    metadata: { name: "blobs.example.com" },
    spec: {
      group: "example.com",
      names: { plural: "blobs", singular: "blob", kind: "Blob", listKind: "BlobList" },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
    },
  } as never);
  world.advance(10_000);
  const kind = world.write((tx) => tx.kindOf({ apiVersion: "example.com/v1", kind: "Blob", metadata: {} }));
  for (let i = 0; kind && i < 20; i++) {
    const blob = { kind: "Blob", apiVersion: "example.com/v1", metadata: { name: `b-${i}`, namespace: "default" } };
    make(world, kind as never, { ...blob, spec: { text: text(random, about(random, 400_000)) } } as never);
  }
};

const manyTaints: Shape = (world, random) => {
  const tolerations = [{ operator: "Exists", tolerationSeconds: 3600 }];
  const tolerant = replicaSet("tolerant", { replicas: about(random, 200) });
  tolerant.spec.template!.spec!.tolerations = tolerations;
  make(world, replicaSetKind, tolerant);
  world.advance(30_000);
  const taints = Array.from({ length: 2_000 }, (_, i) => ({
    key: `taint-${i}`,
    value: "x".repeat(60),
    effect: "NoExecute",
  }));
  for (const node of world.list(nodeKind)) {
    change(world, nodeKind, node, ({ spec }) => {
      spec.taints = taints;
    });
  }
};

const longImageNames: Shape = (world, random) => {
  for (let i = 0; i < 20; i++) {
    const lone = pod(`image-${i}`);
    lone.spec.containers = Array.from({ length: about(random, 12) }, (_, n) => ({
      name: `c-${n}`,
      image: `example.com/${"a".repeat(about(random, 20_000))}-${i}-${n}`,
      resources: {},
    }));
    make(world, podKind, lone);
  }
};

export const shapes: Readonly<Record<string, Shape>> = {
  servicesTimesPods,
  ownerChain,
  widePods,
  manyEndpoints,
  hugeTemplates,
  largestObjects,
  customObjects,
  manyTaints,
  longImageNames,
};
