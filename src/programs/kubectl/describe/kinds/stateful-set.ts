import { writeClaimTemplates } from "../claims.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, numberAt, objectAt, objectsAt, textAt } from "../fields.ts";
import { plainSelector, timeText, writeMetadata, writeName } from "../metadata.ts";
import { podCounts } from "../pod-counts.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

export const statefulSet: Describer = {
  group: "apps",
  kind: "StatefulSet",
  *describe(call, object) {
    const selector = plainSelector(object, "spec.selector");
    const counts = yield* podCounts(call, object, selector);
    const events = yield* eventsOf(call, object, "StatefulSet");
    const w = new Writer();
    writeName(w, object);
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    w.field(0, "Selector", selector);
    writeMetadata(w, object);
    const [desired, total] = [numberAt(object, "spec.replicas"), numberAt(object, "status.replicas")];
    w.field(0, "Replicas", `${desired} desired | ${total} total`);
    w.field(0, "Update Strategy", textAt(object, "spec.updateStrategy.type"));
    const rolling = objectAt(object, "spec.updateStrategy.rollingUpdate");
    if (at(rolling, "partition") !== undefined) {
      w.field(1, "Partition", numberAt(rolling, "partition"));
      if (at(rolling, "maxUnavailable") !== undefined) w.field(1, "MaxUnavailable", textAt(rolling, "maxUnavailable"));
    }
    w.field(0, "Pods Status", counts);
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeClaimTemplates(w, objectsAt(object, "spec.volumeClaimTemplates"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
