/** prometheus-operator in a pod: its objects become a Prometheus that scrapes, and that knows its rules. */
import { describe, expect, it } from "vitest";
import { statefulSetKind } from "../../../src/kinds/apps/stateful-set.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { OperatedCluster } from "./cluster.ts";

const ALL = { serviceMonitorSelector: {}, podMonitorSelector: {}, ruleSelector: {} };
const MONITOR = { selector: { matchLabels: { app: "web" } }, endpoints: [{ port: "metrics", interval: "15s" }] };

function operated(): OperatedCluster {
  const world = new OperatedCluster();
  world.create("Prometheus", "main", { ...ALL, replicas: 1, scrapeInterval: "15s", evaluationInterval: "15s" });
  world.cluster.advance(60_000);
  return world;
}

describe("a Prometheus object", () => {
  it("becomes a StatefulSet whose pod is ready", () => {
    const world = operated();
    const { cluster } = world;
    expect(cluster.get(statefulSetKind, "prometheus-main")?.metadata.ownerReferences).toMatchObject([{ name: "main" }]);
    const pod = cluster.get(podKind, "prometheus-main-0");
    expect(pod?.status.containerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
      ["config-reloader", true],
      ["prometheus", true],
    ]);
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

  it("costs nothing while nothing happens", () => {
    const world = operated();
    world.create("ServiceMonitor", "web", MONITOR);
    world.cluster.advance(600_000);
    expect(world.cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(world.cluster.nowMs + 86_400_000);
  });
});
