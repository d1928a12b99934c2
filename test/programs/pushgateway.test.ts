/** A Pushgateway that a Job pushes to, and a Prometheus that scrapes it. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { podWith } from "../kubelet/clusters.ts";
import { exec } from "../kubelet/own-images.ts";
import { monitored, query } from "./prometheus/cluster.ts";

const CONFIG = `
global: {scrape_interval: 15s}
scrape_configs:
  - {job_name: pushgateway, honor_labels: true, static_configs: [{targets: ['pushgateway:9091']}]}
`;

describe("a Pushgateway", () => {
  it("keeps what jobs push until it is deleted", () => {
    const cluster = monitored(CONFIG, { apps: 0 });
    const gateway = podWith("pushgateway", { image: "prom/pushgateway:v1.11.1" });
    gateway.metadata.labels = { app: "pushgateway" };
    cluster.create(podKind, gateway);
    cluster.create(podKind, podWith("job", { image: "curlimages/curl", command: ["sleep", "inf"] }));
    const spec = { selector: { app: "pushgateway" }, ports: [{ port: 9091 }] };
    cluster.create(serviceKind, { metadata: { name: "pushgateway", namespace: "default" }, spec } as never);
    cluster.advance(30_000);
    const push = (script: string) => exec(cluster, ["sh", "-c", script], "job");
    const url = "http://pushgateway:9091/metrics/job/backup/instance/db";
    push(`echo 'rows_total 3' | curl -s --data-binary @- ${url}`);
    push(`echo 'size_bytes{disk="a"} 7' | curl -s --data-binary @- ${url}`);
    cluster.advance(60_000);
    expect(query(cluster, "rows_total")).toEqual(['rows_total{instance="db",job="backup"} 3']);
    expect(query(cluster, "size_bytes")).toEqual(['size_bytes{disk="a",instance="db",job="backup"} 7']);
    push(`echo 'rows_total 5' | curl -s -X PUT --data-binary @- ${url}`);
    cluster.advance(120_000);
    expect(query(cluster, "rows_total")).toEqual(['rows_total{instance="db",job="backup"} 5']);
    expect(query(cluster, "size_bytes")).toEqual([]);
    expect(push(`echo 'rows total' | curl -s --data-binary @- ${url}`)).toContain("text format parsing error");
    push(`curl -s -X DELETE ${url}`);
    cluster.advance(120_000);
    expect(query(cluster, "rows_total")).toEqual([]);
  });
});
