/** Clusters with pods for tests of the kubelet. */
import { allControllers } from "../../src/control-plane/controllers.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container, ContainerStatus, Pod, PodSpec } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster, type TestClusterOptions } from "../support/cluster.ts";

export function podWith(name: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  const built = pod(name);
  built.spec = { ...built.spec, ...spec };
  Object.assign(built.spec.containers[0]!, container);
  return built;
}

export function clusterWith(settings: TestClusterOptions["settings"], ...pods: Pod[]): TestCluster {
  const cluster = new TestCluster({ controllers: allControllers, settings });
  for (const each of pods) cluster.create(podKind, each);
  return cluster;
}

export function containerOf(cluster: TestCluster, name = "p"): ContainerStatus {
  return cluster.get(podKind, name)!.status.containerStatuses![0]!;
}

export function waitingReason(cluster: TestCluster, name = "p"): string | undefined {
  return containerOf(cluster, name).state.waiting?.reason;
}
