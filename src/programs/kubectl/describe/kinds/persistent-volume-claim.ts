import type { JsonObject } from "../../../../lib/json.ts";
import { writeClaim } from "../claims.ts";
import { sortedBy } from "../containers.ts";
import type { Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { objectsAt, textAt } from "../fields.ts";
import { timeText, writeLines } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const persistentVolumeClaim: Describer = {
  group: "",
  kind: "PersistentVolumeClaim",
  *describe(call, object) {
    const pods = yield* call.list(`/api/v1/namespaces/${textAt(object, "metadata.namespace")}/pods`);
    const events = yield* eventsOf(call, object, "PersistentVolumeClaim");
    const w = new Writer();
    writeClaim(w, object, { isFull: true, nowMs: call.nowMs });
    const users = sortedBy(
      pods.filter((pod) => isUsedBy(object, pod)),
      "metadata.name",
    );
    writeLines(
      w,
      "Used By:\t",
      ["\t"],
      users.map((pod) => textAt(pod, "metadata.name")),
    );
    writeConditions(w, object);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function isUsedBy(claim: JsonObject, pod: JsonObject): boolean {
  const name = textAt(claim, "metadata.name");
  if (objectsAt(pod, "spec.volumes").some((one) => textAt(one, "persistentVolumeClaim.claimName") === name))
    return true;
  const owners = objectsAt(claim, "metadata.ownerReferences").filter((owner) => textAt(owner, "kind") === "Pod");
  return owners.some((owner) => textAt(owner, "uid") === textAt(pod, "metadata.uid"));
}

function writeConditions(w: Writer, claim: JsonObject): void {
  const conditions = objectsAt(claim, "status.conditions");
  if (conditions.length === 0) return;
  w.write(0, "Conditions:\n");
  w.write(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n");
  w.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n");
  for (const one of conditions) {
    const [probed, changed] = [timeText(textAt(one, "lastProbeTime")), timeText(textAt(one, "lastTransitionTime"))];
    const cells = [textAt(one, "type"), textAt(one, "status"), probed, changed, textAt(one, "reason")];
    w.write(1, `${cells.join(" \t")} \t${textAt(one, "message")}\n`);
  }
}
