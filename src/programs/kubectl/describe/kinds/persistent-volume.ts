import type { JsonObject } from "../../../../lib/json.ts";
import { accessModesText, storageClassOf } from "../claims.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, objectAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { writeMetadata, writeName, writeTerminating } from "../metadata.ts";
import { quantityText } from "../quantities.ts";
import { writeVolumeSource } from "../volumes.ts";
import { Writer } from "../writer.ts";

export const persistentVolume: Describer = {
  group: "",
  kind: "PersistentVolume",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "PersistentVolume");
    const w = new Writer();
    const spec = objectAt(object, "spec");
    writeName(w, object, { hasNamespace: false });
    writeMetadata(w, object);
    w.field(0, "Finalizers", `[${textsAt(object, "metadata.finalizers").join(" ")}]`);
    w.field(0, "StorageClass", storageClassOf(object));
    if (!writeTerminating(w, object, call.nowMs)) w.field(0, "Status", textAt(object, "status.phase"));
    const hasClaim = at(spec, "claimRef") !== undefined;
    w.field(0, "Claim", hasClaim ? `${textAt(spec, "claimRef.namespace")}/${textAt(spec, "claimRef.name")}` : "");
    w.field(0, "Reclaim Policy", textAt(spec, "persistentVolumeReclaimPolicy"));
    w.field(0, "Access Modes", accessModesText(spec, "accessModes"));
    if (at(spec, "volumeMode") !== undefined) w.field(0, "VolumeMode", textAt(spec, "volumeMode"));
    w.field(0, "Capacity", quantityText(mapAt(spec, "capacity")["storage"]));
    writeAffinity(w, spec);
    w.field(0, "Message", textAt(object, "status.message"));
    w.write(0, "Source:\n");
    writeVolumeSource(w, spec);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writeAffinity(w: Writer, spec: JsonObject): void {
  w.write(0, "Node Affinity:\t");
  if (at(spec, "nodeAffinity.required") === undefined) {
    w.write(0, "<none>\n");
    return;
  }
  w.write(0, "\n");
  const terms = objectsAt(spec, "nodeAffinity.required.nodeSelectorTerms");
  w.write(1, `Required Terms:\t${terms.length === 0 ? "<none>" : ""}\n`);
  terms.forEach((term, i) => {
    w.write(2, `Term ${i}:\t`);
    const expressions = objectsAt(term, "matchExpressions").map(expressionText);
    if (expressions.length === 0) w.write(0, "<none>\n");
    expressions.forEach((text, j) => {
      if (j > 0) w.write(2, "\t");
      w.write(0, `${text}\n`);
    });
  });
}

function expressionText(expression: JsonObject): string {
  const values = textsAt(expression, "values");
  const list = values.length === 0 ? "" : ` [${values.join(", ")}]`;
  return `${textAt(expression, "key")} ${textAt(expression, "operator").toLowerCase()}${list}`;
}
