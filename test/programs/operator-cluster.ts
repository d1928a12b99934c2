/** A cluster for operators in pods, which may do everything. */
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

// biome-ignore lint/suspicious/noExplicitAny: custom objects have every shape
export type Free = any;

export type Cluster = ReturnType<typeof clusterWith>;

export function operatorCluster(): Cluster {
  const cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
  return cluster;
}

/** Defines a custom kind without a schema: `keda.sh/v1alpha1`, `ScaledObject`. */
export function define(cluster: Cluster, groupVersion: string, kind: string, scope = "Namespaced"): void {
  const [group = "", version = ""] = groupVersion.split("/");
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, "ies");
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  cluster.create(customResourceDefinitionKind, {
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope, names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` } },
      versions: [
        { name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } },
      ],
    },
  } as never);
}

export function kindOf(cluster: Cluster, resource: `${string}/${string}`): KindDefinition<Free> {
  return cluster.write((tx) => tx.kinds.byResource(resource)) as unknown as KindDefinition<Free>;
}

/** A pod with a Service of its name. */
export function serve(
  cluster: Cluster,
  name: string,
  container: Free,
  port: { port: number; targetPort: number },
): void {
  const pod = podWith(name, container);
  pod.metadata.labels = { app: name };
  cluster.create(podKind, pod);
  const spec = { selector: { app: name }, ports: [port] };
  cluster.create(serviceKind, { metadata: { name, namespace: "default" }, spec } as never);
}

/** The instant of the next due work, counted from now, ms. */
export function restMs(cluster: Cluster): number {
  return (cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY) - cluster.nowMs;
}
