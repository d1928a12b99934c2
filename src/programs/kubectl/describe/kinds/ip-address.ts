import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, textAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const ipAddress: Describer = {
  group: "networking.k8s.io",
  kind: "IPAddress",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "IPAddress");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    if (at(object, "spec.parentRef") !== undefined) {
      w.write(0, "Parent Reference:\n");
      for (const label of ["Group", "Resource", "Namespace", "Name"]) {
        w.field(1, label, textAt(object, `spec.parentRef.${label.toLowerCase()}`));
      }
    }
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
