import type { JsonObject } from "../../../lib/json.ts";
import { writeEvents } from "./events.ts";
import { numberAt, objectAt } from "./fields.ts";
import { writeWorkloadConditions } from "./metadata.ts";
import { writePodTemplate } from "./pod-template.ts";
import type { Writer } from "./writer.ts";

/** The end of the description of a ReplicaSet or a ReplicationController: replicas, template, conditions, events. */
export function writeReplicas(
  w: Writer,
  object: JsonObject,
  { counts, events, nowMs }: { counts: string; events: readonly JsonObject[] | undefined; nowMs: number },
): void {
  const [current, desired] = [numberAt(object, "status.replicas"), numberAt(object, "spec.replicas")];
  w.field(0, "Replicas", `${current} current / ${desired} desired`);
  w.field(0, "Pods Status", counts);
  writePodTemplate(w, objectAt(object, "spec.template"));
  writeWorkloadConditions(w, object);
  writeEvents(w, events, nowMs);
}
