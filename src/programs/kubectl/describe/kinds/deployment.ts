import { canonicalJson } from "../../../../lib/canonical-json.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Steps } from "../../core/session.ts";
import type { DescribeCall, Describer } from "../describer.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, numberAt, objectAt, orNone, textAt } from "../fields.ts";
import {
  controllerReference,
  plainSelector,
  timeText,
  writeMetadata,
  writeName,
  writeWorkloadConditions,
} from "../metadata.ts";
import { writePodTemplate } from "../pod-template.ts";
import { Writer } from "../writer.ts";

const HASH_LABEL = "pod-template-hash";

export const deployment: Describer = {
  group: "apps",
  kind: "Deployment",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "Deployment");
    const sets = yield* replicaSetsOf(call, object);
    const w = new Writer();
    writeName(w, object);
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    writeMetadata(w, object);
    w.field(0, "Selector", plainSelector(object, "spec.selector"));
    w.field(0, "Replicas", replicasText(object));
    w.field(0, "StrategyType", textAt(object, "spec.strategy.type"));
    w.field(0, "MinReadySeconds", numberAt(object, "spec.minReadySeconds"));
    const rolling = objectAt(object, "spec.strategy.rollingUpdate");
    if (at(object, "spec.strategy.rollingUpdate") !== undefined) {
      const [unavailable, surge] = [textAt(rolling, "maxUnavailable"), textAt(rolling, "maxSurge")];
      w.field(0, "RollingUpdateStrategy", `${unavailable} max unavailable, ${surge} max surge`);
    }
    writePodTemplate(w, objectAt(object, "spec.template"));
    writeWorkloadConditions(w, object);
    if (sets.length > 0) writeReplicaSets(w, object, sets);
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function replicasText(object: JsonObject): string {
  const status = (field: string) => numberAt(object, `status.${field}`);
  return [
    `${numberAt(object, "spec.replicas")} desired`,
    `${status("updatedReplicas")} updated`,
    `${status("replicas")} total`,
    `${status("availableReplicas")} available`,
    `${status("unavailableReplicas")} unavailable`,
  ].join(" | ");
}

/** The ReplicaSets of the Deployment, oldest first; none if the server refuses. */
function* replicaSetsOf(call: DescribeCall, object: JsonObject): Steps<JsonObject[]> {
  const path = `/apis/apps/v1/namespaces/${textAt(object, "metadata.namespace")}/replicasets`;
  try {
    const all = yield* call.list(path, { labelSelector: plainSelector(object, "spec.selector") });
    const uid = textAt(object, "metadata.uid");
    const owned = all.filter((one) => textAt(controllerReference(one) ?? {}, "uid") === uid);
    const key = (one: JsonObject) => `${textAt(one, "metadata.creationTimestamp")} ${textAt(one, "metadata.name")}`;
    return owned.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  } catch (error) {
    if (error instanceof ServerError) return [];
    throw error;
  }
}

function writeReplicaSets(w: Writer, object: JsonObject, sets: readonly JsonObject[]): void {
  const wanted = templateText(object);
  const newest = sets.find((one) => templateText(one) === wanted);
  const old = sets.filter((one) => one !== newest);
  w.field(0, "OldReplicaSets", orNone(old.map(replicaSetText).join(", ")));
  w.field(0, "NewReplicaSet", newest ? replicaSetText(newest) : "<none>");
}

function replicaSetText(one: JsonObject): string {
  const [created, desired] = [numberAt(one, "status.replicas"), numberAt(one, "spec.replicas")];
  return `${textAt(one, "metadata.name")} (${created}/${desired} replicas created)`;
}

/** The pod template without the label that Deployments add. */
function templateText(object: JsonObject): string {
  const template = objectAt(object, "spec.template");
  const { [HASH_LABEL]: _, ...labels } = mapAt(template, "metadata.labels");
  return canonicalJson({ ...template, metadata: { ...objectAt(template, "metadata"), labels } });
}
