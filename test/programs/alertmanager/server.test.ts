/** An Alertmanager that prometheus-operator made: alerts of Prometheus rules, of clients, and silences. */
import { describe, expect, it } from "vitest";
import { exec } from "../../kubelet/own-images.ts";
import { OperatedCluster } from "../prometheus-operator/cluster.ts";

const API = "http://alertmanager-operated:9093/api/v2";
const RULES = {
  groups: [
    {
      name: "own",
      rules: [
        { alert: "WebDown", expr: 'up{job="web"} == 0', for: "1m", labels: { severity: "critical" } },
        { alert: "WebSlow", expr: 'absent(up{job="web"} == 1)', labels: { severity: "warning", job: "web" } },
        { alert: "Always", expr: "vector(1)", annotations: { summary: "value {{ $value }}" } },
      ],
    },
  ],
};

function alerted(): OperatedCluster {
  const world = new OperatedCluster();
  world.create("Alertmanager", "main", { replicas: 1 });
  world.create("PrometheusRule", "own", RULES);
  const selectors = { serviceMonitorSelector: {}, ruleSelector: {}, scrapeInterval: "15s", evaluationInterval: "15s" };
  const alertmanagers = [{ name: "alertmanager-operated", namespace: "default", port: "web", apiVersion: "v2" }];
  world.create("Prometheus", "main", { ...selectors, alerting: { alertmanagers } });
  const endpoints = [{ port: "metrics" }];
  world.create("ServiceMonitor", "web", { selector: { matchLabels: { app: "web" } }, endpoints });
  world.cluster.advance(240_000);
  return world;
}

const names = (world: OperatedCluster, query = ""): string[] =>
  world
    .ask(`${API}/alerts${query}`)
    .map(({ labels }: { labels: Record<string, string> }) => labels["alertname"])
    .sort();

function post(world: OperatedCluster, path: string, body: unknown): string {
  return exec(world.cluster, ["wget", "-q", "-O-", `--post-data=${JSON.stringify(body)}`, `${API}${path}`], "client");
}

describe("an Alertmanager", () => {
  it("shows the firing alerts of Prometheus at the instant of the request, and costs nothing meanwhile", () => {
    const world = alerted();
    const [always] = world.ask(`${API}/alerts`);
    expect(always).toMatchObject({
      labels: { alertname: "Always", prometheus: "default/main" },
      annotations: { summary: "value 1" },
      receivers: [{ name: "null" }],
      status: { state: "active", silencedBy: [], inhibitedBy: [] },
      generatorURL: expect.stringContaining("/graph?g0.expr=vector(1)"),
    });
    expect(names(world)).toEqual(["Always"]);
    expect(world.ask("http://prometheus-operated:9090/api/v1/alertmanagers").data.activeAlertmanagers).toHaveLength(1);
    world.cluster.advance(600_000);
    expect(world.cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(world.cluster.nowMs + 86_400_000);
    for (const pod of ["web-0", "web-1"]) world.stop(pod);
    world.cluster.advance(30_000);
    expect(names(world)).toContain("WebSlow");
  });

  it("keeps alerts that clients post until they end", () => {
    const world = alerted();
    post(world, "/alerts", [{ labels: { alertname: "Own", team: "red" } }]);
    expect(names(world, `?filter=${encodeURIComponent('team="red"')}`)).toEqual(["Own"]);
    world.cluster.advance(400_000);
    expect(names(world)).toEqual(["Always"]);
  });

  it("silences alerts until the silence expires", () => {
    const world = alerted();
    const at = (ms: number) => new Date(world.cluster.nowMs + ms).toISOString();
    const matchers = [{ name: "alertname", value: "Alw.*", isRegex: true }];
    const silence = { matchers, startsAt: at(0), endsAt: at(600_000), createdBy: "me", comment: "quiet" };
    const { silenceID } = JSON.parse(post(world, "/silences", silence));
    expect(names(world, "?silenced=false")).toEqual([]);
    expect(world.ask(`${API}/alerts`)[0].status).toMatchObject({ state: "suppressed", silencedBy: [silenceID] });
    expect(world.ask(`${API}/silences`)).toMatchObject([{ id: silenceID, status: { state: "active" } }]);
    world.cluster.advance(900_000);
    expect(names(world, "?silenced=false")).toEqual(["Always"]);
  });

  it("groups alerts by its route, and tells its configuration", () => {
    const world = alerted();
    expect(world.ask(`${API}/alerts/groups`)).toMatchObject([{ labels: {}, receiver: { name: "null" } }]);
    expect(world.ask(`${API}/status`).config.original).toContain("receiver: 'null'");
  });
});
