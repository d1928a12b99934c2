import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, numberAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { timeText, writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const csiNode: Describer = {
  group: "storage.k8s.io",
  kind: "CSINode",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "CSINode");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    w.write(0, "Spec:\n");
    if (at(object, "spec.drivers") !== undefined) w.write(1, "Drivers:\n");
    for (const driver of objectsAt(object, "spec.drivers")) {
      w.write(2, `${textAt(driver, "name")}:\n`);
      w.field(3, "Node ID", textAt(driver, "nodeID"));
      if (at(driver, "allocatable.count") !== undefined) {
        w.write(3, "Allocatables:\n");
        w.field(4, "Count", numberAt(driver, "allocatable.count"));
      }
      if (at(driver, "topologyKeys") !== undefined) {
        w.field(3, "Topology Keys", `[${textsAt(driver, "topologyKeys").join(" ")}]`);
      }
    }
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
