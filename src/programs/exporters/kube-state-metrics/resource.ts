/** A resource of the API of which kube-state-metrics shows metrics. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { quantityNumber } from "../../../lib/quantity.ts";
import { parseTime } from "../../../lib/time.ts";
import type { MetricFamily, MetricSeries, MetricType } from "../../base/metrics/page.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";

export interface ResourceMetrics {
  /** As in the flag `--resources`. */
  name: string;
  /** `core/pods` */
  resource: string;
  /** Path of the list in all namespaces. */
  path: string;
  /** Adds the metrics of one object. */
  collect(object: JsonObject, families: Families): void;
}

type Labels = Readonly<Record<string, string>>;

/** The families of a page. Help texts are those of the first sample of each family. */
export class Families {
  readonly #families = new Map<string, { help: string; type: MetricType; series: MetricSeries[] }>();

  /** Adds a sample; undefined and null are left out. Labels without a value are empty. */
  add(name: string, help: string, labels: Labels, value: JsonValue | undefined, type: MetricType = "gauge"): void {
    if (value === undefined || value === null) return;
    const family = this.#families.get(name) ?? { help, type, series: [] };
    family.series.push({ labels, points: [[0, Number(value)]] });
    this.#families.set(name, family);
  }

  /** One sample for each possible state: 1 for the present one. */
  states(name: string, help: string, labels: Labels, { label, states, present }: States): void {
    for (const state of states) this.add(name, help, { ...labels, [label]: state }, state === present ? 1 : 0);
  }

  get list(): MetricFamily[] {
    return [...this.#families].map(([name, family]) => ({ name, ...family }));
  }
}

interface States {
  label: string;
  states: readonly string[];
  present: string | undefined;
}

export function metadataOf(object: JsonObject): JsonObject {
  return objectIn(object["metadata"]);
}

export function specOf(object: JsonObject): JsonObject {
  return objectIn(object["spec"]);
}

export function statusOf(object: JsonObject): JsonObject {
  return objectIn(object["status"]);
}

export function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

/** Seconds since 1970; undefined without a time. */
export function secondsOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "string" ? parseTime(value) / 1000 : undefined;
}

/** The labels `namespace` and `<kind>` of an object. */
export function identity(object: JsonObject, kind: string): Record<string, string> {
  const { namespace, name } = metadataOf(object);
  return { ...(namespace !== undefined && { namespace: textOf(namespace) }), [kind]: textOf(name) };
}

/** `kube_<kind>_created` and `kube_<kind>_labels`, which all resources have. */
export function common(object: JsonObject, kind: string, families: Families, label = kind): void {
  const labels = identity(object, label);
  const { creationTimestamp } = metadataOf(object);
  families.add(`kube_${kind}_created`, "Unix creation timestamp", labels, secondsOf(creationTimestamp));
}

/** `kube_<kind>_status_condition` with one sample for each status. */
export function conditions(object: JsonObject, kind: string, families: Families, help: string): void {
  for (const { type, status } of objectsIn(statusOf(object)["conditions"])) {
    families.states(
      `kube_${kind}_status_condition`,
      help,
      { ...identity(object, kind), condition: textOf(type) },
      { label: "status", states: ["true", "false", "unknown"], present: textOf(status).toLowerCase() },
    );
  }
}

/** The name and unit of a resource such as `cpu` in labels, and its amount. */
export function amountOf(
  resource: string,
  quantity: JsonValue | undefined,
): { resource: string; unit: string; value: number } {
  const name = resource.replace(/[^a-zA-Z0-9_]/g, "_");
  const isBytes = /^(memory|storage|ephemeral_storage|hugepages_)/.test(name);
  const unit = name === "cpu" ? "core" : isBytes ? "byte" : "integer";
  return { resource: name, unit, value: quantityNumber(textOf(quantity)) };
}
