import type { JsonObject } from "../../../../lib/json.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, numberAt, objectAt, objectsAt, textAt } from "../fields.ts";
import { orUnset, timeText, writeConditions, writeMetadata, writeName } from "../metadata.ts";
import { metricText } from "../metrics.ts";
import { Writer } from "../writer.ts";

const CONDITION_COLUMNS = ["Type", "Status", "Reason", "Message"].map((title) => ({
  title,
  path: title.toLowerCase(),
}));

export const horizontalPodAutoscaler: Describer = {
  group: "autoscaling",
  kind: "HorizontalPodAutoscaler",
  *describe(call, shown) {
    // The description has fields that autoscaling/v1 does not have.
    const [namespace, name] = [textAt(shown, "metadata.namespace"), textAt(shown, "metadata.name")];
    const isNew = textAt(shown, "apiVersion") === "autoscaling/v2";
    const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}`;
    const object = isNew ? shown : yield* call.client.json(path);
    const events = yield* eventsOf(call, object, "HorizontalPodAutoscaler");
    const w = new Writer();
    const [spec, status] = [objectAt(object, "spec"), objectAt(object, "status")];
    const kind = textAt(spec, "scaleTargetRef.kind");
    writeName(w, object);
    writeMetadata(w, object);
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    w.field(0, "Reference", `${kind}/${textAt(spec, "scaleTargetRef.name")}`);
    w.field(0, "Metrics", "( current / target )");
    const current = objectsAt(status, "currentMetrics");
    for (const [i, metric] of objectsAt(spec, "metrics").entries()) w.write(1, `${metricText(metric, current[i])}\n`);
    w.field(0, "Min replicas", orUnset(spec, "minReplicas"));
    w.field(0, "Max replicas", numberAt(spec, "maxReplicas"));
    if (at(spec, "behavior") !== undefined) {
      w.write(0, "Behavior:\n");
      writeBehavior(w, "Scale Up", spec, "behavior.scaleUp");
      writeBehavior(w, "Scale Down", spec, "behavior.scaleDown");
    }
    const [now, desired] = [numberAt(status, "currentReplicas"), numberAt(status, "desiredReplicas")];
    w.field(0, `${kind} pods`, `${now} current / ${desired} desired`);
    writeConditions(w, object, CONDITION_COLUMNS);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writeBehavior(w: Writer, title: string, spec: JsonObject, path: string): void {
  if (at(spec, path) === undefined) return;
  const rules = objectAt(spec, path);
  w.write(1, `${title}:\n`);
  const window = at(rules, "stabilizationWindowSeconds");
  if (window !== undefined) w.write(2, `Stabilization Window: ${String(window)} seconds\n`);
  const policies = objectsAt(rules, "policies");
  if (policies.length === 0) return;
  w.write(2, `Select Policy: ${textAt(rules, "selectPolicy") || "Max"}\n`);
  w.write(2, "Policies:\n");
  for (const one of policies) {
    const value = `${textAt(one, "type")}\tValue: ${numberAt(one, "value")}`;
    w.write(3, `- Type: ${value}\tPeriod: ${numberAt(one, "periodSeconds")} seconds\n`);
  }
}
