/** A cluster with prometheus-operator and its definitions, for tests. */
import { installSigningKey } from "../../../src/cluster/issuer/issuer.ts";
import { customResourceDefinitionKind } from "../../../src/kinds/apiextensions/custom-resource-definition.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { exec } from "../../kubelet/own-images.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { APP } from "../prometheus/cluster.ts";

const GROUP = "monitoring.coreos.com";
const DEFINED: readonly [kind: string, plural: string, version: string][] = [
  ["Prometheus", "prometheuses", "v1"],
  ["Alertmanager", "alertmanagers", "v1"],
  ["ServiceMonitor", "servicemonitors", "v1"],
  ["PodMonitor", "podmonitors", "v1"],
  ["Probe", "probes", "v1"],
  ["PrometheusRule", "prometheusrules", "v1"],
  ["ScrapeConfig", "scrapeconfigs", "v1alpha1"],
];

// biome-ignore lint/suspicious/noExplicitAny: custom objects have every shape
type Free = any;

export class OperatedCluster {
  readonly cluster: TestCluster;

  /** With the operator, a client, and a Service `web` of two pods with pages of metrics. */
  constructor() {
    this.cluster = clusterWith({ latency: "instant" });
    const { cluster } = this;
    cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
    const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
    cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
    for (const [kind, plural, version] of DEFINED) this.#define(kind, plural, version);
    cluster.advance(5_000);
    const operator = { image: "quay.io/prometheus-operator/prometheus-operator:v0.86.0" };
    cluster.create(podKind, podWith("operator", operator));
    cluster.create(podKind, podWith("client", { image: "busybox:1.36", command: ["sleep", "inf"] }));
    for (const name of ["web-0", "web-1"]) {
      const pod = podWith(name, { image: APP, ports: [{ name: "http", containerPort: 8080 }] });
      pod.metadata.labels = { app: "web" };
      cluster.create(podKind, pod);
    }
    const spec = { selector: { app: "web" }, ports: [{ name: "metrics", port: 80, targetPort: 8080 }] };
    const metadata = { name: "web", namespace: "default", labels: { app: "web" } };
    cluster.create(serviceKind, { metadata, spec } as never);
    cluster.advance(20_000);
  }

  #define(kind: string, plural: string, version: string): void {
    const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const names = { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` };
    this.cluster.create(customResourceDefinitionKind, {
      metadata: { name: `${plural}.${GROUP}` },
      spec: {
        ...{ group: GROUP, scope: "Namespaced", names },
        versions: [
          { name: version, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema } },
        ],
      },
    } as never);
  }

  kind(kind: string): KindDefinition<Free> {
    const [, plural] = DEFINED.find(([name]) => name === kind)!;
    return this.cluster.write((tx) => tx.kinds.byResource(`${GROUP}/${plural}`)) as unknown as KindDefinition<Free>;
  }

  create(kind: string, name: string, spec: JsonObject): Free {
    const [, , version] = DEFINED.find(([each]) => each === kind)!;
    const object = { apiVersion: `${GROUP}/${version}`, kind, metadata: { name, namespace: "default" }, spec };
    return this.cluster.create(this.kind(kind), object);
  }

  update(kind: string, name: string, change: (draft: Free) => void): void {
    const found = this.cluster.get(this.kind(kind), name);
    this.cluster.update(this.kind(kind), found, change);
  }

  /** Ends a pod. */
  stop(pod: string): void {
    this.cluster.delete(podKind, this.cluster.get(podKind, pod)!);
  }

  status(kind: string, name: string): Free {
    return this.cluster.get(this.kind(kind), name)?.status;
  }

  /** The answer of the URL, asked from a pod. */
  ask(url: string): Free {
    return JSON.parse(exec(this.cluster, ["wget", "-q", "-O-", url], "client"));
  }

  /** `job pod value` of a query for one metric. */
  query(expression: string): string[] {
    const url = `http://prometheus-operated:9090/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { result } = this.ask(url).data;
    return result.map(
      ({ metric, value }: { metric: Record<string, string>; value: [number, string] }) =>
        `${metric["job"]} ${metric["pod"] ?? metric["instance"]} ${value[1]}`,
    );
  }
}
