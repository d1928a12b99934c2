/** prometheus-operator in a pod: its objects become a Prometheus that scrapes, and that knows its rules. */
import { describe, expect, it } from "vitest";
import { statefulSetKind } from "../../../src/kinds/apps/stateful-set.ts";
import { configMapKind } from "../../../src/kinds/core/config-map.ts";
import { persistentVolumeClaimKind } from "../../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { secretKind } from "../../../src/kinds/core/secret.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { podWith } from "../../kubelet/clusters.ts";
import { OperatedCluster } from "./cluster.ts";

const ALL = {
  ...{ serviceMonitorSelector: {}, podMonitorSelector: {}, probeSelector: {}, scrapeConfigSelector: {} },
  ...{ ruleSelector: {}, scrapeInterval: "15s", evaluationInterval: "15s" },
};
const MONITOR = { selector: { matchLabels: { app: "web" } }, endpoints: [{ port: "metrics", interval: "15s" }] };

function operated(spec: JsonObject = {}): OperatedCluster {
  const world = new OperatedCluster();
  world.create("Prometheus", "main", { ...ALL, ...spec });
  world.cluster.advance(60_000);
  return world;
}

describe("a Prometheus object", () => {
  it("becomes a StatefulSet whose pod is ready, and shows it in its status", () => {
    const world = operated();
    const { cluster } = world;
    expect(cluster.get(statefulSetKind, "prometheus-main")?.metadata.ownerReferences).toMatchObject([{ name: "main" }]);
    const pod = cluster.get(podKind, "prometheus-main-0");
    expect(pod?.status.containerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
      ["config-reloader", true],
      ["prometheus", true],
    ]);
    const { conditions, ...status } = world.status("Prometheus", "main");
    expect(status).toMatchObject({ replicas: 1, availableReplicas: 1, unavailableReplicas: 0, shards: 1 });
    expect(conditions.map(({ type, status: each }: JsonObject) => [type, each])).toEqual([
      ["Available", "True"],
      ["Reconciled", "True"],
    ]);
  });

  it("keeps its data on a claim, and is made anew when that changes", () => {
    const world = operated({
      storage: { volumeClaimTemplate: { spec: { resources: { requests: { storage: "1Gi" } } } } },
    });
    const { cluster } = world;
    expect(cluster.get(persistentVolumeClaimKind, "prometheus-main-db-prometheus-main-0")?.status.phase).toBe("Bound");
    const before = cluster.get(statefulSetKind, "prometheus-main")!.metadata.uid;
    world.update("Prometheus", "main", (draft) => {
      draft.spec.storage.volumeClaimTemplate.spec.resources.requests.storage = "2Gi";
    });
    cluster.advance(1_300_000);
    expect(cluster.get(statefulSetKind, "prometheus-main")!.metadata.uid).not.toBe(before);
    expect(cluster.get(podKind, "prometheus-main-0")?.status.phase).toBe("Running");
  });

  it("scrapes what a ServiceMonitor selects, and stops when it goes", () => {
    const world = operated();
    const monitor = world.create("ServiceMonitor", "web", MONITOR);
    world.cluster.advance(180_000);
    expect(world.query("up").sort()).toEqual(["web web-0 1", "web web-1 1"]);
    world.cluster.delete(world.kind("ServiceMonitor"), monitor);
    world.cluster.advance(600_000);
    expect(world.query("up")).toEqual([]);
  });

  it("scrapes what a PodMonitor selects, and the addresses of a ScrapeConfig", () => {
    const world = operated();
    const endpoint = { port: "http", relabelings: [{ targetLabel: "team", replacement: "red" }] };
    world.create("PodMonitor", "web", { selector: { matchLabels: { app: "web" } }, podMetricsEndpoints: [endpoint] });
    world.create("ScrapeConfig", "own", { jobName: "self", staticConfigs: [{ targets: ["localhost:9090"] }] });
    world.cluster.advance(180_000);
    expect(world.query("up").sort()).toEqual(["default/web web-0 1", "default/web web-1 1", "self localhost:9090 1"]);
    expect(world.query('up{team="red"}')).toHaveLength(2);
  });

  it("asks a prober for the targets of a Probe", () => {
    const world = operated();
    const { cluster } = world;
    const prober = podWith("prober", { image: "prom/blackbox-exporter:v0.27.0" });
    prober.metadata.labels = { app: "prober" };
    cluster.create(podKind, prober);
    const spec = { selector: { app: "prober" }, ports: [{ port: 9115 }] };
    cluster.create(serviceKind, { metadata: { name: "prober", namespace: "default" }, spec } as never);
    const staticConfig = { static: ["http://web", "http://web/err", "http://none"], labels: { environment: "test" } };
    const targets = { staticConfig };
    world.create("Probe", "web", { jobName: "http", prober: { url: "prober:9115" }, module: "http_2xx", targets });
    cluster.advance(180_000);
    expect(world.query("probe_success").sort()).toEqual([
      "http http://none 0",
      "http http://web 1",
      "http http://web/err 0",
    ]);
    expect(world.query('probe_http_status_code{environment="test", instance="http://web/err"}')).toEqual([
      "http http://web/err 404",
    ]);
  });

  it("evaluates the rules that it selects, and leaves out invalid rules", () => {
    const world = operated();
    const groups = (expr: string) => ({ groups: [{ name: "own", rules: [{ alert: "Always", expr }] }] });
    world.create("PrometheusRule", "good", groups("vector(1)"));
    world.create("PrometheusRule", "bad", groups("vector("));
    world.cluster.advance(180_000);
    const files = Object.keys(world.cluster.get(configMapKind, "prometheus-main-rulefiles-0")?.data ?? {});
    expect(files).toEqual([expect.stringMatching(/^default-good-/)]);
    expect(world.cluster.events().join("\n")).toMatch(/PrometheusRule bad was rejected due to invalid configuration/);
    const { alerts } = world.ask("http://prometheus-operated:9090/api/v1/alerts").data;
    expect(alerts).toMatchObject([{ labels: { alertname: "Always" }, state: "firing" }]);
  });

  it("asks with the credentials of a Secret, and leaves out a monitor whose Secret is missing", () => {
    const world = operated();
    const endpoint = (name: string) => ({
      port: "metrics",
      basicAuth: { username: { name, key: "u" }, password: { name, key: "p" } },
    });
    const monitor = (name: string) => ({ selector: MONITOR.selector, endpoints: [endpoint(name)] });
    world.cluster.create(secretKind, {
      metadata: { name: "web", namespace: "default" },
      data: { u: btoa("me"), p: btoa("x") },
    } as never);
    world.create("ServiceMonitor", "known", monitor("web"));
    world.create("ServiceMonitor", "unknown", monitor("none"));
    world.cluster.advance(180_000);
    const { yaml } = world.ask("http://prometheus-operated:9090/api/v1/status/config").data;
    expect(yaml).toContain("username: me");
    expect(yaml).not.toContain("unknown");
    expect(world.cluster.events().join("\n")).toContain(`"default/unknown" was rejected due to invalid configuration`);
  });

  it("costs nothing while nothing happens", () => {
    const world = operated();
    world.create("ServiceMonitor", "web", MONITOR);
    world.create("Alertmanager", "main", { replicas: 1 });
    world.cluster.advance(600_000);
    expect(world.cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(world.cluster.nowMs + 86_400_000);
  });
});
