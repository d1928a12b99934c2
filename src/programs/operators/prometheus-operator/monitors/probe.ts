/** Probe: addresses or Ingresses that a prober, such as blackbox_exporter, asks. */
import type { JsonObject } from "../../../../lib/json.ts";
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import { namespaceOf } from "../../objects.ts";
import { keyOf } from "../selection.ts";
import { clientSettings, limitSettings, scrapeSettings } from "./client-settings.ts";
import { discovery } from "./discovery.ts";
import { type MonitorKind, present } from "./monitor.ts";
import * as rules from "./relabelling.ts";

export const probes: MonitorKind = {
  ...{ kind: "Probe", plural: "probes", version: "v1", field: "probe" },
  *scrapeConfigs(probe, { assets, prometheus }) {
    const [spec, owner] = [objectIn(probe["spec"]), objectIn(prometheus["spec"])];
    const [prober, targets] = [objectIn(spec["prober"]), objectIn(spec["targets"])];
    if (targets["staticConfig"] === undefined && targets["ingress"] === undefined) return [];
    const { interval, scrapeTimeout, module } = spec;
    const metricRules = rules.ownRules(spec["metricRelabelings"]);
    const given = objectsIn(spec["params"]).filter(({ name }) => !(module && name === "module"));
    const params = Object.fromEntries(given.map(({ name, values }) => [String(name), values ?? []]));
    const found =
      targets["staticConfig"] === undefined
        ? ofIngresses(probe, objectIn(targets["ingress"]), prometheus)
        : ofAddresses(probe, objectIn(targets["staticConfig"]));
    const config = {
      job_name: `probe/${keyOf(probe)}`,
      honor_timestamps: true,
      ...scrapeSettings({ ...prober, path: prober["path"] ?? "/probe", interval, scrapeTimeout } as JsonObject),
      ...present({
        params: module || given.length > 0 ? { ...(module && { module: [module] }), ...params } : undefined,
      }),
      ...limitSettings(spec),
      ...(yield* clientSettings(spec, namespaceOf(probe), assets)),
      ...found.targets,
      relabel_configs: [
        rules.KEEPS_JOB_NAME,
        ...(spec["jobName"] ? [rules.assign("job", spec["jobName"])] : []),
        ...found.rules,
        rules.copy("__param_target", "instance"),
        rules.assign("__address__", prober["url"] ?? ""),
        ...found.ownRules,
        ...rules.shardRules(owner, "__param_target"),
      ],
      ...(metricRules.length > 0 && { metric_relabel_configs: metricRules }),
    };
    return [config];
  },
};

interface ProbeTargets {
  targets: JsonObject;
  /** They make `__param_target`. */
  rules: rules.Rule[];
  ownRules: rules.Rule[];
}

function ofAddresses(probe: JsonObject, { static: addresses, labels, relabelingConfigs }: JsonObject): ProbeTargets {
  const named = { namespace: namespaceOf(probe), ...objectIn(labels) };
  return {
    targets: { static_configs: [{ targets: addresses ?? [], labels: named }] },
    rules: [rules.copy("__address__", "__param_target")],
    ownRules: rules.ownRules(relabelingConfigs),
  };
}

function ofIngresses(probe: JsonObject, ingress: JsonObject, prometheus: JsonObject): ProbeTargets {
  const namespaceSelector = objectIn(ingress["namespaceSelector"]);
  return {
    targets: { kubernetes_sd_configs: [discovery(probe, "ingress", { prometheus, namespaceSelector })] },
    rules: [
      ...rules.selectorRules(ingress["selector"], "ingress"),
      {
        source_labels: ["__meta_kubernetes_ingress_scheme", "__address__", "__meta_kubernetes_ingress_path"],
        ...{ separator: ";", regex: "(.+);(.+);(.+)", target_label: "__param_target" },
        ...{ replacement: `${rules.group(1)}://${rules.group(2)}${rules.group(3)}`, action: "replace" },
      },
      rules.copy("__meta_kubernetes_namespace", "namespace"),
      rules.copy("__meta_kubernetes_ingress_name", "ingress"),
      {
        ...{ source_labels: ["__address__"], separator: ";", regex: "(.*)", target_label: "__tmp_ingress_address" },
        ...{ replacement: "$1", action: "replace" },
      },
    ],
    ownRules: rules.ownRules(ingress["relabelingConfigs"]),
  };
}
