/** The servers of Prometheus and of Alertmanager. */
import { alpineRelease } from "../bases/alpine.ts";
import { MB, onAlpine } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { directory, executable, file } from "../tree.ts";

/** The image's own configuration: the server scrapes itself. */
const OWN_CONFIG = `# my global config
global:
  scrape_interval: 15s # Set the scrape interval to every 15 seconds. Default is every 1 minute.
  evaluation_interval: 15s # Evaluate rules every 15 seconds. The default is every 1 minute.

rule_files:

scrape_configs:
  - job_name: "prometheus"
    static_configs:
      - targets: ["localhost:9090"]
        labels:
          app: "prometheus"
`;

const SERVER_ACCOUNT = { uid: 65_534, gid: 65_534 };

export const PROMETHEUS: ImageFamily = {
  repositories: ["docker.io/prom/prometheus", "quay.io/prometheus/prometheus"],
  tags: {
    grows: true,
    versions: "2.0-54:5 2.55:1 3.0-7:3 3.9-13:2 3.8:1",
    prefix: "v",
    words: { main: "3.8.1" },
    variants: "distroless",
  },
  image: () =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 115 * MB,
      user: "nobody",
      workingDir: "/prometheus",
      ports: [9090],
      entrypoint: ["/bin/prometheus"],
      cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      files: {
        "/bin/prometheus": executable("prometheus", { sizeBytes: 150 * MB }),
        "/bin/promtool": executable("promtool", { sizeBytes: 140 * MB }),
        "/etc/prometheus": directory(SERVER_ACCOUNT),
        "/etc/prometheus/prometheus.yml": file(OWN_CONFIG, SERVER_ACCOUNT),
        "/prometheus": directory({ ...SERVER_ACCOUNT, mode: 0o777 }),
      },
    }),
};

/** The image's own configuration of Alertmanager. */
const ALERT_CONFIG = `route:
  group_by: ['alertname']
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h
  receiver: 'web.hook'
receivers:
  - name: 'web.hook'
    webhook_configs:
      - url: 'http://127.0.0.1:5001/'
inhibit_rules:
  - source_match:
      severity: 'critical'
    target_match:
      severity: 'warning'
    equal: ['alertname', 'dev', 'instance']
`;

export const ALERTMANAGER: ImageFamily = {
  repositories: ["docker.io/prom/alertmanager", "quay.io/prometheus/alertmanager"],
  tags: { grows: true, versions: "0.15-28:4 0.29:0 0.30:1", prefix: "v", words: { main: "0.30.1" } },
  image: () =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 32 * MB,
      user: "nobody",
      workingDir: "/alertmanager",
      ports: [9093],
      entrypoint: ["/bin/alertmanager"],
      cmd: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
      files: {
        "/bin/alertmanager": executable("alertmanager", { sizeBytes: 40 * MB }),
        "/etc/alertmanager": directory(SERVER_ACCOUNT),
        "/etc/alertmanager/alertmanager.yml": file(ALERT_CONFIG, SERVER_ACCOUNT),
        "/alertmanager": directory({ ...SERVER_ACCOUNT, mode: 0o777 }),
      },
    }),
};
