import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { objectsAt, textsAt } from "../fields.ts";
import { TRANSITIONS, writeConditions, writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const serviceCidr: Describer = {
  group: "networking.k8s.io",
  kind: "ServiceCIDR",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "ServiceCIDR");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    w.field(0, "CIDRs", textsAt(object, "spec.cidrs").join(", "));
    if (objectsAt(object, "status.conditions").length > 0) w.write(0, "Status:\n");
    writeConditions(w, object, TRANSITIONS);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
