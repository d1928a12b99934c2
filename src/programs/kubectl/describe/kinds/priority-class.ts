import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { isAt, mapAt, numberAt, textAt } from "../fields.ts";
import { writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const priorityClass: Describer = {
  group: "scheduling.k8s.io",
  kind: "PriorityClass",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "PriorityClass");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    w.field(0, "Value", numberAt(object, "value"));
    w.field(0, "GlobalDefault", isAt(object, "globalDefault"));
    w.field(0, "PreemptionPolicy", textAt(object, "preemptionPolicy"));
    w.field(0, "Description", textAt(object, "description"));
    w.field(0, "Annotations", formatLabels(mapAt(object, "metadata.annotations")));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
