import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { numberAt, objectsAt, orNone, textAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const endpoints: Describer = {
  group: "",
  kind: "Endpoints",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "Endpoints");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    w.write(0, "Subsets:\n");
    for (const subset of objectsAt(object, "subsets")) {
      const addresses = (field: string) => objectsAt(subset, field).map((one) => textAt(one, "ip"));
      w.field(1, "Addresses", orNone(addresses("addresses").join(",")));
      w.field(1, "NotReadyAddresses", orNone(addresses("notReadyAddresses").join(",")));
      const ports = objectsAt(subset, "ports");
      if (ports.length > 0) {
        w.write(1, "Ports:\n");
        w.write(2, "Name\tPort\tProtocol\n");
        w.write(2, "----\t----\t--------\n");
      }
      for (const port of ports) {
        const name = textAt(port, "name") || "<unset>";
        w.write(2, `${name}\t${numberAt(port, "port")}\t${textAt(port, "protocol")}\n`);
      }
      w.write(0, "\n");
    }
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
