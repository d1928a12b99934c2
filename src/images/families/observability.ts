/** Metrics, logs and traces: the images of the usual charts. */
import { k8sSidecar } from "../../programs/operators/k8s-sidecar.ts";
import { blackboxExporter } from "../../programs/servers/blackbox-exporter.ts";
import { grafana } from "../../programs/servers/grafana/grafana.ts";
import { metricsServer } from "../../programs/servers/metrics-server.ts";
import { prometheusAdapter } from "../../programs/servers/prometheus-adapter/index.ts";
import { pushgateway } from "../../programs/servers/pushgateway.ts";
import { htmlPage } from "../../programs/servers/service.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { serviceImage, simpleImage } from "../simple.ts";
import { directory } from "../tree.ts";
import { EXPORTERS } from "./exporters.ts";
import { ALERTMANAGER, PROMETHEUS } from "./prometheus.ts";

export const OBSERVABILITY: readonly ImageFamily[] = [
  PROMETHEUS,
  ALERTMANAGER,
  ...EXPORTERS,
  simpleImage({
    repositories: ["docker.io/prom/pushgateway", "quay.io/prometheus/pushgateway"],
    tags: { grows: true, versions: "0.3-10:1 1.0-11:3", prefix: "v", words: { master: "1.11.2" } },
    base: "alpine",
    path: "/bin/pushgateway",
    program: "pushgateway",
    implementation: pushgateway,
    user: "nobody",
    ports: [9091],
    sizeBytes: 11_000_000,
  }),
  simpleImage({
    repositories: ["docker.io/prom/blackbox-exporter", "quay.io/prometheus/blackbox-exporter"],
    tags: { grows: true, versions: "0.1-28:1", prefix: "v", words: { master: "0.28.0", main: "0.28.0" } },
    base: "alpine",
    path: "/bin/blackbox_exporter",
    program: "blackbox_exporter",
    implementation: blackboxExporter,
    ports: [9115],
    sizeBytes: 14_000_000,
  }),
  serviceImage(["docker.io/prom/statsd-exporter", "docker.io/prom/mysqld-exporter"], {
    base: "alpine",
    path: "/bin/exporter",
    user: "nobody",
    ports: [9102, 9104],
    sizeBytes: 14_000_000,
    style: "logfmt",
    lines: ["Starting exporter", "Listening"],
    page: htmlPage("Exporter"),
  }),
  simpleImage({
    repositories: ["quay.io/prometheus-operator/prometheus-operator", "quay.io/coreos/prometheus-operator"],
    tags: { grows: true, versions: "0.30-95:2", prefix: "v" },
    base: "distroless",
    path: "/bin/operator",
    program: "prometheus-operator",
    user: "65534",
    ports: [8080, 10250],
    sizeBytes: 25_000_000,
  }),
  simpleImage({
    repositories: [
      "quay.io/prometheus-operator/prometheus-config-reloader",
      "quay.io/coreos/prometheus-config-reloader",
    ],
    tags: { grows: true, versions: "0.30-95:2", prefix: "v" },
    base: "distroless",
    path: "/bin/prometheus-config-reloader",
    program: "prometheus-config-reloader",
    user: "65534",
    ports: [8080],
    sizeBytes: 14_000_000,
  }),
  simpleImage({
    repositories: ["registry.k8s.io/metrics-server/metrics-server", "docker.io/rancher/mirrored-metrics-server"],
    tags: { grows: true, versions: "0.3:7 0.4-7:4 0.8:1", prefix: "v" },
    path: "/metrics-server",
    program: "metrics-server",
    implementation: metricsServer,
    base: "distroless",
    user: "65534",
    ports: [10250, 4443, 443],
    sizeBytes: 20_000_000,
  }),
  simpleImage({
    repositories: [
      "registry.k8s.io/prometheus-adapter/prometheus-adapter",
      "docker.io/directxman12/k8s-prometheus-adapter",
      "docker.io/directxman12/k8s-prometheus-adapter-amd64",
    ],
    tags: { grows: true, versions: "0.5-8:4 0.9-12:1", prefix: "optional" },
    path: "/adapter",
    program: "prometheus-adapter",
    implementation: prometheusAdapter,
    base: "distroless",
    user: "65534",
    ports: [6443],
    sizeBytes: 30_000_000,
  }),
  simpleImage({
    repositories: [
      "docker.io/grafana/grafana",
      "docker.io/grafana/grafana-oss",
      "docker.io/grafana/grafana-enterprise",
    ],
    tags: {
      grows: true,
      versions: "5.0-4:9 6.0-7:9 7.0-5:17 8.0-5:27 9.0-5:21 10.0-4:19 11.0-6:9 12.0-4:4 13.0-1:2",
      words: { main: "12.3.4" },
      variants: "ubuntu|security-\\d+",
    },
    base: "alpine",
    path: "/run.sh",
    program: "grafana",
    implementation: grafana,
    user: "472",
    files: { "/var/lib/grafana": directory({ uid: 472, gid: 0, mode: 0o777 }) },
    ports: [3000],
    sizeBytes: 140_000_000,
  }),
  simpleImage({
    repositories: ["quay.io/kiwigrid/k8s-sidecar", "docker.io/kiwigrid/k8s-sidecar", "ghcr.io/kiwigrid/k8s-sidecar"],
    tags: { grows: true, versions: "0.1:400 1.0-30:20 2.0-20:9" },
    path: "/app/sidecar",
    program: "k8s-sidecar",
    implementation: k8sSidecar,
    base: "alpine",
    user: "65534",
    ports: [],
    sizeBytes: 35_000_000,
  }),
  serviceImage(["docker.io/grafana/loki"], {
    tags: { grows: true, versions: "1.0-6:1 2.0-9:17 3.0-7:12" },
    base: "alpine",
    path: "/usr/bin/loki",
    user: "10001",
    ports: [3100, 9095],
    sizeBytes: 36_000_000,
    style: "logfmt",
    startMs: 1500,
    lines: [
      "Starting Loki version=3.6.3",
      "server listening on addresses http=[::]:3100 grpc=[::]:9095",
      "Loki started",
    ],
    paths: { "/ready": "ready\n" },
  }),
  serviceImage(
    [
      "docker.io/grafana/promtail",
      "docker.io/grafana/tempo",
      "docker.io/grafana/alloy",
      "docker.io/grafana/agent",
      "docker.io/grafana/mimir",
    ],
    {
      base: "debian",
      path: "/usr/bin/agent",
      ports: [3101, 9080, 3200, 12345, 8080],
      sizeBytes: 80_000_000,
      style: "logfmt",
      lines: ["Starting", "server listening on addresses http=[::]:9080"],
    },
  ),
  serviceImage(
    library("fluentd").concat(
      "docker.io/fluent/fluentd",
      "docker.io/fluent/fluentd-kubernetes-daemonset",
      "docker.io/bitnami/fluentd",
      "registry.k8s.io/fluentd-elasticsearch",
      "registry.k8s.io/fluentd-gcp",
      "quay.io/fluentd_elasticsearch/fluentd",
      "docker.io/k8s/fluentd-elasticsearch",
    ),
    {
      tags: {
        grows: true,
        versions: "0.12:43 1.0-16:9 1.17:1 1.18:0 1.19:3 1.20-40 2.0-9:9 3.0-4:9 4.0-7:9 5.0:1 20 30",
        prefix: "optional",
        words: { edge: "1.19.1" },
        variants:
          "(debian|alpine|windows|onbuild|armhf|amd64|arm64)?(-?debian|-?alpine)?(-?(elasticsearch[678]?|papertrail|syslog|cloudwatch|forward|kafka2?|s3|gcs|graylog|logzio|loggly|stackdriver|opensearch|azureblob|kinesis|logentries))?(-?\\d+(\\.\\d+)?)*(-amd64|-arm64)?",
      },
      base: "debian",
      path: "/usr/local/bundle/bin/fluentd",
      user: "fluent",
      ports: [24224, 5140],
      listensAsDeclared: true,
      sizeBytes: 50_000_000,
      logFd: 1,
      startMs: 900,
      lines: ({ nowMs }) => {
        const at = new Date(nowMs).toISOString().slice(0, 19).replace("T", " ");
        return [
          "init supervisor logger path=nil rotate_age=nil rotate_size=nil",
          'parsing config file is succeeded path="/fluentd/etc/fluent.conf"',
          'starting fluentd-1.19.1 pid=7 ruby="3.4.7"',
          'adding match pattern="**" type="stdout"',
          'adding source type="forward"',
          "#0 starting fluentd worker pid=16 ppid=7 worker=0",
          '#0 listening port port=24224 bind="0.0.0.0"',
          "#0 fluentd worker is now running worker=0",
        ].map((line) => `${at} +0000 [info]: ${line}`);
      },
      isCommand: true,
    },
  ),
  serviceImage(["docker.io/fluent/fluent-bit", "cr.fluentbit.io/fluent/fluent-bit", "ghcr.io/fluent/fluent-bit"], {
    tags: {
      grows: true,
      versions: "0.13-14:9 1.0-9:11 2.0-2:3 3.0-2:10 4.0-2:3",
      prefix: "optional",
      variants: "debug|distroless",
    },
    path: "/fluent-bit/bin/fluent-bit",
    ports: [2020],
    sizeBytes: 40_000_000,
    lines: [
      "Fluent Bit v4.2.3",
      "* Copyright (C) 2015-2026 The Fluent Bit Authors",
      "[ info] [fluent bit] version=4.2.3, commit=, pid=1",
      "[ info] [storage] ver=1.5.4, type=memory, sync=normal",
      "[ info] [sp] stream processor started",
    ],
    paths: {
      "/": { "fluent-bit": { version: "4.2.3", edition: "Community" } },
      "/api/v1/health": "ok\n",
      "/api/v2/health": "ok\n",
    },
    isCommand: true,
  }),
  serviceImage(
    [
      "docker.elastic.co/beats/filebeat",
      "docker.elastic.co/beats/metricbeat",
      "docker.elastic.co/beats/heartbeat",
      "docker.io/elastic/filebeat",
      "docker.io/elastic/metricbeat",
      "docker.elastic.co/beats/filebeat-oss",
    ],
    {
      tags: { grows: true, versions: "5.0-6:16 6.0-8:23 7.0-17:29 8.0-19:9 9.0-2:4" },
      base: "redhat",
      path: "/usr/share/filebeat/filebeat",
      ports: [5066],
      sizeBytes: 130_000_000,
      style: "json",
      lines: [
        "Home path: [/usr/share/filebeat] Config path: [/usr/share/filebeat]",
        "filebeat start running.",
        "Loading and starting Inputs completed. Enabled inputs: 0",
      ],
    },
  ),
  serviceImage(
    ["docker.io/jaegertracing/all-in-one", "docker.io/jaegertracing/jaeger", "quay.io/jaegertracing/all-in-one"],
    {
      tags: { grows: true, versions: "1.6-75:1 2.0-19:1" },
      path: "/go/bin/all-in-one-linux",
      ports: [16686, 14268, 14250, 4317, 4318, 14269],
      sizeBytes: 32_000_000,
      style: "json",
      lines: ["Starting jaeger-collector gRPC server", "Query server started"],
      page: htmlPage("Jaeger UI"),
    },
  ),
  serviceImage(
    [
      "docker.io/otel/opentelemetry-collector",
      "docker.io/otel/opentelemetry-collector-contrib",
      "docker.io/otel/opentelemetry-collector-k8s",
      "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector",
      "docker.io/openzipkin/zipkin",
    ],
    {
      tags: { grows: true, versions: "0.20-160:2 2.20-24:4 3.0-5:1" },
      path: "/otelcol",
      user: "10001",
      ports: [4317, 4318, 13133, 8888, 9411],
      sizeBytes: 90_000_000,
      style: "zap",
      lines: ["Starting otelcol...", "Everything is ready. Begin running and processing data."],
      paths: { "/": { status: "Server available" } },
    },
  ),
];
