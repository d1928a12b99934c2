import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf } from "../events.ts";
import { mapAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writeReplicas } from "../replicas.ts";
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
    writeReplicas(w, object, { counts, events, nowMs: call.nowMs });
    return w.toString();
  },
};
