/** ScrapeConfig: targets by their addresses, or by discovery in Kubernetes. */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import { namespaceOf } from "../../objects.ts";
import { Rejection } from "../assets.ts";
import { keyOf } from "../selection.ts";
import { clientSettings, honorSettings, limitSettings, scrapeSettings } from "./client-settings.ts";
import { type MonitorKind, present } from "./monitor.ts";
import * as rules from "./relabelling.ts";

/** Discoveries with the names of fields that Prometheus has. */
const DISCOVERIES: Readonly<Record<string, (given: JsonObject) => JsonObject>> = {
  httpSDConfigs: ({ url, refreshInterval }) => present({ url, refresh_interval: refreshInterval }),
  fileSDConfigs: ({ files, refreshInterval }) => present({ files, refresh_interval: refreshInterval }),
  dnsSDConfigs: ({ names, type, port, refreshInterval }) =>
    present({ names, type, port, refresh_interval: refreshInterval }),
  kubernetesSDConfigs: ({ role, namespaces, selectors, attachMetadata }) =>
    present({
      role: lower(role),
      namespaces:
        namespaces === undefined
          ? undefined
          : present({ own_namespace: objectIn(namespaces)["ownNamespace"], names: objectIn(namespaces)["names"] }),
      selectors:
        selectors === undefined
          ? undefined
          : objectsIn(selectors).map((each) => ({ ...each, role: lower(each["role"]) })),
      attach_metadata: attachMetadata,
    }),
};

function lower(text: JsonValue | undefined): string {
  return String(text ?? "").toLowerCase();
}

export const scrapeConfigs: MonitorKind = {
  ...{ kind: "ScrapeConfig", plural: "scrapeconfigs", version: "v1alpha1", field: "scrapeConfig" },
  *scrapeConfigs(object, { assets, prometheus }) {
    const [spec, owner] = [objectIn(object["spec"]), objectIn(prometheus["spec"])];
    const unknown = Object.keys(spec).find((name) => /SDConfigs$/.test(name) && !DISCOVERIES[name]);
    if (unknown !== undefined) throw new Rejection(`${unknown}: this discovery is not available in Sandbar`);
    const discoveries = Object.entries(DISCOVERIES).flatMap(([name, convert]) =>
      spec[name] === undefined
        ? []
        : [[name.replace(/SDConfigs$/, "_sd_configs"), objectsIn(spec[name]).map(convert)] as const],
    );
    const metricRules = rules.ownRules(spec["metricRelabelings"]);
    const config: JsonObject = {
      job_name: `scrapeConfig/${keyOf(object)}`,
      ...honorSettings(spec, owner),
      ...scrapeSettings(spec),
      ...(yield* clientSettings(spec, namespaceOf(object), assets)),
      ...limitSettings(spec),
      ...present({ static_configs: spec["staticConfigs"] }),
      ...Object.fromEntries(discoveries),
      relabel_configs: [
        rules.KEEPS_JOB_NAME,
        ...(spec["jobName"] ? [{ ...rules.assign("job", spec["jobName"]), action: "replace" }] : []),
        ...rules.ownRules(spec["relabelings"]),
        ...rules.shardRules(owner),
      ],
      ...(metricRules.length > 0 && { metric_relabel_configs: metricRules }),
    };
    return [config];
  },
};
