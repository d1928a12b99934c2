import { ServerError } from "../../core/client.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { numberAt, objectAt } from "../fields.ts";
import {
  plainSelector,
  selectorText,
  writeController,
  writeMetadata,
  writeName,
  writeWorkloadConditions,
} from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writePodTemplate } from "../pod-template.ts";
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
    const [current, desired] = [numberAt(object, "status.replicas"), numberAt(object, "spec.replicas")];
    w.field(0, "Replicas", `${current} current / ${desired} desired`);
    w.field(0, "Pods Status", counts);
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeWorkloadConditions(w, object);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
