import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { mapAt, numberAt, objectAt } from "../fields.ts";
import { writeMetadata, writeName, writeWorkloadConditions } from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

export const replicationController: Describer = {
  group: "",
  kind: "ReplicationController",
  *describe(call, object) {
    const selector = formatLabels(mapAt(object, "spec.selector"));
    const counts = yield* podCounts(call, object, selector === "<none>" ? "" : selector);
    const events = yield* eventsOf(call, object, "ReplicationController");
    const w = new Writer();
    writeName(w, object);
    w.field(0, "Selector", selector);
    writeMetadata(w, object);
    const [current, desired] = [numberAt(object, "status.replicas"), numberAt(object, "spec.replicas")];
    w.field(0, "Replicas", `${current} current / ${desired} desired`);
    w.field(0, "Pods Status", counts);
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeWorkloadConditions(w, object);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
