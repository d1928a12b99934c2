/** Grafana with k8s-sidecar: dashboards and data sources of labelled ConfigMaps, as its charts have them. */
import { describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";
import { exec } from "../kubelet/own-images.ts";
import type { TestCluster } from "../support/cluster.ts";

const PROVIDER = "providers: [{name: sidecar, type: file, options: {path: /tmp/dashboards}}]\n";
const SOURCE = "datasources: [{name: Prometheus, type: prometheus, uid: prometheus, url: 'http://prometheus:9090'}]\n";

function sidecar(name: string, folder: string, volume: string) {
  const url = `http://localhost:3000/api/admin/provisioning/${name}s/reload`;
  const env = {
    METHOD: "WATCH",
    LABEL: `grafana_${name}`,
    LABEL_VALUE: "1",
    FOLDER: folder,
    NAMESPACE: "ALL",
    REQ_URL: url,
  };
  const all = { ...env, REQ_METHOD: "POST", REQ_USERNAME: "admin", REQ_PASSWORD: "secret" };
  return {
    name,
    image: "quay.io/kiwigrid/k8s-sidecar:1.30.0",
    env: Object.entries(all).map(([key, value]) => ({ name: key, value })),
    volumeMounts: [{ name: volume, mountPath: folder }],
    resources: {},
  };
}

function grafana(): TestCluster {
  const cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
  label(cluster, "provider", {}, { "provider.yaml": PROVIDER });
  label(cluster, "source", { grafana_datasource: "1" }, { "datasource.yaml": SOURCE });
  const pod = podWith("grafana", {
    image: "grafana/grafana:12.1.0",
    env: [{ name: "GF_SECURITY_ADMIN_PASSWORD", value: "secret" }],
    volumeMounts: [
      { name: "dashboards", mountPath: "/tmp/dashboards" },
      { name: "sources", mountPath: "/etc/grafana/provisioning/datasources" },
      { name: "provider", mountPath: "/etc/grafana/provisioning/dashboards" },
    ],
  });
  pod.spec.containers.push(sidecar("dashboard", "/tmp/dashboards", "dashboards"));
  pod.spec.containers.push(sidecar("datasource", "/etc/grafana/provisioning/datasources", "sources"));
  pod.spec.volumes = [
    { name: "dashboards", emptyDir: {} },
    { name: "sources", emptyDir: {} },
    { name: "provider", configMap: { name: "provider" } },
  ];
  cluster.create(podKind, pod);
  cluster.advance(30_000);
  return cluster;
}

function label(cluster: TestCluster, name: string, labels: Record<string, string>, data: Record<string, string>) {
  return cluster.create(configMapKind, { metadata: { name, namespace: "default", labels }, data } as never);
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
function ask(cluster: TestCluster, path: string, ...options: string[]): any {
  const url = `http://admin:secret@localhost:3000${path}`;
  return JSON.parse(exec(cluster, ["wget", "-q", "-O-", ...options, url], "grafana"));
}

describe("Grafana with a sidecar", () => {
  it("shows the dashboards of labelled ConfigMaps, until they go", () => {
    const cluster = grafana();
    expect(ask(cluster, "/api/search")).toEqual([]);
    const content = { uid: "shop", title: "Shop & Stock", tags: ["shop"], panels: [{ title: "Orders" }] };
    const made = label(cluster, "shop", { grafana_dashboard: "1" }, { "shop.json": JSON.stringify(content) });
    cluster.advance(10_000);
    expect(ask(cluster, "/api/search?query=stock")).toMatchObject([
      { uid: "shop", title: "Shop & Stock", url: "/d/shop/shop-stock", type: "dash-db", tags: ["shop"] },
    ]);
    expect(ask(cluster, "/api/dashboards/uid/shop")).toMatchObject({
      meta: { provisioned: true },
      dashboard: { panels: [{ title: "Orders" }] },
    });
    cluster.delete(configMapKind, made);
    cluster.advance(10_000);
    expect(ask(cluster, "/api/search")).toEqual([]);
    expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 86_400_000);
  });

  it("gets its data sources after the start", () => {
    const cluster = grafana();
    expect(ask(cluster, "/api/datasources")).toMatchObject([
      { name: "Prometheus", uid: "prometheus", isDefault: true },
    ]);
  });

  it("keeps a dashboard that a client saves", () => {
    const cluster = grafana();
    const body = JSON.stringify({ dashboard: { title: "Own", uid: "own" } });
    const saved = ask(cluster, "/api/dashboards/db", `--post-data=${body}`, "--header=Content-Type: application/json");
    expect(saved).toMatchObject({ uid: "own", status: "success" });
    expect(ask(cluster, "/api/search")).toMatchObject([{ uid: "own", title: "Own" }]);
  });
});
