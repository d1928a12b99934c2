/**
 * The metrics of a HorizontalPodAutoscaler: `current / target`.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`describeHorizontalPodAutoscalerV2`)
 */
import { goQuote } from "../../../lib/go-quote.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { at, objectAt, textAt } from "./fields.ts";
import { quantityText } from "./quantities.ts";

/** The line of a metric, without its level. `status` is the metric at the same position of the status. */
export function metricText(metric: JsonObject, status: JsonObject | undefined): string {
  const type = textAt(metric, "type");
  const form = FORMS[type];
  if (!form) return `<unknown metric type ${goQuote(type)}>`;
  const source = objectAt(metric, form.field);
  const isKnown = status !== undefined && at(status, form.field) !== undefined;
  return form.text(source, isKnown ? objectAt(status, `${form.field}.current`) : undefined);
}

interface MetricForm {
  field: string;
  /** `current` is undefined if the status does not have the metric. */
  text(source: JsonObject, current: JsonObject | undefined): string;
}

const FORMS: Readonly<Record<string, MetricForm>> = {
  External: {
    field: "external",
    text(source, current) {
      const name = goQuote(textAt(source, "metric.name"));
      if (at(source, "target.averageValue") === undefined) {
        return `${name} (target value):\t${amounts(source, current, "value")}`;
      }
      const known = current && at(current, "averageValue") !== undefined ? current : undefined;
      return `${name} (target average value):\t${amounts(source, known, "averageValue")}`;
    },
  },
  Pods: {
    field: "pods",
    text: (source, current) =>
      `${goQuote(textAt(source, "metric.name"))} on pods:\t${amounts(source, current, "averageValue")}`,
  },
  Object: {
    field: "object",
    text(source, current) {
      const target = `${textAt(source, "describedObject.kind")}/${textAt(source, "describedObject.name")}`;
      const head = `"${textAt(source, "metric.name")}" on ${target} `;
      return textAt(source, "target.type") === "AverageValue"
        ? `${head}(target average value):\t${amounts(source, current, "averageValue")}`
        : `${head}(target value):\t${amounts(source, current, "value")}`;
    },
  },
  Resource: {
    field: "resource",
    text: (source, current) => resourceText(`resource ${textAt(source, "name")} on pods`, source, current),
  },
  ContainerResource: {
    field: "containerResource",
    text(source, current) {
      const container = `container "${textAt(source, "container")}"`;
      return resourceText(`resource ${textAt(source, "name")} of ${container} on pods`, source, current);
    },
  },
};

function resourceText(head: string, source: JsonObject, current: JsonObject | undefined): string {
  if (at(source, "target.averageValue") !== undefined) return `${head}:\t${amounts(source, current, "averageValue")}`;
  const utilization = current && at(current, "averageUtilization");
  const now =
    utilization === undefined
      ? "<unknown>"
      : `${String(utilization)}% (${quantityText(textAt(current ?? {}, "averageValue"))})`;
  const wanted = at(source, "target.averageUtilization");
  const target = wanted === undefined ? "<auto>" : `${String(wanted)}%`;
  return `${head}  (as a percentage of request):\t${now} / ${target}`;
}

function amounts(source: JsonObject, current: JsonObject | undefined, field: string): string {
  const now = current ? quantityText(textAt(current, field)) : "<unknown>";
  return `${now} / ${quantityText(textAt(source, `target.${field}`))}`;
}
