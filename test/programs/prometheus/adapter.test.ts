/** prometheus-adapter: autoscalers that follow metrics of pods, of objects and of external sources. */
import { describe, expect, it } from "vitest";
import { apiServiceKind } from "../../../src/kinds/apiregistration/api-service.ts";
import { deploymentKind } from "../../../src/kinds/apps/deployment.ts";
import { horizontalPodAutoscalerKind } from "../../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { configMapKind } from "../../../src/kinds/core/config-map.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import type { MetricSpec } from "../../../src/schema/index.ts";
import { flow, MINUTE, replicasOf } from "../../control-plane/traffic-world.ts";
import { podWith } from "../../kubelet/clusters.ts";
import { exec, logOf } from "../../kubelet/own-images.ts";
import { deployment } from "../../support/builders.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { APP, monitored } from "./cluster.ts";

const IMAGE = "registry.k8s.io/prometheus-adapter/prometheus-adapter:v0.12.0";

const SCRAPES = `
global: {scrape_interval: 15s}
scrape_configs:
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs:
      - {source_labels: [__meta_kubernetes_pod_label_app], action: keep, regex: web}
      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
      - {target_label: service, replacement: web}
`;

const RULES = `
rules:
- seriesQuery: 'http_requests_total{namespace!="",pod!=""}'
  resources:
    overrides:
      namespace: {resource: namespace}
      pod: {resource: pod}
      service: {resource: service}
  name: {matches: "^(.*)_total", as: "\${1}_per_second"}
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)'
externalRules:
- seriesQuery: 'http_requests_total{namespace!=""}'
  resources: {overrides: {namespace: {resource: namespace}}}
  name: {as: queue_length}
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) * 2'
`;

const metadata = (name: string) => ({ name, namespace: "default" });

/** A cluster with Prometheus, the adapter, and one pod of an application that counts its requests. */
function adapted(rules = RULES): TestCluster {
  const cluster = monitored(SCRAPES, { apps: 0 });
  cluster.create(
    deploymentKind,
    deployment("web", { image: APP, replicas: 1, port: { name: "http", containerPort: 8080 } }),
  );
  const port = (name: string, number: number, targetPort: number) =>
    cluster.create(serviceKind, {
      ...{ kind: "Service", apiVersion: "v1", metadata: metadata(name), status: {} },
      spec: { selector: { app: name }, ports: [{ port: number, targetPort }] },
    } as never);
  port("prometheus", 9090, 9090);
  port("adapter", 443, 6443);
  cluster.update(podKind, cluster.get(podKind, "prometheus")!, (pod) => {
    pod.metadata.labels = { app: "prometheus" };
  });
  cluster.create(configMapKind, { metadata: metadata("adapter"), data: { "config.yaml": rules } } as never);
  const args = ["--secure-port=6443", "--prometheus-url=http://prometheus:9090", "--config=/etc/adapter/config.yaml"];
  const volumes = [{ name: "config", configMap: { name: "adapter" } }];
  const volumeMounts = [{ name: "config", mountPath: "/etc/adapter" }];
  const pod = podWith("adapter", { image: IMAGE, args, volumeMounts }, { volumes });
  pod.metadata.labels = { app: "adapter" };
  cluster.create(podKind, pod);
  for (const [group, version] of [
    ["custom.metrics.k8s.io", "v1beta1"],
    ["external.metrics.k8s.io", "v1beta1"],
  ]) {
    const service = { name: "adapter", namespace: "default" };
    const priorities = { groupPriorityMinimum: 100, versionPriority: 100 };
    cluster.create(apiServiceKind, {
      metadata: { name: `${version}.${group}` },
      spec: { group, version, service, insecureSkipTLSVerify: true, ...priorities },
    } as never);
  }
  cluster.advance(2 * MINUTE);
  return cluster;
}

function autoscale(cluster: TestCluster, metric: MetricSpec): void {
  cluster.create(horizontalPodAutoscalerKind, {
    ...{ kind: "HorizontalPodAutoscaler", apiVersion: "autoscaling/v2", metadata: metadata("web") },
    spec: {
      ...{ minReplicas: 1, maxReplicas: 10, metrics: [metric] },
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
    status: { desiredReplicas: 0 },
  });
}

/** The document that the adapter answers to a client in the cluster. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
function asked(cluster: TestCluster, path: string): any {
  return JSON.parse(exec(cluster, ["wget", "-q", "-O-", "--no-check-certificate", `https://adapter${path}`], "client"));
}

const CUSTOM = "/apis/custom.metrics.k8s.io/v1beta1";
const metric = { name: "http_requests_per_second" };
const SOURCES: Record<string, MetricSpec> = {
  pods: { type: "Pods", pods: { metric, target: { type: "AverageValue", averageValue: "10" } } },
  "an object": {
    type: "Object",
    object: {
      ...{ metric, describedObject: { apiVersion: "v1", kind: "Service", name: "web" } },
      target: { type: "AverageValue", averageValue: "10" },
    },
  },
  "an external source": {
    type: "External",
    external: { metric: { name: "queue_length" }, target: { type: "AverageValue", averageValue: "20" } },
  },
};

describe("prometheus-adapter", () => {
  it("lists the metrics that its rules find, and their values", () => {
    const cluster = adapted();
    flow(cluster, { rate: 12, durationMs: 10 * MINUTE });
    cluster.advance(3 * MINUTE);
    const { resources } = asked(cluster, CUSTOM);
    expect(resources.map(({ name }: { name: string }) => name)).toEqual([
      "namespaces/http_requests_per_second",
      "pods/http_requests_per_second",
      "services/http_requests_per_second",
    ]);
    const path = `${CUSTOM}/namespaces/default/pods/*/http_requests_per_second?labelSelector=app%3Dweb`;
    const [item, ...others] = asked(cluster, path).items;
    expect(others).toEqual([]);
    expect(item).toMatchObject({
      describedObject: { kind: "Pod" },
      metricName: "http_requests_per_second",
      value: "12",
    });
    const [service] = asked(cluster, `${CUSTOM}/namespaces/default/services/web/http_requests_per_second`).items;
    expect(service).toMatchObject({ describedObject: { kind: "Service", name: "web" }, value: "12" });
    const external = "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue_length";
    expect(asked(cluster, external).items).toMatchObject([{ metricName: "queue_length", value: "24" }]);
  });

  it.each(Object.entries(SOURCES))("lets an autoscaler follow a metric of %s, out and in again", (_, source) => {
    const cluster = adapted();
    autoscale(cluster, source);
    flow(cluster, { rate: 35, durationMs: 8 * MINUTE });
    cluster.advance(6 * MINUTE);
    expect(replicasOf(cluster)).toBe(4);
    cluster.advance(15 * MINUTE);
    expect(replicasOf(cluster)).toBe(1);
  });

  it("tells an autoscaler what it does not find", () => {
    const cluster = adapted();
    const unknown = { name: "unknown" };
    autoscale(cluster, {
      type: "Pods",
      pods: { metric: unknown, target: { type: "AverageValue", averageValue: "10" } },
    });
    cluster.advance(MINUTE);
    const active = cluster
      .get(horizontalPodAutoscalerKind, "web")!
      .status.conditions!.find(({ type }) => type === "ScalingActive");
    expect(active).toMatchObject({ status: "False", reason: "FailedGetPodsMetric" });
    expect(active?.message).toBe(
      "the HPA was unable to compute the replica count: unable to get metric unknown: unable to fetch metrics from " +
        "custom metrics API: the server could not find the metric unknown for pods",
    );
  });

  it("does not start with a configuration that it cannot read", () => {
    const cluster = adapted("rules: [{name: {matches: '('}}]");
    expect(logOf(cluster, "adapter")).toContain("unable to load metrics discovery config");
  });
});
