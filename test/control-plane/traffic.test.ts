/** Flows of requests: how they are distributed, what they cost, and what follows them. */
import { describe, expect, it } from "vitest";
import { endFlow } from "../../src/control-plane/traffic/manage.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { horizontalPodAutoscalerKind } from "../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { networkPolicyKind } from "../../src/kinds/networking/network-policy.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { podUsage } from "../../src/kubelet/usage/pod-usage.ts";
import type { NetworkPolicy } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import {
  autoscale,
  flow,
  HOUR,
  installMetricsServer,
  MINUTE,
  PHP_APACHE,
  podsOf,
  replicasOf,
  SECOND,
  seen,
  serve,
  trafficCluster,
} from "./traffic-world.ts";

function milliCpusOf(cluster: TestCluster): number[] {
  return cluster.write((tx) =>
    podsOf(cluster).map((pod) => {
      const [main] = podUsage(tx, pod)?.containers ?? [];
      return Math.round((main?.cpuCores ?? 0) * 1000);
    }),
  );
}

const LIMITED = { resources: { requests: { cpu: "200m" }, limits: { cpu: "500m" } } };

describe("a flow of requests", () => {
  it("is spread evenly over the ready pods, and every request is counted once", () => {
    const cluster = trafficCluster();
    serve(cluster, { replicas: 3 });
    flow(cluster, { rate: 7, durationMs: MINUTE });
    cluster.advance(10 * SECOND);
    const early = seen(cluster);
    expect(early).toMatchObject({ state: "running", requests: { sent: 70, answered: 70, failed: 0 } });
    expect(early.pods.map(({ requests }) => requests).sort()).toEqual([23, 23, 24]);
    cluster.advance(HOUR);
    const late = seen(cluster);
    expect(late).toMatchObject({ state: "ended", statusCodes: { 200: 420 }, errors: {} });
    expect(late.pods.map(({ requests }) => requests)).toEqual([140, 140, 140]);
  });

  it("shows statuses of the server, and errors of the network", () => {
    const cluster = trafficCluster();
    serve(cluster);
    flow(cluster, { path: "/missing", rate: 2 });
    cluster.advance(30 * SECOND);
    expect(seen(cluster).statusCodes).toEqual({ 404: 60 });
    cluster.update(deploymentKind, cluster.get(deploymentKind, "web")!, ({ spec }) => {
      spec.replicas = 0;
    });
    cluster.advance(MINUTE);
    const { requests, errors, statusCodes } = seen(cluster);
    expect(requests.sent).toBe(180);
    expect(errors["connection_refused"]).toBeGreaterThan(110);
    expect(errors["connection_refused"]! + statusCodes[404]!).toBe(180);
  });

  it("follows policies and the Service from the moment on at which they change", () => {
    const cluster = trafficCluster();
    serve(cluster);
    flow(cluster, { rate: 1 });
    cluster.advance(100 * SECOND);
    cluster.create(networkPolicyKind, {
      ...{ kind: "NetworkPolicy", apiVersion: "networking.k8s.io/v1" },
      metadata: { name: "deny", namespace: "default" },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    } as NetworkPolicy);
    cluster.advance(100 * SECOND);
    expect(seen(cluster)).toMatchObject({ statusCodes: { 200: 100 }, errors: { timed_out: 100 } });
    cluster.delete(networkPolicyKind, cluster.get(networkPolicyKind, "deny")!);
    cluster.delete(serviceKind, cluster.get(serviceKind, "web")!);
    cluster.advance(100 * SECOND);
    expect(seen(cluster).errors).toEqual({ timed_out: 100, unknown_host: 100 });
  });

  it("keeps processors busy up to the limit, and waits longer the busier they are", () => {
    const cluster = trafficCluster();
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    const idle = milliCpusOf(cluster)[0]!;
    expect(idle).toBeLessThan(5);
    flow(cluster, { rate: 5, durationMs: 5 * MINUTE });
    cluster.advance(MINUTE);
    expect(milliCpusOf(cluster)).toEqual([5 * 25 + idle]);
    const calm = seen(cluster).latencySeconds!;
    flow(cluster, { rate: 10, durationMs: 4 * MINUTE });
    cluster.advance(MINUTE);
    const busy = seen(cluster, "flow-2").latencySeconds!;
    expect(milliCpusOf(cluster)).toEqual([15 * 25 + idle]);
    for (const part of ["p50", "p90", "p99"] as const) expect(busy[part]).toBeGreaterThan(calm[part]);
    flow(cluster, { rate: 35, durationMs: 3 * MINUTE });
    cluster.advance(MINUTE);
    expect(milliCpusOf(cluster)).toEqual([500]);
    const { requests, errors } = seen(cluster, "flow-3");
    // 50 requests a second take 1,250 ms of 500 ms: 60 % of them time out.
    expect(requests.sent).toBe(2100);
    expect(errors["timed_out"]).toBe(1260);
    cluster.advance(5 * MINUTE);
    expect(milliCpusOf(cluster)).toEqual([idle]);
  });

  it("leaves nothing behind when it is ended", () => {
    const cluster = trafficCluster();
    serve(cluster, { image: PHP_APACHE });
    const id = flow(cluster, { rate: 5, durationMs: HOUR });
    cluster.advance(MINUTE);
    cluster.write((tx) => endFlow(tx, id));
    cluster.advance(MINUTE);
    expect(milliCpusOf(cluster)[0]).toBeLessThan(5);
    cluster.settle(HOUR);
    expect(cluster.nextDueAtMs).toBeNull();
  });
});

describe("the cost of a flow", () => {
  function costOfAnHour(rate: number) {
    const counts = { rows: 0, changes: 0, work: 0 };
    const cluster = trafficCluster({
      onCommit: ({ rows, log }) => {
        counts.rows += rows.length;
        counts.changes += log.length;
      },
    });
    serve(cluster, { replicas: 3 });
    flow(cluster, { rate, durationMs: 2 * HOUR });
    cluster.advance(MINUTE);
    const { commits } = cluster;
    Object.assign(counts, { rows: 0, changes: 0 });
    for (let minute = 0; minute < 60; minute++) cluster.advance(MINUTE);
    return { ...counts, commits: cluster.commits - commits };
  }

  it("of 1,000 requests a second is that of one, and small", () => {
    const [slow, fast] = [costOfAnHour(1), costOfAnHour(1000)];
    expect(fast).toEqual(slow);
    expect(fast.changes).toBe(0);
    expect(fast.commits).toBeLessThan(25);
    expect(fast.rows).toBeLessThan(50);
  });

  it("ends with it: an idle cluster has no due work", () => {
    const cluster = trafficCluster();
    installMetricsServer(cluster);
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    autoscale(cluster, "web", 50);
    flow(cluster, { rate: 20, durationMs: 5 * MINUTE });
    cluster.advance(HOUR);
    cluster.settle(3 * HOUR);
    expect(seen(cluster).state).toBe("ended");
    expect(cluster.nextDueAtMs === null || cluster.nextDueAtMs > cluster.nowMs + HOUR / 2).toBe(true);
  });
});

describe("an autoscaler under a flow", () => {
  it("scales out, does not oscillate, and scales in afterwards", () => {
    const cluster = trafficCluster();
    installMetricsServer(cluster);
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    autoscale(cluster, "web", 50);
    cluster.advance(MINUTE);
    expect(replicasOf(cluster)).toBe(1);
    // 27 requests a second take 675m: 7 pods of 200m are 49 % busy.
    flow(cluster, { rate: 27, durationMs: 40 * MINUTE });
    cluster.advance(5 * MINUTE);
    expect(replicasOf(cluster)).toBe(7);
    const written = cluster.log.length;
    cluster.advance(30 * MINUTE);
    expect(replicasOf(cluster)).toBe(7);
    // After the scale-up nothing of the workload is written again.
    const later = cluster.log.slice(written).filter(({ key }) => /deployments|pods|replicasets/.test(key));
    expect(later).toEqual([]);
    const [metric] = cluster.get(horizontalPodAutoscalerKind, "web")!.status.currentMetrics!;
    expect(metric?.resource?.current.averageUtilization).toBe(49);
    cluster.advance(20 * MINUTE);
    expect(replicasOf(cluster)).toBe(1);
  });
});

describe("whether anyone looks", () => {
  function story(isLookedAt: boolean): TestCluster {
    const cluster = trafficCluster();
    installMetricsServer(cluster);
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    autoscale(cluster, "web", 50);
    flow(cluster, { rate: 12.5, durationMs: 12 * MINUTE });
    for (let step = 0; step < 200; step++) {
      cluster.advance(7 * SECOND);
      if (!isLookedAt) continue;
      seen(cluster);
      milliCpusOf(cluster);
      for (const pod of podsOf(cluster)) {
        cluster.write((tx) => {
          try {
            containerAccess.readLog(tx, { pod, container: "c" }, { previous: false, timestamps: false });
          } catch {
            // A pod that has not started has no log.
          }
        });
      }
    }
    return cluster;
  }

  it("changes no byte of what clients see", () => {
    const [always, once] = [story(true), story(false)];
    expect(seen(always)).toEqual(seen(once));
    expect(milliCpusOf(always)).toEqual(milliCpusOf(once));
    expect(always.log.map(({ body }) => body)).toEqual(once.log.map(({ body }) => body));
  });

  it("changes nothing in a fork, which goes on as the original", () => {
    const cluster = trafficCluster();
    serve(cluster, { replicas: 2 });
    flow(cluster, { rate: 9 });
    cluster.advance(20 * SECOND);
    const fork = cluster.fork();
    for (const each of [cluster, fork]) each.advance(5 * MINUTE);
    expect(seen(fork)).toEqual(seen(cluster));
  });
});

describe("a rolling update under a flow", () => {
  function update(container: object): TestCluster {
    const cluster = trafficCluster();
    serve(cluster, { replicas: 3, container });
    flow(cluster, { rate: 100, durationMs: 2 * MINUTE });
    cluster.advance(20 * SECOND);
    cluster.update(deploymentKind, cluster.get(deploymentKind, "web")!, ({ spec }) => {
      spec.template.spec!.containers[0]!.image = "nginx:1.28";
    });
    cluster.advance(MINUTE);
    expect(cluster.list(podKind, "default").map(({ spec }) => spec.containers[0]!.image)).toEqual(
      Array(3).fill("nginx:1.28"),
    );
    return cluster;
  }

  const PROBED = { readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 1 } };

  it("loses no request with a readiness probe and a pause before the end", () => {
    const cluster = update({ ...PROBED, lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } });
    expect(seen(cluster)).toMatchObject({ requests: { failed: 0 } });
  });

  it("loses requests without them", () => {
    expect(seen(update({})).requests.failed).toBeGreaterThan(0);
  });
});
