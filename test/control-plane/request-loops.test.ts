/** Endless loops of requests in containers, which become flows, and loops that must not. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { podUsage } from "../../src/kubelet/usage/pod-usage.ts";
import { restingLoops } from "../../src/kubelet/usage/request-loops.ts";
import { podWith } from "../kubelet/clusters.ts";
import type { TestCluster } from "../support/cluster.ts";
import {
  autoscale,
  HOUR,
  installMetricsServer,
  MINUTE,
  PHP_APACHE,
  podsOf,
  replicasOf,
  SECOND,
  serve,
  trafficCluster,
} from "./traffic-world.ts";

const LIMITED = { resources: { requests: { cpu: "200m" }, limits: { cpu: "500m" } } };
const WALKTHROUGH = "while sleep 0.01; do wget -q -O- http://web; done";

/** A pod with a script, while a server of the walkthrough runs. */
function withScript(script: string, { image = "busybox:1.28", restartPolicy = "Never" } = {}): TestCluster {
  const cluster = trafficCluster();
  serve(cluster, { image: PHP_APACHE, container: LIMITED });
  cluster.create(podKind, podWith("load", { image, command: ["/bin/sh", "-c", script] }, { restartPolicy }));
  return cluster;
}

const restingIn = (cluster: TestCluster) => cluster.write((tx) => restingLoops(tx).map(({ container }) => container));

function milliCpus(cluster: TestCluster): number {
  const sums = cluster.write((tx) =>
    podsOf(cluster).map((pod) => podUsage(tx, pod)?.containers.reduce((sum, { cpuCores }) => sum + cpuCores, 0) ?? 0),
  );
  return Math.round(1000 * sums.reduce((sum, each) => sum + each, 0));
}

function logOf(cluster: TestCluster, pod: string, container = "c"): string {
  const target = { pod: cluster.get(podKind, pod)!, container };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: true }).text);
}

describe("a loop of requests", () => {
  it.each([
    WALKTHROUGH,
    "while true; do wget -q -O- http://web; done",
    "while :; do wget -qO- http://web >/dev/null 2>&1; sleep 0.1; done",
    "until false; do wget -q --spider http://web/nothing; done",
  ])("that is endless rests: %s", (script) => {
    const cluster = withScript(script);
    cluster.advance(MINUTE);
    expect(restingIn(cluster)).toEqual(["c"]);
    const { commits } = cluster;
    for (let minute = 0; minute < 60; minute++) cluster.advance(MINUTE);
    expect(cluster.commits - commits).toBeLessThan(20);
  });

  it.each([
    "i=0; while [ $i -lt 5000 ]; do i=$((i+1)); wget -q -O- http://web; sleep 0.1; done",
    "while wget -q -O- http://web; do sleep 0.1; done",
    "while sleep 0.1; do wget -q -O- http://web || break; done",
    "while sleep 0.1; do wget -q -O- http://web; wget -q -O- http://web/x; done",
    "while sleep 0.1; do wget -q -O page http://web; done",
    "set -e; while sleep 0.1; do wget -q -O- http://web; done",
    "while sleep 0.1; do wget -q -O- http://web/$HOME; done",
    "f() { exit 3; }; while sleep 0.1; do wget -q -O- http://web; done",
    "while true; do wget -q -O- http://web; sleep 1; done",
  ])("that may end, writes files or is slow is run: %s", (script) => {
    const cluster = withScript(script);
    cluster.advance(6 * SECOND);
    expect(restingIn(cluster)).toEqual([]);
  });

  it("that is finite ends when it would have ended, and each of its requests arrives", () => {
    const script = "for i in $(seq 40); do wget -q -O- http://web; done; echo; date +%s.%N";
    const cluster = withScript(script);
    cluster.advance(MINUTE);
    const { state } = cluster.get(podKind, "load")!.status.containerStatuses![0]!;
    expect(state.terminated?.exitCode).toBe(0);
    const lines = logOf(cluster, podsOf(cluster)[0]!.metadata.name!);
    const times = [...lines.matchAll(/^(\S+) .*"GET \/ HTTP\/1.1"/gm)].map(([, time]) => Date.parse(time!));
    expect(times).toHaveLength(40);
    const gaps = new Set(times.slice(1).map((time, index) => time - times[index]!));
    expect(gaps.size).toBe(1);
  });

  it("keeps as many processors busy as its servers have, and goes on when something happens", () => {
    const cluster = withScript(WALKTHROUGH);
    cluster.advance(MINUTE);
    expect(milliCpus(cluster)).toBe(500);
    const served = () => logOf(cluster, podsOf(cluster)[0]!.metadata.name!).split("\n").length;
    const lines = served();
    cluster.advance(MINUTE);
    expect(served()).toBe(lines);
    const target = { pod: cluster.get(podKind, "load")!, container: "c" };
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    const session = cluster.write((tx) => containerAccess.exec(tx, target, { ...streams, command: ["ps"] }));
    expect(restingIn(cluster)).toEqual([]);
    const { stdout } = cluster.write((tx) => containerAccess.exchange(tx, target, session, {}));
    expect(stdout).toContain("while sleep 0.01");
    cluster.advance(10 * SECOND);
    expect(served()).toBeGreaterThan(lines);
    cluster.write((tx) => containerAccess.closeSession(tx, target, session));
    cluster.advance(10 * SECOND);
    expect(restingIn(cluster)).toEqual(["c"]);
    cluster.delete(podKind, cluster.get(podKind, "load")!, { gracePeriodSeconds: 1 });
    cluster.advance(MINUTE);
    expect(restingIn(cluster)).toEqual([]);
    expect(milliCpus(cluster)).toBeLessThan(5);
    cluster.settle(HOUR);
    expect(cluster.nextDueAtMs === null || cluster.nextDueAtMs > cluster.nowMs + HOUR / 2).toBe(true);
  });

  it("scales its servers as the walkthrough of autoscaling shows", () => {
    const cluster = trafficCluster();
    installMetricsServer(cluster);
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    autoscale(cluster, "web", 50);
    cluster.create(podKind, podWith("load", { image: "busybox:1.28", command: ["/bin/sh", "-c", WALKTHROUGH] }));
    cluster.advance(5 * MINUTE);
    expect(replicasOf(cluster)).toBe(7);
    cluster.advance(HOUR);
    expect(replicasOf(cluster)).toBe(7);
    cluster.delete(podKind, cluster.get(podKind, "load")!, { gracePeriodSeconds: 1 });
    cluster.advance(10 * MINUTE);
    expect(replicasOf(cluster)).toBe(1);
  });

  it("that is slow wakes an autoscaler at rest, at any phase of its period", () => {
    for (const phase of [0, 2, 5, 8, 11, 13]) {
      const cluster = trafficCluster();
      installMetricsServer(cluster);
      serve(cluster, { image: PHP_APACHE, container: { resources: { requests: { cpu: "20m" } } } });
      autoscale(cluster, "web", 100);
      // Long after the pod is ready, so that nothing but its requests wakes the autoscaler.
      const script = `sleep ${600 + phase}; while sleep 0.5; do wget -q -O- http://web > /dev/null; done`;
      cluster.create(podKind, podWith("load", { image: "busybox:1.37", command: ["/bin/sh", "-c", script] }));
      cluster.advance(11 * MINUTE + phase * SECOND);
      expect(replicasOf(cluster), `phase ${phase}`).toBe(3);
    }
  });

  it("shows the same however often it is looked at", () => {
    const story = (isLookedAt: boolean) => {
      const cluster = trafficCluster();
      installMetricsServer(cluster);
      serve(cluster, { image: PHP_APACHE, container: LIMITED });
      autoscale(cluster, "web", 50);
      cluster.create(podKind, podWith("load", { image: "busybox:1.28", command: ["/bin/sh", "-c", WALKTHROUGH] }));
      for (let step = 0; step < 100; step++) {
        cluster.advance(3700);
        if (isLookedAt && cluster.get(podKind, "load")?.status.phase === "Running") {
          logOf(cluster, "load");
          milliCpus(cluster);
        }
      }
      return cluster;
    };
    const [always, once] = [story(true), story(false)];
    expect(logOf(always, "load")).toBe(logOf(once, "load"));
    expect(milliCpus(always)).toBe(milliCpus(once));
    expect(always.log.map(({ body }) => body)).toEqual(once.log.map(({ body }) => body));
  });
});
