/** Programs for load tests in containers: their reports, and what they do to the servers. */
import { describe, expect, it } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { restingLoops } from "../../src/kubelet/usage/request-loops.ts";
import { podWith } from "../kubelet/clusters.ts";
import type { TestCluster } from "../support/cluster.ts";
import {
  autoscale,
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

function logOf(cluster: TestCluster, pod: string, container = "c"): string {
  const target = { pod: cluster.get(podKind, pod)!, container };
  return cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }).text);
}

let runs = 0;

/** Runs a program until its pod has ended. */
function run(cluster: TestCluster, image: string, args: string[], forMs = 5 * MINUTE): string {
  const name = `load-${++runs}`;
  cluster.create(podKind, podWith(name, { image, args }, { restartPolicy: "Never" }));
  cluster.advance(forMs);
  expect(cluster.get(podKind, name)?.status.phase).toBe("Succeeded");
  return logOf(cluster, name);
}

/** The number behind a label. */
function figure(report: string, label: string): number {
  const [, value] = new RegExp(`${label}:?\\s+([\\d.]+)`).exec(report) ?? [];
  return Number(value ?? Number.NaN);
}

const loads = (cluster: TestCluster) => cluster.write((tx) => restingLoops(tx).filter(({ load }) => load).length);

describe("a load test with few requests", () => {
  it("sends each of them, and the servers log them", () => {
    const cluster = trafficCluster();
    serve(cluster);
    const report = run(cluster, "jordi/ab", ["-n", "20", "-c", "5", "http://web/"], 20 * SECOND);
    expect(report).toContain("Benchmarking web (be patient).....done\n");
    expect(report).toMatch(/^Server Software: {8}nginx\/1\.27/m);
    expect(report).toMatch(/^Document Length: {8}615 bytes$/m);
    expect(figure(report, "Complete requests")).toBe(20);
    expect(figure(report, "Failed requests")).toBe(0);
    expect(report).toMatch(/^ 100% +\d+ \(longest request\)$/m);
    const [server] = podsOf(cluster);
    const lines = logOf(cluster, server!.metadata.name!, server!.spec.containers[0]!.name).split("\n");
    expect(lines.filter((line) => line.includes("ApacheBench/2.3"))).toHaveLength(20);
  });

  it("says why it ends without a server", () => {
    const cluster = trafficCluster();
    cluster.create(
      podKind,
      podWith("load", { image: "jordi/ab", args: ["-n", "5", "http://nope/"] }, { restartPolicy: "Never" }),
    );
    cluster.advance(MINUTE);
    expect(logOf(cluster, "load")).toContain("ab: host not found: nope");
    expect(cluster.get(podKind, "load")?.status.phase).toBe("Failed");
  });
});

describe("a load test with many requests", () => {
  it.each<[string, string[], string]>([
    ["jordi/ab", ["-n", "10000", "-c", "10", "http://web/"], "Complete requests"],
    ["williamyeh/hey", ["-n", "10000", "-c", "10", "http://web/"], "\\[200\\]"],
    ["yokogawa/siege", ["-c", "10", "-r", "1000", "-b", "http://web/"], "Successful transactions"],
    ["fortio/fortio", ["load", "-c", "10", "-qps", "0", "-n", "10000", "http://web/"], "Code 200 "],
  ])("%s answers for all of them", (image, args, label) => {
    const cluster = trafficCluster();
    serve(cluster);
    const { commits } = cluster;
    const report = run(cluster, image, args);
    expect(figure(report, label)).toBe(10_000);
    expect(cluster.commits - commits).toBeLessThan(100);
    expect(loads(cluster)).toBe(0);
  });

  it("is as fast as its servers, which share the work", () => {
    // A request takes 25 ms on the processor, of which each pod has a half.
    const rates = [1, 3].map((replicas) => {
      const cluster = trafficCluster();
      serve(cluster, { image: PHP_APACHE, replicas, container: LIMITED });
      const report = run(cluster, "williamyeh/wrk", ["-t2", "-c20", "-d30s", "--latency", "http://web/"]);
      expect(report).toMatch(/^Running 30s test @ http:\/\/web\/\n {2}2 threads and 20 connections\n/);
      expect(report).toMatch(/^ {2}Latency Distribution\n {5} {0,2}50% /m);
      return figure(report, "Requests/sec");
    });
    expect(rates[0]).toBeCloseTo(20, 0);
    expect(rates[1]).toBeCloseTo(60, 0);
  });

  it("keeps a rate that is asked for", () => {
    const cluster = trafficCluster();
    serve(cluster);
    const report = run(cluster, "fortio/fortio", ["load", "-c", "4", "-qps", "50", "-t", "60s", "http://web/"]);
    expect(report).toMatch(/^Ended after 60s : 3000 calls\. qps=50$/m);
  });

  it("counts errors of the server and of the network", () => {
    const cluster = trafficCluster();
    serve(cluster);
    const missing = run(cluster, "williamyeh/hey", ["-n", "2000", "-c", "10", "http://web/nothing"]);
    expect(missing).toContain("  [404]\t2000 responses\n");
    cluster.update(deploymentKind, cluster.get(deploymentKind, "web")!, ({ spec }) => {
      spec.replicas = 0;
    });
    cluster.advance(MINUTE);
    const refused = run(cluster, "williamyeh/hey", ["-n", "2000", "-c", "10", "http://web/"]);
    expect(refused).toContain(
      'Error distribution:\n  [2000]\tGet "http://web/": dial tcp: web:80: connect: connection refused\n',
    );
  });

  it("makes an autoscaler act, and ends at an interrupt with a report", () => {
    const cluster = trafficCluster();
    installMetricsServer(cluster);
    serve(cluster, { image: PHP_APACHE, container: LIMITED });
    autoscale(cluster, "web", 50);
    const script = "timeout -s INT 600 hey -z 60m -c 10 http://web/";
    cluster.create(
      podKind,
      podWith("load", { image: "williamyeh/hey", command: ["sh", "-c", script] }, { restartPolicy: "Never" }),
    );
    cluster.advance(8 * MINUTE);
    expect(replicasOf(cluster)).toBeGreaterThan(3);
    expect(loads(cluster)).toBe(1);
    cluster.advance(4 * MINUTE);
    expect(loads(cluster)).toBe(0);
    expect(logOf(cluster, "load")).toMatch(/Status code distribution:\n {2}\[200\]\t\d+ responses/);
    cluster.advance(20 * MINUTE);
    expect(replicasOf(cluster)).toBe(1);
  });

  it("ends with its container", () => {
    const cluster = trafficCluster();
    serve(cluster);
    cluster.create(podKind, podWith("load", { image: "williamyeh/hey", args: ["-z", "60m", "http://web/"] }));
    cluster.advance(MINUTE);
    expect(loads(cluster)).toBe(1);
    cluster.delete(podKind, cluster.get(podKind, "load")!);
    cluster.advance(2 * MINUTE);
    expect(loads(cluster)).toBe(0);
    cluster.settle(60 * MINUTE);
    expect(cluster.nextDueAtMs).toBeNull();
  });
});
