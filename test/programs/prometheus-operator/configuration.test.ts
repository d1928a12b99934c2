/** The configuration that prometheus-operator writes for monitors, and the file that its reloader hands over. */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import {
  compressedConfiguration,
  configurationText,
} from "../../../src/programs/operators/prometheus-operator/reloader.ts";
import { scrapeConfigsOf } from "../../../src/programs/operators/prometheus-operator/scrape-configs.ts";
import { isSelected } from "../../../src/programs/operators/prometheus-operator/selection.ts";
import { readConfig } from "../../../src/programs/prometheus/config/config.ts";
import { relabel } from "../../../src/programs/prometheus/config/relabel.ts";

const MONITOR = {
  metadata: { name: "shop", namespace: "team" },
  spec: {
    jobLabel: "team",
    selector: { matchLabels: { app: "shop" } },
    endpoints: [{ port: "metrics", interval: "30s", relabelings: [{ sourceLabels: ["pod"], targetLabel: "name" }] }],
  },
};

describe("a ServiceMonitor", () => {
  it("is a scrape configuration that Prometheus reads", () => {
    const [config] = scrapeConfigsOf(MONITOR, "serviceMonitor");
    const text = stringify({ scrape_configs: [config] });
    const [job] = readConfig(configurationText(compressedConfiguration(text)), "prometheus.yaml").scrapeConfigs;
    expect(job).toMatchObject({ jobName: "serviceMonitor/team/shop/0", intervalMs: 30_000 });
    expect(job!.kubernetes).toEqual([{ role: "endpoints", namespaces: ["team"], ownNamespace: false, selectors: [] }]);
    const endpoint = {
      __meta_kubernetes_namespace: "team",
      __meta_kubernetes_service_name: "shop",
      __meta_kubernetes_service_label_app: "shop",
      __meta_kubernetes_service_label_team: "red",
      __meta_kubernetes_endpoint_port_name: "metrics",
      __meta_kubernetes_pod_name: "shop-1",
    };
    expect(relabel(endpoint, job!.relabelRules)).toMatchObject({ job: "red", name: "shop-1", endpoint: "metrics" });
    const others = { ...endpoint, __meta_kubernetes_endpoint_port_name: "http" };
    expect(relabel(others, job!.relabelRules)).toBeUndefined();
  });

  it.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { a: "1" } }, true],
    [{ matchLabels: { a: "2" } }, false],
    [{ matchExpressions: [{ key: "a", operator: "In", values: ["1"] }] }, true],
    [{ matchExpressions: [{ key: "a", operator: "NotIn", values: ["1"] }] }, false],
    [{ matchExpressions: [{ key: "b", operator: "DoesNotExist" }] }, true],
  ])("is selected by %j: %s", (selector, isWanted) => expect(isSelected(selector, { a: "1" })).toBe(isWanted));
});
