import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { mapAt, numberAt, objectAt } from "../fields.ts";
import { plainSelector, writeMetadata, writeName } from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

const NODE_COUNTS = [
  ["Desired Number of Nodes Scheduled", "desiredNumberScheduled"],
  ["Current Number of Nodes Scheduled", "currentNumberScheduled"],
  ["Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"],
  ["Number of Nodes Scheduled with Available Pods", "numberAvailable"],
  ["Number of Nodes Misscheduled", "numberMisscheduled"],
] as const;

export const daemonSet: Describer = {
  group: "apps",
  kind: "DaemonSet",
  *describe(call, object) {
    const selector = plainSelector(object, "spec.selector");
    const counts = yield* podCounts(call, object, selector);
    const events = yield* eventsOf(call, object, "DaemonSet");
    const w = new Writer();
    writeName(w, object);
    w.field(0, "Selector", selector);
    w.field(0, "Node-Selector", formatLabels(mapAt(object, "spec.template.spec.nodeSelector")));
    writeMetadata(w, object);
    for (const [label, field] of NODE_COUNTS) w.write(0, `${label}: ${numberAt(object, `status.${field}`)}\n`);
    w.field(0, "Pods Status", counts);
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
