import { formatLabels } from "../../../../lib/selectors.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { mapAt, textAt } from "../fields.ts";
import { writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const volumeAttributesClass: Describer = {
  group: "storage.k8s.io",
  kind: "VolumeAttributesClass",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "VolumeAttributesClass");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    w.field(0, "Annotations", formatLabels(mapAt(object, "metadata.annotations")));
    w.field(0, "DriverName", textAt(object, "driverName"));
    w.field(0, "Parameters", formatLabels(mapAt(object, "parameters")));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
