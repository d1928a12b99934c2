/** A cluster with a Prometheus server and targets, for tests. */
import { installSigningKey } from "../../../src/cluster/issuer/issuer.ts";
import { configMapKind } from "../../../src/kinds/core/config-map.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { clusterRoleBindingKind } from "../../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../../kubelet/clusters.ts";
import { exec } from "../../kubelet/own-images.ts";
import type { TestCluster } from "../../support/cluster.ts";

export const APP = "quay.io/brancz/prometheus-example-app:v0.5.0";

/** Pods of role `app: web` are scraped by discovery. */
export const DISCOVERY = `
global: {scrape_interval: 15s, evaluation_interval: 15s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: ['localhost:9090']}]
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs:
      - {source_labels: [__meta_kubernetes_pod_label_app], action: keep, regex: web}
      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
`;

export function monitored(config: string, { rules = "groups: []\n", apps = 2 } = {}): TestCluster {
  const cluster = clusterWith({ nodes: [{}, {}] });
  cluster.advance(1_000);
  cluster.write((tx) => installSigningKey(tx, { keyId: "test.key", privateKey: "1".repeat(64) }));
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "prometheus" }, subjects, roleRef } as never);
  const metadata = { name: "prometheus", namespace: "default" };
  cluster.create(configMapKind, { metadata, data: { "prometheus.yml": config, "rules.yml": rules } } as never);
  const volumes = [{ name: "config", configMap: { name: "prometheus" } }];
  const volumeMounts = [{ name: "config", mountPath: "/etc/prometheus" }];
  cluster.create(podKind, podWith("prometheus", { image: "prom/prometheus:v3.8.1", volumeMounts }, { volumes }));
  cluster.create(podKind, podWith("client", { image: "busybox:1.36", command: ["sleep", "inf"] }));
  for (let i = 0; i < apps; i++) cluster.create(podKind, app(`web-${i}`));
  const spec = { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] };
  cluster.create(serviceKind, { metadata: { name: "web", namespace: "default" }, spec } as never);
  cluster.advance(60_000);
  return cluster;
}

export function app(name: string) {
  const pod = podWith(name, { image: APP, ports: [{ name: "http", containerPort: 8080 }] });
  pod.metadata.labels = { app: "web" };
  return pod;
}

/** The answer of the server's API, asked from its own container. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
export function ask(cluster: TestCluster, path: string): any {
  return JSON.parse(exec(cluster, ["wget", "-q", "-O-", `http://localhost:9090${path}`], "prometheus"));
}

/** `metric{labels} value` of an instant query. */
export function query(cluster: TestCluster, expression: string): string[] {
  const answer = ask(cluster, `/api/v1/query?query=${encodeURIComponent(expression)}`);
  if (answer.status !== "success") return [`${answer.errorType}: ${answer.error}`];
  const { resultType, result } = answer.data;
  if (resultType !== "vector") return [JSON.stringify(result)];
  return result.map(({ metric, value }: { metric: Record<string, string>; value: [number, string] }) => {
    const { __name__: name = "", ...labels } = metric;
    return `${name}{${Object.entries(labels)
      .map(([key, each]) => `${key}="${each}"`)
      .join(",")}} ${value[1]}`;
  });
}
