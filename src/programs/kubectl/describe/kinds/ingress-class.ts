import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, objectAt, textAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const ingressClass: Describer = {
  group: "networking.k8s.io",
  kind: "IngressClass",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "IngressClass");
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    w.field(0, "Controller", textAt(object, "spec.controller"));
    const parameters = objectAt(object, "spec.parameters");
    if (at(object, "spec.parameters") !== undefined) {
      w.write(0, "Parameters:\n");
      if (at(parameters, "apiGroup") !== undefined) w.field(1, "APIGroup", textAt(parameters, "apiGroup"));
      w.field(1, "Kind", textAt(parameters, "kind"));
      w.field(1, "Name", textAt(parameters, "name"));
    }
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
