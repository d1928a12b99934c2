/** Clusters with pods whose scripts call kubectl. */
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { roleKind } from "../../src/kinds/rbac/role.ts";
import { roleBindingKind } from "../../src/kinds/rbac/role-binding.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container, PodSpec } from "../../src/schema/index.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

export type Cluster = ReturnType<typeof clusterWith>;
const SUBJECTS = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];

export function newCluster(): Cluster {
  const cluster = clusterWith({ latency: "instant" });
  cluster.advance(1_000);
  cluster.write((tx) => {
    installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) });
  });
  return cluster;
}

export function asAdministrator(cluster: Cluster): Cluster {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "programs" }, subjects: SUBJECTS, roleRef } as never);
  return cluster;
}

export function allow(cluster: Cluster, rules: { resources: string[]; verbs: string[] }[]): Cluster {
  const metadata = { name: "programs", namespace: "default" };
  cluster.create(roleKind, { metadata, rules: rules.map((rule) => ({ apiGroups: [""], ...rule })) } as never);
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "programs" };
  cluster.create(roleBindingKind, { metadata, subjects: SUBJECTS, roleRef } as never);
  return cluster;
}

export function start(
  cluster: Cluster,
  name: string,
  container: Partial<Container>,
  spec: Partial<PodSpec> = {},
): void {
  cluster.create(podKind, podWith(name, container, { restartPolicy: "Never", ...spec }));
  cluster.advance(5_000);
}

export function logOf(cluster: Cluster, name = "client"): string {
  const pod = cluster.get(podKind, name)!;
  const options = { previous: false, timestamps: false };
  return cluster.write((tx) => containerAccess.readLog(tx, { pod, container: "c" }, options).text);
}

/** Runs a script with kubectl in a pod, and returns its log after `forMs`. */
export function run(cluster: Cluster, script: string, forMs = 60_000): string {
  start(cluster, "client", { image: "alpine/k8s:1.31.0", command: ["sh", "-c", `exec 2>&1; ${script}`] });
  cluster.advance(forMs);
  return logOf(cluster);
}
