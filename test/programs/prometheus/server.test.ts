/** The Prometheus server in a cluster: discovery, samples of the past, alerts, and what it costs. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { flow } from "../../control-plane/traffic-world.ts";
import { exec, logOf } from "../../kubelet/own-images.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { app, ask, DISCOVERY, monitored, query } from "./cluster.ts";

const REQUEST = ["wget", "-q", "-O", "/dev/null", "http://web"];

/** Requests to the Service, evenly over its pods, and a pause after each. */
function request(cluster: TestCluster, count: number, pauseMs = 0): void {
  for (let i = 0; i < count; i++) {
    exec(cluster, REQUEST, "client");
    cluster.advance(pauseMs);
  }
}

describe("a Prometheus server", () => {
  it("scrapes itself and the pods that its discovery finds", () => {
    const cluster = monitored(DISCOVERY);
    expect(logOf(cluster, "prometheus")).toContain("Server is ready to receive web requests.");
    expect(query(cluster, "up").map((line) => line.replace(/instance="10[^"]*"/, "instance=pod"))).toEqual([
      'up{instance=pod,job="pods",pod="web-0"} 1',
      'up{instance=pod,job="pods",pod="web-1"} 1',
      'up{instance="localhost:9090",job="prometheus"} 1',
    ]);
    expect(query(cluster, "count by (version) (version)")).toEqual(['{version="v0.5.0"} 2']);
    const { activeTargets, droppedTargetCounts } = ask(cluster, "/api/v1/targets").data;
    expect(activeTargets.map(({ health, scrapePool }: Record<string, string>) => `${scrapePool} ${health}`)).toEqual([
      "prometheus up",
      "pods up",
      "pods up",
    ]);
    expect(droppedTargetCounts.pods).toBeGreaterThan(2);
  });

  it("knows what counters counted at each scrape, although nothing was due meanwhile", () => {
    const cluster = monitored(DISCOVERY);
    // One request in five seconds for five minutes.
    request(cluster, 60, 5_000);
    cluster.advance(15_000);
    expect(query(cluster, "sum(http_requests_total)")).toEqual(["{} 60"]);
    const [rate] = query(cluster, "sum(rate(http_requests_total[4m]))");
    expect(Number(rate?.split(" ")[1])).toBeCloseTo(0.2, 1);
    expect(query(cluster, "sum by (pod) (http_requests_total)")).toEqual(['{pod="web-0"} 30', '{pod="web-1"} 30']);
    expect(
      query(cluster, 'histogram_quantile(0.9, sum by (le) (http_request_duration_seconds_bucket{handler="found"}))'),
    ).toEqual(["{} 0.0045000000000000005"]);
    cluster.advance(600_000);
    expect(query(cluster, "sum(rate(http_requests_total[4m]))")).toEqual(["{} 0"]);
    const answer = ask(
      cluster,
      `/api/v1/query_range?query=sum(http_requests_total)&start=${cluster.nowMs / 1000 - 900}&end=${cluster.nowMs / 1000}&step=300`,
    );
    expect(answer.data.result[0].values.at(-1)[1]).toBe("60");
  });

  it("has no due work in an idle cluster", () => {
    const cluster = monitored(DISCOVERY);
    cluster.settle(600_000);
    expect(cluster.nextDueAtMs).toBeNull();
    const { commits } = cluster;
    cluster.advance(3_600_000);
    expect(cluster.commits).toBe(commits);
    expect(query(cluster, 'count_over_time(up{job="prometheus"}[10m])')).toEqual([
      '{instance="localhost:9090",job="prometheus"} 40',
    ]);
  });

  it("answers the same whether anyone asked before or not", () => {
    const [asked, quiet] = [monitored(DISCOVERY), monitored(DISCOVERY)];
    for (let i = 0; i < 5; i++) {
      for (const cluster of [asked, quiet]) request(cluster, 2, 7_000);
      query(asked, "http_requests_total");
      exec(quiet, ["wget", "-q", "-O-", "http://localhost:9090/-/ready"], "prometheus");
    }
    for (const cluster of [asked, quiet]) {
      cluster.delete(podKind, cluster.get(podKind, "web-0")!);
      cluster.advance(Date.parse("2026-01-01T00:10:00Z") - cluster.nowMs);
    }
    const all = '{__name__=~"up|http_requests_total"}[10m]';
    expect(query(asked, all)).toEqual(query(quiet, all));
  });

  it("ends the series of a pod that is deleted, and finds the one that replaces it", () => {
    const cluster = monitored(DISCOVERY);
    request(cluster, 4);
    cluster.create(podKind, app("web-2"));
    cluster.advance(20_000);
    cluster.delete(podKind, cluster.get(podKind, "web-0")!);
    cluster.advance(60_000);
    expect(
      query(cluster, 'up{job="pods"}').map((line) => /pod="([^"]*)"} (\d)/.exec(line)?.slice(1).join(" ")),
    ).toEqual(["web-1 1", "web-2 1"]);
    expect(query(cluster, "sum(http_requests_total)")).toEqual(["{} 2"]);
    expect(query(cluster, "sum(http_requests_total offset 1m)")).toEqual(["{} 4"]);
  });

  it("marks a target that does not answer as down, and stops trying", () => {
    const config =
      "scrape_configs: [{job_name: x, scrape_interval: 15s, static_configs: [{targets: ['web:1234', 'nope:80']}]}]";
    const cluster = monitored(config);
    expect(query(cluster, "up")).toEqual(['up{instance="nope:80",job="x"} 0', 'up{instance="web:1234",job="x"} 0']);
    cluster.settle(600_000);
    expect(cluster.nextDueAtMs).toBeNull();
    const errors = ask(cluster, "/api/v1/targets").data.activeTargets.map(
      ({ lastError }: { lastError: string }) => lastError,
    );
    expect(errors[1]).toBe('Get "http://nope:80/metrics": dial tcp: lookup nope on 10.96.0.10:53: no such host');
  });
});

const RULES = `
groups:
  - name: web
    rules:
      - {record: 'job:up:sum', expr: sum by (job) (up)}
      - alert: PodDown
        expr: absent(up{job="pods"})
        for: 1m
        labels: {severity: page}
        annotations: {summary: 'value is {{ $value }}'}
`;

describe("a flow of requests", () => {
  it("lets the counters of the pods that answer it rise by its rate", () => {
    const cluster = monitored(DISCOVERY);
    const web = (more: object) => flow(cluster, { durationMs: 10 * 60_000, ...more });
    web({ rate: 12 });
    web({ rate: 2, path: "/err" });
    cluster.advance(6 * 60_000);
    expect(query(cluster, "round(sum by (code, pod) (rate(http_requests_total[4m])), 0.001)")).toEqual([
      '{code="200",pod="web-0"} 6',
      '{code="200",pod="web-1"} 6',
      '{code="404",pod="web-0"} 1',
      '{code="404",pod="web-1"} 1',
    ]);
    // It ends, and the counters stay.
    cluster.advance(14 * 60_000);
    expect(query(cluster, "sum by (code) (round(http_requests_total))")).toEqual([
      '{code="200"} 7200',
      '{code="404"} 1200',
    ]);
    expect(query(cluster, "sum(rate(http_requests_total[4m]))")).toEqual(["{} 0"]);
    expect(query(cluster, "histogram_quantile(0.99, sum by (le) (http_request_duration_seconds_bucket))")).toEqual([
      "{} 0.00495",
    ]);
  });

  it("does not count what a pod answers that is gone", () => {
    const cluster = monitored(DISCOVERY);
    flow(cluster, { rate: 10, durationMs: 60 * 60_000 });
    cluster.advance(5 * 60_000);
    cluster.delete(podKind, cluster.get(podKind, "web-0")!);
    cluster.advance(5 * 60_000);
    expect(
      query(cluster, "round(rate(http_requests_total[2m]), 0.001)").map((line) =>
        /pod="([^"]*)"} (\S+)/.exec(line)?.slice(1).join(" "),
      ),
    ).toEqual(["web-1 10"]);
    expect(query(cluster, "round(sum(rate(http_requests_total[2m] offset 6m)), 0.001)")).toEqual(["{} 10"]);
  });
});

describe("rules", () => {
  const stateOf = (cluster: TestCluster) =>
    ask(cluster, "/api/v1/alerts").data.alerts.map(
      ({ state, labels }: { state: string; labels: Record<string, string> }) => `${labels["alertname"]} ${state}`,
    );

  it("record series, and alerts wait before they fire", () => {
    const cluster = monitored(DISCOVERY, { rules: RULES });
    expect(query(cluster, "job:up:sum")).toEqual(['job:up:sum{job="pods"} 2', 'job:up:sum{job="prometheus"} 1']);
    expect(stateOf(cluster)).toEqual([]);
    for (const name of ["web-0", "web-1"]) cluster.delete(podKind, cluster.get(podKind, name)!);
    cluster.advance(30_000);
    expect(stateOf(cluster)).toEqual(["PodDown pending"]);
    cluster.advance(120_000);
    expect(stateOf(cluster)).toEqual(["PodDown firing"]);
    expect(query(cluster, "ALERTS")).toEqual([
      'ALERTS{alertname="PodDown",alertstate="firing",job="pods",severity="page"} 1',
    ]);
    const [group] = ask(cluster, "/api/v1/rules").data.groups;
    expect(group.rules[1]).toMatchObject({
      state: "firing",
      duration: 60,
      alerts: [{ annotations: { summary: "value is 1" } }],
    });
    cluster.create(podKind, app("web-3"));
    cluster.advance(60_000);
    expect(stateOf(cluster)).toEqual([]);
  });
});

describe("its errors", () => {
  it("are those of Prometheus", () => {
    const cluster = monitored(DISCOVERY, { apps: 0 });
    const wget = (path: string) => exec(cluster, ["wget", "-O-", `http://localhost:9090${path}`], "prometheus");
    expect(wget("/api/v1/query?query=rate(up)")).toContain("400 Bad Request");
    expect(wget("/api/v1/query_range?query=up")).toContain("400 Bad Request");
    expect(wget("/-/ready")).toContain("Prometheus Server is Ready.");
    const promtool = (...words: string[]) => exec(cluster, ["promtool", ...words], "prometheus");
    expect(promtool("query", "instant", "http://localhost:9090", "rate(up)")).toBe(
      'query error: bad_data: invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", got instant vector\n',
    );
    expect(promtool("query", "instant", "http://localhost:9090", "up")).toMatch(
      /^up\{instance="localhost:9090", job="prometheus"\} => 1 @\[\d+(\.\d+)?\]\n$/,
    );
    expect(promtool("check", "config", "/etc/prometheus/prometheus.yml")).toBe(
      "Checking /etc/prometheus/prometheus.yml\n  SUCCESS: 1 rule files found\n SUCCESS: /etc/prometheus/prometheus.yml is valid prometheus config file syntax\n\nChecking /etc/prometheus/rules.yml\n  SUCCESS: 0 rules found\n\n",
    );
  });

  it.each([
    [
      "global: {scrape_intervall: 15s}",
      "yaml: unmarshal errors:\\n  line 1: field scrape_intervall not found in type config.plain",
    ],
    ["global: {scrape_interval: 15}", 'not a valid duration string: \\"15\\"'],
    ["scrape_configs: [{job_name: a}, {job_name: a}]", 'found multiple scrape configs with job name \\"a\\"'],
    [
      "scrape_configs:\n- job_name: a\n  static_configs:\n  - targets: ['http://a:1']",
      '\\"http://a:1\\" is not a valid hostname',
    ],
    ["a: b: c", "yaml: line 1: mapping values are not allowed in this context"],
  ])("of the configuration end it: %s", (config, problem) => {
    const cluster = monitored(config, { apps: 0 });
    expect(cluster.get(podKind, "prometheus")?.status.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(2);
    expect(logOf(cluster, "prometheus")).toContain(`parsing YAML file /etc/prometheus/prometheus.yml: ${problem}`);
  });
});
