import { humanDuration } from "../../../../lib/duration.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, numberAt, objectAt, orNone, textAt } from "../fields.ts";
import { orUnset, plainSelector, timeText, writeController, writeMetadata, writeName } from "../metadata.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

/** Lists of indexes are cut at the next comma behind this length. */
const MAX_INDEXES = 50;

export const job: Describer = {
  group: "batch",
  kind: "Job",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "Job");
    const w = new Writer();
    writeName(w, object);
    w.field(0, "Selector", plainSelector(object, "spec.selector"));
    writeMetadata(w, object);
    writeController(w, object);
    writePlan(w, object);
    writeProgress(w, object);
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writePlan(w: Writer, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  const present = (label: string, field: string) => {
    if (at(spec, field) !== undefined) w.field(0, label, textAt(spec, field));
  };
  present("Parallelism", "parallelism");
  w.field(0, "Completions", orUnset(spec, "completions"));
  present("Completion Mode", "completionMode");
  present("Suspend", "suspend");
  present("Backoff Limit", "backoffLimit");
  present("TTL Seconds After Finished", "ttlSecondsAfterFinished");
}

function writeProgress(w: Writer, object: JsonObject): void {
  const status = objectAt(object, "status");
  const [started, completed] = [textAt(status, "startTime"), textAt(status, "completionTime")];
  if (started) w.field(0, "Start Time", timeText(started));
  if (completed) w.field(0, "Completed At", timeText(completed));
  if (started && completed) w.field(0, "Duration", humanDuration(Date.parse(completed) - Date.parse(started)));
  const deadline = at(object, "spec.activeDeadlineSeconds");
  if (deadline !== undefined) w.field(0, "Active Deadline Seconds", `${String(deadline)}s`);
  const ready = at(status, "ready") === undefined ? "" : ` (${numberAt(status, "ready")} Ready)`;
  const ended = `${numberAt(status, "succeeded")} Succeeded / ${numberAt(status, "failed")} Failed`;
  w.field(0, "Pods Statuses", `${numberAt(status, "active")} Active${ready} / ${ended}`);
  if (textAt(object, "spec.completionMode") === "Indexed") {
    w.field(0, "Completed Indexes", orNone(cutIndexes(textAt(status, "completedIndexes"))));
  }
}

function cutIndexes(indexes: string): string {
  const comma = indexes.indexOf(",", MAX_INDEXES);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}
