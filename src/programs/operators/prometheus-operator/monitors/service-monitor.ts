/** ServiceMonitor: the endpoints of Services. */
import type { JsonObject } from "../../../../lib/json.ts";
import { objectIn } from "../../../kubectl/core/parts.ts";
import type { Steps } from "../../../kubectl/core/session.ts";
import { namespaceOf } from "../../objects.ts";
import { keyOf } from "../selection.ts";
import { clientSettings, honorSettings, limitSettings, scrapeSettings } from "./client-settings.ts";
import { discovery, usesRoleSelectors } from "./discovery.ts";
import { configsOfEndpoints, type EndpointOf, type MonitorKind } from "./monitor.ts";
import * as rules from "./relabelling.ts";

export const serviceMonitors: MonitorKind = {
  ...{ kind: "ServiceMonitor", plural: "servicemonitors", version: "v1", field: "serviceMonitor" },
  scrapeConfigs: configsOfEndpoints("endpoints", scrapeConfig),
};

function* scrapeConfig({ monitor, endpoint, index, assets, prometheus }: EndpointOf): Steps<JsonObject> {
  const [spec, owner] = [objectIn(monitor["spec"]), objectIn(prometheus["spec"])];
  const role =
    (spec["serviceDiscoveryRole"] ?? owner["serviceDiscoveryRole"]) === "EndpointSlice" ? "endpointslice" : "endpoints";
  const namespaceSelector = objectIn(spec["namespaceSelector"]);
  const metricRules = rules.ownRules(endpoint["metricRelabelings"]);
  return {
    job_name: `serviceMonitor/${keyOf(monitor)}/${index}`,
    ...honorSettings(endpoint, owner),
    kubernetes_sd_configs: [discovery(monitor, role, { prometheus, namespaceSelector, selects: [role, "service"] })],
    ...scrapeSettings(endpoint),
    ...(yield* clientSettings(endpoint, namespaceOf(monitor), assets)),
    relabel_configs: targetRules(spec, endpoint, owner, role),
    ...limitSettings(spec),
    ...(metricRules.length > 0 && { metric_relabel_configs: metricRules }),
  };
}

function targetRules(spec: JsonObject, endpoint: JsonObject, owner: JsonObject, role: string): rules.Rule[] {
  const prefix = role === "endpoints" ? "__meta_kubernetes_endpoint" : "__meta_kubernetes_endpointslice";
  const target = [`${prefix}_address_target_kind`, `${prefix}_address_target_name`];
  const named = (kind: string, label: string): rules.Rule => ({
    ...{ source_labels: target, separator: ";", regex: `${kind};(.*)` },
    ...{ replacement: rules.group(1), target_label: label },
  });
  const jobLabel = typeof spec["jobLabel"] === "string" ? rules.labelName(spec["jobLabel"]) : "";
  const port = endpoint["port"] || endpoint["targetPort"];
  return [
    rules.KEEPS_JOB_NAME,
    ...(usesRoleSelectors(spec) ? [] : rules.selectorRules(spec["selector"], "service")),
    ...portRules(endpoint, `${prefix}_port_name`),
    named("Node", "node"),
    named("Pod", "pod"),
    rules.copy("__meta_kubernetes_namespace", "namespace"),
    rules.copy("__meta_kubernetes_service_name", "service"),
    rules.copy("__meta_kubernetes_pod_name", "pod"),
    rules.copy("__meta_kubernetes_pod_container_name", "container"),
    ...(endpoint["filterRunning"] === false ? [] : [rules.DROPS_ENDED_PODS]),
    ...rules.copiedLabels(spec["targetLabels"], "service"),
    ...rules.copiedLabels(spec["podTargetLabels"], "pod"),
    ...rules.copiedLabels(owner["podTargetLabels"], "pod"),
    { ...rules.copy("__meta_kubernetes_service_name", "job"), replacement: rules.group(1) },
    ...(jobLabel === "" ? [] : [rules.copyPresent(`__meta_kubernetes_service_label_${jobLabel}`, "job")]),
    ...(port ? [rules.assign("endpoint", port)] : []),
    ...rules.ownRules(endpoint["relabelings"]),
    ...rules.shardRules(owner),
  ];
}

function portRules({ port, targetPort }: JsonObject, portName: string): rules.Rule[] {
  if (port) return [rules.keep(portName, port)];
  if (targetPort === undefined || targetPort === "") return [];
  return [
    rules.keep(
      `__meta_kubernetes_pod_container_port_${typeof targetPort === "number" ? "number" : "name"}`,
      targetPort,
    ),
  ];
}
