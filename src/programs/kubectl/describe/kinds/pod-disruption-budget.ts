import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, numberAt, textAt } from "../fields.ts";
import { selectorText, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

const COUNTS = [
  ["Allowed disruptions", "disruptionsAllowed"],
  ["Current", "currentHealthy"],
  ["Desired", "desiredHealthy"],
  ["Total", "expectedPods"],
] as const;

export const podDisruptionBudget: Describer = {
  group: "policy",
  kind: "PodDisruptionBudget",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "PodDisruptionBudget");
    const w = new Writer();
    writeName(w, object);
    if (at(object, "spec.minAvailable") !== undefined) w.field(0, "Min available", textAt(object, "spec.minAvailable"));
    else if (at(object, "spec.maxUnavailable") !== undefined) {
      w.field(0, "Max unavailable", textAt(object, "spec.maxUnavailable"));
    }
    const hasSelector = at(object, "spec.selector") !== undefined;
    w.field(0, "Selector", hasSelector ? selectorText(object, "spec.selector") : "<unset>");
    w.write(0, "Status:\n");
    for (const [label, field] of COUNTS) w.field(2, label, numberAt(object, `status.${field}`));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
