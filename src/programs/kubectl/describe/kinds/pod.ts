import type { JsonObject } from "../../../../lib/json.ts";
import { writeContainers } from "../containers.ts";
import type { Describer } from "../describer.ts";
import { searchEvents, writeEvents } from "../events.ts";
import { at, mapAt, objectAt, objectsAt, textAt } from "../fields.ts";
import { ageText, timeText, writeController, writeMap, writeMetadata, writeName } from "../metadata.ts";
import { writeSpread, writeTolerations } from "../pod-template.ts";
import { writeResources } from "../quantities.ts";
import { writeVolumes } from "../volumes.ts";
import { Writer } from "../writer.ts";

const MIRROR = "kubernetes.io/config.mirror";

export const pod: Describer = {
  group: "",
  kind: "Pod",
  *describe(call, object) {
    const events = yield* searchEvents(call, {
      name: textAt(object, "metadata.name"),
      namespace: textAt(object, "metadata.namespace"),
      kind: "",
      uid: mapAt(object, "metadata.annotations")[MIRROR] ?? textAt(object, "metadata.uid"),
    });
    const w = new Writer();
    const spec = objectAt(object, "spec");
    writeName(w, object);
    writePlacement(w, object);
    writeMetadata(w, object);
    writeStatus(w, object, call.nowMs);
    writeAddresses(w, object);
    writeController(w, object);
    if (textAt(object, "status.nominatedNodeName")) {
      w.field(0, "NominatedNodeName", textAt(object, "status.nominatedNodeName"));
    }
    if (at(spec, "resources") !== undefined) {
      w.write(0, "Resources:\n");
      writeResources(w, 1, objectAt(spec, "resources"));
    }
    writeAllContainers(w, object);
    writeConditions(w, object);
    writeVolumes(w, objectsAt(spec, "volumes"), "");
    w.field(0, "QoS Class", textAt(object, "status.qosClass"));
    writeMap(w, "Node-Selectors", mapAt(spec, "nodeSelector"));
    writeTolerations(w, "Tolerations", spec);
    writeSpread(w, spec, "");
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function writePlacement(w: Writer, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  for (const [label, field] of [
    ["Priority", "priority"],
    ["Priority Class Name", "priorityClassName"],
    ["Runtime Class Name", "runtimeClassName"],
    ["Service Account", "serviceAccountName"],
  ] as const) {
    if (textAt(spec, field) !== "") w.field(0, label, textAt(spec, field));
  }
  const node = textAt(spec, "nodeName");
  w.field(0, "Node", node === "" ? "<none>" : `${node}/${textAt(object, "status.hostIP")}`);
  const started = textAt(object, "status.startTime");
  if (started !== "") w.field(0, "Start Time", timeText(started));
}

function writeStatus(w: Writer, object: JsonObject, nowMs: number): void {
  const phase = textAt(object, "status.phase");
  const deleted = textAt(object, "metadata.deletionTimestamp");
  if (deleted !== "" && phase !== "Failed" && phase !== "Succeeded") {
    w.field(0, "Status", `Terminating (lasts ${ageText(deleted, nowMs)})`);
    w.field(0, "Termination Grace Period", `${textAt(object, "metadata.deletionGracePeriodSeconds")}s`);
  } else {
    w.field(0, "Status", phase);
  }
  if (textAt(object, "status.reason")) w.field(0, "Reason", textAt(object, "status.reason"));
  if (textAt(object, "status.message")) w.field(0, "Message", textAt(object, "status.message"));
  const profile = objectAt(object, "spec.securityContext.seccompProfile");
  if (at(profile, "type") === undefined) return;
  w.field(0, "SeccompProfile", textAt(profile, "type"));
  if (textAt(profile, "type") === "Localhost") w.field(0, "LocalhostProfile", textAt(profile, "localhostProfile"));
}

function writeAddresses(w: Writer, object: JsonObject): void {
  w.field(0, "IP", textAt(object, "status.podIP"));
  const addresses = objectsAt(object, "status.podIPs");
  w.write(0, addresses.length === 0 ? "IPs:\t<none>\n" : "IPs:\n");
  for (const address of addresses) w.field(1, "IP", textAt(address, "ip"));
}

function writeAllContainers(w: Writer, pod: JsonObject): void {
  for (const [label, list, statuses] of [
    ["Init Containers", "initContainers", "initContainerStatuses"],
    ["Containers", "containers", "containerStatuses"],
    ["Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"],
  ] as const) {
    const containers = objectsAt(pod, `spec.${list}`);
    if (containers.length === 0 && list !== "containers") continue;
    writeContainers(w, { label, containers, statuses: objectsAt(pod, `status.${statuses}`), pod, indent: "" });
  }
}

function writeConditions(w: Writer, object: JsonObject): void {
  const conditions = objectsAt(object, "status.conditions");
  const gates = objectsAt(object, "spec.readinessGates");
  if (gates.length > 0) w.write(0, "Readiness Gates:\n  Type\tStatus\n");
  for (const gate of gates) {
    const type = textAt(gate, "conditionType");
    const found = conditions.find((one) => textAt(one, "type") === type);
    w.write(1, `${type} \t${found ? textAt(found, "status") : "<none>"} \n`);
  }
  if (conditions.length > 0) w.write(0, "Conditions:\n  Type\tStatus\n");
  for (const one of conditions) w.write(1, `${textAt(one, "type")} \t${textAt(one, "status")} \n`);
}
