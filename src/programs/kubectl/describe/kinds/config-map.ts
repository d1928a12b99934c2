import { bytesOfBase64 } from "../../../../lib/bytes.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { mapAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const configMap: Describer = {
  group: "",
  kind: "ConfigMap",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "ConfigMap");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    w.write(0, "\nData\n====\n");
    const data = mapAt(object, "data");
    for (const key of Object.keys(data).sort()) w.write(0, `${key}:\n----\n${data[key]}\n\n`);
    w.write(0, "\nBinaryData\n====\n");
    const binary = mapAt(object, "binaryData");
    for (const key of Object.keys(binary).sort()) w.write(0, `${key}: ${bytesOfBase64(binary[key]!).length} bytes\n`);
    w.write(0, "\n");
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
