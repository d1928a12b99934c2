/** Invariants of any cluster: at every instant, or once it is idle. Each check returns its findings. */
import { isPodActive, isPodReady } from "../../src/controllers/lib/pods.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { endpointsKind } from "../../src/kinds/core/endpoints.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { serviceAccountKind } from "../../src/kinds/core/service-account.ts";
import { endpointSliceKind } from "../../src/kinds/discovery/endpoint-slice.ts";
import { kindByApiVersion, kinds } from "../../src/kinds/registry.ts";
import { matchesMap } from "../../src/lib/selectors.ts";
import type { KubernetesObject, Pod, ReplicaSet, Service } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";

const same = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b);
const controllerUid = ({ metadata }: KubernetesObject) =>
  metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
const sum = (numbers: readonly (number | undefined)[]) => numbers.reduce<number>((total, n) => total + (n ?? 0), 0);

/** True at every instant: revisions rise one by one, and their times never decrease. */
export function logProblems(world: TestCluster): string[] {
  const problems: string[] = [];
  world.log.forEach((change, i) => {
    const previous = world.log[i - 1];
    if (!previous) return;
    let next = previous.revision + 1;
    while (world.jumps.has(next)) next++;
    if (change.revision !== next) problems.push(`revision ${change.revision} after ${previous.revision}`);
    if (change.timeMs < previous.timeMs) problems.push(`revision ${change.revision} is older than the one before`);
  });
  return problems;
}

/** True once all effects of the last operation have happened. */
export function restProblems(world: TestCluster): string[] {
  const all = everything(world);
  return [
    ...ownershipProblems(world),
    ...namespaceProblems(world, all),
    ...world.list(replicaSetKind).flatMap((replicaSet) => replicaSetProblems(world, replicaSet)),
    ...deploymentProblems(world),
    ...world.list(serviceKind).flatMap((service) => endpointProblems(world, service)),
    ...nodeProblems(world),
  ];
}

function everything(world: TestCluster): readonly KubernetesObject[] {
  return kinds.flatMap((kind) => world.list(kind) as readonly KubernetesObject[]);
}

export function ownershipProblems(world: TestCluster): string[] {
  const all = everything(world);
  const uids = new Set(all.map(({ metadata }) => metadata.uid));
  const problems: string[] = [];
  for (const object of all) {
    // Owners of kinds that are not served cannot be checked, neither here nor by the garbage collector.
    const lost = object.metadata.ownerReferences?.find(
      ({ apiVersion, kind, uid }) => kindByApiVersion(apiVersion, kind) && !uids.has(uid),
    );
    if (lost) problems.push(`${nameOf(object)} is owned by ${lost.kind} ${lost.name}, which is gone`);
    // Claims and volumes stay while they are in use.
    const isProtected = object.metadata.finalizers?.some((finalizer) => finalizer.startsWith("kubernetes.io/pv"));
    if (object.metadata.deletionTimestamp && !isProtected) problems.push(`${nameOf(object)} still terminates`);
  }
  return problems;
}

function namespaceProblems(world: TestCluster, all: readonly KubernetesObject[]): string[] {
  const names = new Set(world.list(namespaceKind).map(({ metadata }) => metadata.name ?? ""));
  const homeless = all.filter(({ metadata }) => metadata.namespace && !names.has(metadata.namespace));
  const bare = [...names].filter(
    (name) => !world.get(serviceAccountKind, "default", name) || !world.get(configMapKind, "kube-root-ca.crt", name),
  );
  return [
    ...homeless.map((object) => `${nameOf(object)} is in no namespace`),
    ...bare.map((name) => `namespace ${name} lacks its defaults`),
  ];
}

function replicaSetProblems(world: TestCluster, replicaSet: ReplicaSet): string[] {
  const pods = world.list(podKind, replicaSet.metadata.namespace);
  const mine = pods.filter((pod) => controllerUid(pod) === replicaSet.metadata.uid && isPodActive(pod));
  const { status } = replicaSet;
  const told = [status.replicas, status.readyReplicas ?? 0, status.terminatingReplicas, status.observedGeneration];
  const found = [mine.length, mine.filter(isPodReady).length, 0, replicaSet.metadata.generation];
  const problems = same(told, found) ? [] : [`${nameOf(replicaSet)} tells ${told}, but there are ${found}`];
  if (mine.length !== replicaSet.spec.replicas) {
    problems.push(`${nameOf(replicaSet)} has ${mine.length} of ${replicaSet.spec.replicas} pods`);
  }
  return problems;
}

function deploymentProblems(world: TestCluster): string[] {
  const problems: string[] = [];
  for (const deployment of world.list(deploymentKind)) {
    const mine = world
      .list(replicaSetKind, deployment.metadata.namespace)
      .filter((replicaSet) => controllerUid(replicaSet) === deployment.metadata.uid);
    const { status } = deployment;
    const told = [status.observedGeneration, status.replicas ?? 0, status.availableReplicas ?? 0];
    const found = [
      deployment.metadata.generation,
      sum(mine.map((replicaSet) => replicaSet.status.replicas)),
      sum(mine.map((replicaSet) => replicaSet.status.availableReplicas)),
    ];
    if (!same(told, found)) problems.push(`${nameOf(deployment)} tells ${told}, but there are ${found}`);
    const revisions = mine.map(({ metadata }) => metadata.annotations?.["deployment.kubernetes.io/revision"]);
    if (new Set(revisions).size !== revisions.length) problems.push(`${nameOf(deployment)} has revisions ${revisions}`);
    const image = deployment.spec.template.spec.containers[0]?.image;
    const isDone = status.replicas === status.updatedReplicas && (status.replicas ?? 0) === deployment.spec.replicas;
    if (!deployment.spec.paused && !image?.includes("broken") && !isDone && deployment.spec.replicas !== 0) {
      problems.push(`${nameOf(deployment)} is not rolled out: ${JSON.stringify(status)}`);
    }
  }
  return problems;
}

function endpointProblems(world: TestCluster, service: Service): string[] {
  const { namespace, name } = service.metadata;
  const { selector } = service.spec;
  if (!selector) return [];
  const members = world.list(podKind, namespace).filter((pod) => matchesMap(selector, pod.metadata.labels));
  const ready = members.filter((pod) => isPodReady(pod) && isPodActive(pod));
  const wanted = ready.map(({ metadata }) => metadata.name).sort();
  const slices = world
    .list(endpointSliceKind, namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
  const inSlices = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions.ready)
    .map(({ targetRef }) => targetRef?.name)
    .sort();
  const inEndpoints = (world.get(endpointsKind, name ?? "", namespace)?.subsets ?? [])
    .flatMap(({ addresses }) => addresses ?? [])
    .map(({ targetRef }) => targetRef?.name)
    .sort();
  const problems: string[] = [];
  if (!same(inSlices, wanted)) problems.push(`slices of ${nameOf(service)} list ${inSlices}, ready are ${wanted}`);
  if (!same(inEndpoints, wanted))
    problems.push(`${nameOf(service)}'s Endpoints list ${inEndpoints}, ready are ${wanted}`);
  return problems;
}

export function nodeProblems(world: TestCluster): string[] {
  const nodes = new Set(world.list(nodeKind).map(({ metadata }) => metadata.name));
  const isLost = (pod: Pod) => pod.spec.nodeName && !nodes.has(pod.spec.nodeName);
  return world
    .list(podKind)
    .filter(isLost)
    .map((pod) => `${nameOf(pod)} is on node ${pod.spec.nodeName}, which is gone`);
}
