/** PodMonitor: ports of pods. */
import type { JsonObject } from "../../../../lib/json.ts";
import { objectIn } from "../../../kubectl/core/parts.ts";
import type { Steps } from "../../../kubectl/core/session.ts";
import { namespaceOf } from "../../objects.ts";
import { keyOf } from "../selection.ts";
import { clientSettings, honorSettings, limitSettings, scrapeSettings } from "./client-settings.ts";
import { discovery, usesRoleSelectors } from "./discovery.ts";
import { configsOfEndpoints, type EndpointOf, type MonitorKind } from "./monitor.ts";
import * as rules from "./relabelling.ts";

export const podMonitors: MonitorKind = {
  ...{ kind: "PodMonitor", plural: "podmonitors", version: "v1", field: "podMonitor" },
  scrapeConfigs: configsOfEndpoints("podMetricsEndpoints", scrapeConfig),
};

function* scrapeConfig({ monitor, endpoint, index, assets, prometheus }: EndpointOf): Steps<JsonObject> {
  const [spec, owner] = [objectIn(monitor["spec"]), objectIn(prometheus["spec"])];
  const namespaceSelector = objectIn(spec["namespaceSelector"]);
  const metricRules = rules.ownRules(endpoint["metricRelabelings"]);
  return {
    job_name: `podMonitor/${keyOf(monitor)}/${index}`,
    ...honorSettings(endpoint, owner),
    kubernetes_sd_configs: [discovery(monitor, "pod", { prometheus, namespaceSelector, selects: ["pod"] })],
    ...scrapeSettings(endpoint),
    ...(yield* clientSettings(endpoint, namespaceOf(monitor), assets)),
    relabel_configs: targetRules(monitor, endpoint, owner),
    ...limitSettings(spec),
    ...(metricRules.length > 0 && { metric_relabel_configs: metricRules }),
  };
}

function targetRules(monitor: JsonObject, endpoint: JsonObject, owner: JsonObject): rules.Rule[] {
  const spec = objectIn(monitor["spec"]);
  const jobLabel = typeof spec["jobLabel"] === "string" ? rules.labelName(spec["jobLabel"]) : "";
  const port = endpoint["port"] || endpoint["portNumber"] || endpoint["targetPort"];
  const shown = endpoint["port"] || endpoint["targetPort"];
  const portLabel = `__meta_kubernetes_pod_container_port_${typeof port === "number" ? "number" : "name"}`;
  return [
    rules.KEEPS_JOB_NAME,
    ...(endpoint["filterRunning"] === false ? [] : [rules.DROPS_ENDED_PODS]),
    ...(usesRoleSelectors(spec) ? [] : rules.selectorRules(spec["selector"], "pod")),
    ...(port ? [rules.keep(portLabel, port)] : []),
    rules.copy("__meta_kubernetes_namespace", "namespace"),
    rules.copy("__meta_kubernetes_pod_container_name", "container"),
    rules.copy("__meta_kubernetes_pod_name", "pod"),
    ...rules.copiedLabels(spec["podTargetLabels"], "pod"),
    ...rules.copiedLabels(owner["podTargetLabels"], "pod"),
    rules.assign("job", keyOf(monitor)),
    ...(jobLabel === "" ? [] : [rules.copyPresent(`__meta_kubernetes_pod_label_${jobLabel}`, "job")]),
    ...(shown ? [rules.assign("endpoint", shown)] : []),
    ...rules.ownRules(endpoint["relabelings"]),
    ...rules.shardRules(owner),
  ];
}
