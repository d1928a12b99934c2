/** Pages of metrics that Prometheus scrapes: objects of the API, nodes, kubelets, cluster DNS, nginx and Redis. */
import { describe, expect, it } from "vitest";
import { deploymentKind } from "../../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../../src/kinds/core/config-map.ts";
import { podKind } from "../../../src/kinds/core/pod.ts";
import { serviceKind } from "../../../src/kinds/core/service.ts";
import { flow } from "../../control-plane/traffic-world.ts";
import { podWith } from "../../kubelet/clusters.ts";
import { exec } from "../../kubelet/own-images.ts";
import { deployment } from "../../support/builders.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { monitored, query } from "./cluster.ts";

/** Scrapes a pod that is reached through a Service of its name. */
function exported(cluster: TestCluster, name: string, port: number, container: object): void {
  const pod = podWith(name, container);
  pod.metadata.labels = { app: name };
  cluster.create(podKind, pod);
  const spec = { selector: { app: name }, ports: [{ port, targetPort: port }] };
  cluster.create(serviceKind, { metadata: { name, namespace: "default" }, spec } as never);
}

const job = (name: string, target: string, more = "") =>
  `  - {job_name: ${name}, ${more} static_configs: [{targets: ['${target}']}]}\n`;
const GLOBAL = "global: {scrape_interval: 15s}\nscrape_configs:\n";

describe("kube-state-metrics", () => {
  it("shows objects as they are at each scrape", () => {
    const cluster = monitored(GLOBAL + job("ksm", "ksm:8080"), { apps: 0 });
    exported(cluster, "ksm", 8080, { image: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.17.0" });
    const web = deployment("web", { image: "nginx:1.27", replicas: 2 });
    web.spec.template.spec!.containers[0]!.resources = { requests: { cpu: "100m", memory: "64Mi" } };
    cluster.create(deploymentKind, web);
    cluster.advance(60_000);
    expect(query(cluster, 'sum by (phase) (kube_pod_status_phase{namespace="default"}) > 0')).toEqual([
      '{phase="Running"} 5',
    ]);
    expect(query(cluster, 'kube_deployment_status_replicas{deployment="web"}')).toEqual([
      'kube_deployment_status_replicas{deployment="web",instance="ksm:8080",job="ksm",namespace="default"} 2',
    ]);
    expect(
      query(cluster, 'sum(kube_pod_container_resource_requests{resource="cpu",container="c",exported_pod!=""})'),
    ).toEqual([]);
    expect(query(cluster, 'sum by (unit) (kube_pod_container_resource_requests{pod=~"web-.*"})')).toEqual(
      ['{unit="core"} 0.2', '{unit="byte"} 134217728'].sort(),
    );
    cluster.update(deploymentKind, cluster.get(deploymentKind, "web")!, ({ spec }) => {
      spec.replicas = 4;
    });
    cluster.advance(60_000);
    expect(
      query(
        cluster,
        'kube_deployment_status_replicas_available{deployment="web"} - (kube_deployment_status_replicas_available offset 90s)',
      ),
    ).toEqual(['{deployment="web",instance="ksm:8080",job="ksm",namespace="default"} 2']);
    expect(query(cluster, 'count(kube_node_status_condition{condition="Ready",status="true"} == 1)')).toEqual(["{} 2"]);
    cluster.settle(600_000);
    expect(cluster.nextDueAtMs).toBeNull();
  });
});

const NODES = `${GLOBAL}  - job_name: cadvisor
    scheme: https
    metrics_path: /metrics/cadvisor
    authorization: {credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token}
    tls_config: {insecure_skip_verify: true}
    kubernetes_sd_configs: [{role: node}]
  - job_name: kubelet
    scheme: https
    authorization: {credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token}
    tls_config: {insecure_skip_verify: true}
    kubernetes_sd_configs: [{role: node}]
  - job_name: dns
    kubernetes_sd_configs: [{role: endpoints}]
    relabel_configs:
      - {source_labels: [__meta_kubernetes_service_name, __meta_kubernetes_endpoint_port_name], action: keep, regex: kube-dns;metrics}
`;

describe("kubelets and cluster DNS", () => {
  it("are scraped by discovery", () => {
    const cluster = monitored(NODES, { apps: 1 });
    exported(cluster, "busy", 80, { image: "polinux/stress", command: ["stress", "--cpu", "1"] });
    cluster.advance(300_000);
    expect(query(cluster, "count by (job) (up == 1)")).toEqual([
      '{job="cadvisor"} 2',
      '{job="dns"} 2',
      '{job="kubelet"} 2',
    ]);
    const [busy] = query(
      cluster,
      'round(sum by (pod) (rate(container_cpu_usage_seconds_total{pod="busy",container!=""}[2m])), 0.1)',
    );
    expect(busy).toBe('{pod="busy"} 1');
    expect(query(cluster, "sum(kubelet_running_pods)")[0]).toMatch(/^\{\} \d+$/);
    expect(query(cluster, "count(coredns_build_info)")).toEqual(["{} 2"]);
  });
});

const STATUS = "server { listen 8080; location / { return 200 'ok'; } location /stub_status { stub_status; } }";

describe("exporters", () => {
  it("read the server behind them", () => {
    const config =
      GLOBAL +
      job("nginx", "nginx-exporter:9113") +
      job("redis", "redis-exporter:9121") +
      job("node", "node:9100") +
      job("pg", "pg:9187");
    const cluster = monitored(config, { apps: 0 });
    cluster.create(configMapKind, {
      metadata: { name: "status", namespace: "default" },
      data: { "default.conf": STATUS },
    } as never);
    const volumes = [{ name: "conf", configMap: { name: "status" } }];
    const web = podWith(
      "web",
      { image: "nginx:1.27", volumeMounts: [{ name: "conf", mountPath: "/etc/nginx/conf.d" }] },
      { volumes },
    );
    web.metadata.labels = { app: "web" };
    cluster.create(podKind, web);
    exported(cluster, "redis", 6379, { image: "redis:7" });
    exported(cluster, "nginx-exporter", 9113, {
      image: "nginx/nginx-prometheus-exporter:1.5.1",
      args: ["--nginx.scrape-uri=http://web/stub_status"],
    });
    exported(cluster, "redis-exporter", 9121, {
      image: "oliver006/redis_exporter",
      env: [{ name: "REDIS_ADDR", value: "redis://redis:6379" }],
    });
    exported(cluster, "node", 9100, { image: "prom/node-exporter" });
    exported(cluster, "pg", 9187, {
      image: "quay.io/prometheuscommunity/postgres-exporter",
      env: [{ name: "DATA_SOURCE_NAME", value: "postgresql://u:p@nope:5432/db" }],
    });
    cluster.advance(60_000);
    exec(cluster, ["redis-cli", "set", "a", "1"], "redis");
    flow(cluster, { rate: 5, durationMs: 600_000 });
    cluster.create(podKind, podWith("change", { image: "nginx:1.27" }));
    cluster.advance(300_000);
    expect(query(cluster, "up").map((line) => line.slice(-1))).toEqual(["1", "1", "1", "1"]);
    expect(query(cluster, "round(rate(nginx_http_requests_total[2m]))")).toEqual([
      '{instance="nginx-exporter:9113",job="nginx"} 5',
    ]);
    expect(query(cluster, "redis_db_keys")).toEqual([
      'redis_db_keys{db="db0",instance="redis-exporter:9121",job="redis"} 1',
    ]);
    expect(query(cluster, "pg_up")).toEqual(['pg_up{instance="pg:9187",job="pg"} 0']);
    expect(query(cluster, '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[2m])) > 0.001')).toHaveLength(1);
  });
});

describe("Grafana", () => {
  it("shows its health, and reaches its data source through its proxy", () => {
    const cluster = monitored(`${GLOBAL}${job("prometheus", "localhost:9090")}`, { apps: 0 });
    exported(cluster, "grafana", 3000, { image: "grafana/grafana:12.3.0" });
    const prometheus = cluster.get(podKind, "prometheus")!;
    cluster.advance(30_000);
    const curl = (path: string, ...more: string[]) =>
      exec(cluster, ["wget", "-q", "-O-", ...more, `http://grafana:3000${path}`], "client");
    expect(JSON.parse(curl("/api/health"))).toMatchObject({ database: "ok" });
    expect(curl("/login")).toContain("<title>Grafana</title>");
    const admin = ["--header", `Authorization: Basic ${btoa("admin:admin")}`];
    const source = { name: "Prometheus", type: "prometheus", url: `http://${prometheus.status.podIP}:9090` };
    const added = curl("/api/datasources", ...admin, "--post-data", JSON.stringify(source));
    expect(JSON.parse(added)).toMatchObject({ id: 1, message: "Datasource added" });
    const answer = JSON.parse(curl("/api/datasources/proxy/1/api/v1/query?query=up", ...admin));
    expect(answer.data.result[0].value[1]).toBe("1");
  });
});
