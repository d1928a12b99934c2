/** Exporters of metrics. */
import { kubeStateMetrics } from "../../programs/exporters/kube-state-metrics/kube-state-metrics.ts";
import { nginxExporter, nodeExporter, postgresExporter, redisExporter } from "../../programs/exporters/programs.ts";
import { MB } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { ANY_VERSION, simpleImage } from "../simple.ts";

export const EXPORTERS: readonly ImageFamily[] = [
  simpleImage({
    repositories: ["docker.io/prom/node-exporter", "quay.io/prometheus/node-exporter"],
    tags: { grows: true, versions: "0.15-18:2 1.0-8:2 1.9:1 1.10:2", prefix: "v", variants: "distroless" },
    base: "alpine",
    path: "/bin/node_exporter",
    program: "node-exporter",
    implementation: nodeExporter,
    user: "nobody",
    ports: [9100],
    sizeBytes: 12 * MB,
  }),
  simpleImage({
    repositories: ["registry.k8s.io/kube-state-metrics/kube-state-metrics", "quay.io/coreos/kube-state-metrics"],
    tags: { grows: true, versions: "1.5-9:8 2.0-17:1", prefix: "v" },
    base: "distroless",
    path: "/kube-state-metrics",
    program: "kube-state-metrics",
    implementation: kubeStateMetrics,
    user: "nobody",
    ports: [8080, 8081],
    sizeBytes: 15 * MB,
  }),
  simpleImage({
    repositories: ["docker.io/nginx/nginx-prometheus-exporter", "docker.io/nginx/nginx-exporter"],
    tags: ANY_VERSION,
    base: "distroless",
    path: "/usr/bin/nginx-prometheus-exporter",
    program: "nginx-prometheus-exporter",
    implementation: nginxExporter,
    user: "1001",
    ports: [9113],
    sizeBytes: 6 * MB,
  }),
  simpleImage({
    repositories: ["docker.io/oliver006/redis_exporter", "docker.io/bitnami/redis-exporter"],
    tags: ANY_VERSION,
    base: "alpine",
    path: "/redis_exporter",
    program: "redis-exporter",
    implementation: redisExporter,
    user: "59000",
    ports: [9121],
    sizeBytes: 10 * MB,
  }),
  simpleImage({
    repositories: [
      "quay.io/prometheuscommunity/postgres-exporter",
      "docker.io/prometheuscommunity/postgres-exporter",
      "docker.io/wrouesnel/postgres_exporter",
    ],
    tags: ANY_VERSION,
    base: "alpine",
    path: "/bin/postgres_exporter",
    program: "postgres-exporter",
    implementation: postgresExporter,
    user: "nobody",
    ports: [9187],
    sizeBytes: 12 * MB,
  }),
];
