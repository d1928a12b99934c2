import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { objectsAt, textAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

const PULL_SECRETS = "Image pull secrets:";

export const serviceAccount: Describer = {
  group: "",
  kind: "ServiceAccount",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "ServiceAccount");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    const names = objectsAt(object, "imagePullSecrets").map((one) => textAt(one, "name"));
    (names.length > 0 ? names : ["<none>"]).forEach((name, i) => {
      w.write(0, `${i === 0 ? PULL_SECRETS : " ".repeat(PULL_SECRETS.length)}\t${name}\n`);
    });
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
