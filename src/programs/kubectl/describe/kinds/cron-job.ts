import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, objectAt, objectsAt, orNone, textAt } from "../fields.ts";
import { boolText, orUnset, plainSelector, timeText, writeMetadata, writeName } from "../metadata.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

export const cronJob: Describer = {
  group: "batch",
  kind: "CronJob",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "CronJob");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    w.field(0, "Schedule", textAt(object, "spec.schedule"));
    w.field(0, "Concurrency Policy", textAt(object, "spec.concurrencyPolicy"));
    w.field(0, "Suspend", boolText(object, "spec.suspend"));
    w.field(0, "Successful Job History Limit", orUnset(object, "spec.successfulJobsHistoryLimit"));
    w.field(0, "Failed Job History Limit", orUnset(object, "spec.failedJobsHistoryLimit"));
    w.field(0, "Starting Deadline Seconds", orUnset(object, "spec.startingDeadlineSeconds", "s"));
    const job = objectAt(object, "spec.jobTemplate.spec");
    w.field(0, "Selector", at(job, "selector") === undefined ? "<unset>" : plainSelector(job, "selector"));
    w.field(0, "Parallelism", orUnset(job, "parallelism"));
    w.field(0, "Completions", orUnset(job, "completions"));
    const deadline = textAt(job, "activeDeadlineSeconds");
    if (deadline) w.field(0, "Active Deadline Seconds", `${deadline}s`);
    writePodTemplate(w, objectAt(job, "template"));
    const last = textAt(object, "status.lastScheduleTime");
    w.field(0, "Last Schedule Time", last ? timeText(last) : "<unset>");
    const active = objectsAt(object, "status.active").map((one) => textAt(one, "name"));
    w.field(0, "Active Jobs", orNone(active.join(", ")));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};
