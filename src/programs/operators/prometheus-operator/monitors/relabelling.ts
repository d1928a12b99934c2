/**
 * Rules that keep the targets of a monitor and give them their labels.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/promcfg.go
 */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import { present } from "./monitor.ts";

export type Rule = JsonObject;

/** A name as a part of a label's name. */
export function labelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_");
}

export const KEEPS_JOB_NAME: Rule = { source_labels: ["job"], target_label: "__tmp_prometheus_job_name" };

export const DROPS_ENDED_PODS: Rule = {
  action: "drop",
  source_labels: ["__meta_kubernetes_pod_phase"],
  regex: "(Failed|Succeeded)",
};

export function keep(source: string, regex: JsonValue): Rule {
  return { action: "keep", source_labels: [source], regex };
}

/** The text of a group of the regular expression, in a replacement. */
export function group(number: number): string {
  return `\${${number}}`;
}

export function copy(source: string, target: string): Rule {
  return { source_labels: [source], target_label: target };
}

/** The label gets the value of another one unless that is empty. */
export function copyPresent(source: string, target: string): Rule {
  return { ...copy(source, target), regex: "(.+)", replacement: group(1) };
}

export function assign(target: string, value: JsonValue): Rule {
  return { target_label: target, replacement: String(value) };
}

/** Keeps the targets whose object (`service`, `pod`, `ingress`) fulfils the selector. */
export function selectorRules(selector: JsonValue | undefined, object: string): Rule[] {
  const { matchLabels, matchExpressions } = objectIn(selector);
  const value = (key: string) => `__meta_kubernetes_${object}_label_${labelName(key)}`;
  const presence = (key: string) => `__meta_kubernetes_${object}_labelpresent_${labelName(key)}`;
  const isOneOf = (action: string, key: string, values: readonly string[]): Rule => ({
    action,
    source_labels: [value(key), presence(key)],
    regex: `(${values.join("|")});true`,
  });
  const byLabel = Object.keys(objectIn(matchLabels))
    .sort()
    .map((key) => isOneOf("keep", key, [String(objectIn(matchLabels)[key])]));
  const byExpression = objectsIn(matchExpressions).map(({ key, operator, values }): Rule => {
    const name = String(key);
    const listed = Array.isArray(values) ? values.map(String) : [];
    switch (operator) {
      case "In":
        return isOneOf("keep", name, listed);
      case "NotIn":
        return isOneOf("drop", name, listed);
      case "Exists":
        return keep(presence(name), "true");
      default:
        return { action: "drop", source_labels: [presence(name)], regex: "true" };
    }
  });
  return [...byLabel, ...byExpression];
}

/** Labels of an object that its targets get as well. */
export function copiedLabels(names: JsonValue | undefined, object: string): Rule[] {
  const all = Array.isArray(names) ? names.map(String) : [];
  return all.map((name) => copyPresent(`__meta_kubernetes_${object}_label_${labelName(name)}`, labelName(name)));
}

/** Rules of a monitor with the names of fields that Prometheus has. */
export function ownRules(rules: JsonValue | undefined): Rule[] {
  return objectsIn(rules).map((rule) =>
    present({
      source_labels: rule["sourceLabels"],
      separator: rule["separator"],
      target_label: rule["targetLabel"],
      regex: rule["regex"],
      modulus: rule["modulus"],
      ...(typeof rule["replacement"] === "string" && { replacement: rule["replacement"] }),
      action: typeof rule["action"] === "string" ? rule["action"].toLowerCase() : undefined,
    }),
  );
}

/** Each shard keeps its part of the targets. The reloader of a shard puts its number in. */
export function shardRules({ shards }: JsonObject, source = "__address__"): Rule[] {
  const modulus = Math.max(1, Number(shards ?? 1));
  return [
    {
      source_labels: [source, "__tmp_hash"],
      target_label: "__tmp_hash",
      ...{ regex: "(.+);", replacement: "$1", action: "replace" },
    },
    { source_labels: ["__tmp_hash"], target_label: "__tmp_hash", modulus, action: "hashmod" },
    { source_labels: ["__tmp_hash", "__tmp_disable_sharding"], regex: "$(SHARD);|.+;.+", action: "keep" },
  ];
}
