/**
 * PrometheusRules as files of rules in ConfigMaps.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/operator/rules.go
 */
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import { MAX_RULE_DATA_BYTES } from "../../../lib/container-limits.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { ConfigError } from "../../prometheus/config/reader.ts";
import { readRuleFile } from "../../prometheus/config/rule-files.ts";
import type { Api } from "../controller-program.ts";
import { list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { Rejection } from "./assets.ts";
import { tellRejection } from "./rejections.ts";
import { type Selectable, selected } from "./selection.ts";
import { ensureData } from "./writes.ts";
import { yamlText } from "./yaml.ts";

const RULES: Selectable = { kind: "PrometheusRule", plural: "prometheusrules", version: "v1", field: "rule" };

/** ConfigMaps that are always mounted, so that more rules need no new pod. */
const MIN_CONFIG_MAPS = 3;

/** The problem of each text of rules, or "". */
const problems = new BoundedCache<string, string>(200);

/** The file of a rule object. Throws Rejection with Prometheus' own words. */
export function ruleText(rule: JsonObject): string {
  const groups = objectsIn(objectIn(rule["spec"])["groups"]).map(
    ({ partial_response_strategy: _thanos, ...group }) => group,
  );
  const content = yamlText({ groups });
  const problem = problems.getOrCompute(content, () => problemOf(content));
  if (problem !== "") throw new Rejection(problem);
  if (content.length > MAX_RULE_DATA_BYTES) {
    const limit = `which is above the maximum limit of ${MAX_RULE_DATA_BYTES} bytes`;
    throw new Rejection(`the length of rendered Prometheus Rule is ${content.length} bytes ${limit}`);
  }
  return content;
}

function problemOf(content: string): string {
  try {
    readRuleFile(content, "", 0);
    return "";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/** Writes the ConfigMaps of the rules that a Prometheus selects. Returns the names of all mounted ones. */
export function* ensureRules(api: Api, prometheus: JsonObject): Steps<string[]> {
  const files: [name: string, content: string][] = [];
  for (const rule of yield* selected(api, prometheus, RULES)) {
    try {
      files.push([`${namespaceOf(rule)}-${nameOf(rule)}-${String(metadataOf(rule)["uid"])}.yaml`, ruleText(rule)]);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      yield* tellRejection(api, rule, `PrometheusRule ${nameOf(rule)}`, error.message);
    }
  }
  const prefix = `prometheus-${nameOf(prometheus)}-rulefiles-`;
  const maps = inConfigMaps(files);
  const labels = { "prometheus-name": nameOf(prometheus) };
  for (const [i, data] of maps.entries()) {
    yield* ensureData(api, prometheus, { plural: "configmaps", name: `${prefix}${i}`, data, labels });
  }
  yield* removeOthers(api, prometheus, maps.length, prefix);
  return Array.from({ length: Math.max(MIN_CONFIG_MAPS, maps.length) }, (_, i) => `${prefix}${i}`);
}

/** Files in their order, each ConfigMap as full as its limit allows. There is at least one. */
function inConfigMaps(files: readonly [string, string][]): JsonObject[] {
  const maps: Record<string, string>[] = [{}];
  let size = 0;
  for (const [name, content] of files) {
    if (size > 0 && size + content.length > MAX_RULE_DATA_BYTES) {
      maps.push({});
      size = 0;
    }
    maps.at(-1)![name] = content;
    size += content.length;
  }
  return maps;
}

function* removeOthers({ client }: Api, prometheus: JsonObject, count: number, prefix: string): Steps<void> {
  const path = `/api/v1/namespaces/${namespaceOf(prometheus)}/configmaps`;
  for (const each of yield* list(client, `${path}?labelSelector=prometheus-name%3D${nameOf(prometheus)}`)) {
    const name = nameOf(each);
    const number = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (number >= count) yield* client.json(`${path}/${name}`, { method: "DELETE" });
  }
}
