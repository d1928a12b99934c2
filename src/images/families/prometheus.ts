/** The Prometheus server. */
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
