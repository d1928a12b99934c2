import { ServerError } from "../../core/client.ts";
import type { Describer } from "../describer.ts";
import { eventsOf } from "../events.ts";
import { plainSelector, selectorText, writeController, writeMetadata, writeName } from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writeReplicas } from "../replicas.ts";
import { Writer } from "../writer.ts";

export const replicaSet: Describer = {
  group: "apps",
  kind: "ReplicaSet",
  *describe(call, object) {
    let counts: string;
    try {
      counts = yield* podCounts(call, object, plainSelector(object, "spec.selector"));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      counts = `error in fetching pods: ${error.statusMessage}`;
    }
    const events = yield* eventsOf(call, object, "ReplicaSet");
    const w = new Writer();
    writeName(w, object);
    w.field(0, "Selector", selectorText(object, "spec.selector"));
    writeMetadata(w, object);
    writeController(w, object);
    writeReplicas(w, object, { counts, events, nowMs: call.nowMs });
    return w.toString();
  },
};
