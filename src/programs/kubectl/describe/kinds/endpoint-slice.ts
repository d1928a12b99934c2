import type { JsonObject } from "../../../../lib/json.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, objectsAt, orNone, textAt, textsAt } from "../fields.ts";
import { orUnset, writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const endpointSlice: Describer = {
  group: "discovery.k8s.io",
  kind: "EndpointSlice",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "EndpointSlice");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    w.field(0, "AddressType", textAt(object, "addressType"));
    const ports = objectsAt(object, "ports");
    if (ports.length === 0) w.write(0, "Ports: <unset>\n");
    else w.write(0, "Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------\n");
    for (const port of ports) {
      const name = textAt(port, "name") || "<unset>";
      w.write(1, `${name}\t${orUnset(port, "port")}\t${textAt(port, "protocol")}\n`);
    }
    const all = objectsAt(object, "endpoints");
    w.write(0, all.length === 0 ? "Endpoints: <none>\n" : "Endpoints:\n");
    for (const one of all) writeEndpoint(w, one);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writeEndpoint(w: Writer, one: JsonObject): void {
  w.field(1, "- Addresses", orNone(textsAt(one, "addresses").join(", ")));
  w.write(2, "Conditions:\n");
  w.field(3, "Ready", orUnset(one, "conditions.ready"));
  w.field(2, "Hostname", orUnset(one, "hostname"));
  if (at(one, "targetRef") !== undefined) {
    w.field(2, "TargetRef", `${textAt(one, "targetRef.kind")}/${textAt(one, "targetRef.name")}`);
  }
  w.field(2, "NodeName", orUnset(one, "nodeName"));
  w.field(2, "Zone", orUnset(one, "zone"));
}
