import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Steps } from "../../core/session.ts";
import { sortedBy } from "../containers.ts";
import type { DescribeCall, Describer } from "../describer.ts";
import { searchEvents, writeEvents } from "../events.ts";
import { at, isAt, mapAt, objectAt, objectsAt, orNone, textAt, textsAt } from "../fields.ts";
import { orUnset, timeText, writeLines, writeMetadata, writeName } from "../metadata.ts";
import { writeNodeResources } from "../node-resources.ts";
import { writeAmounts } from "../quantities.ts";
import { Writer } from "../writer.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const SYSTEM = [
  ["Machine ID", "machineID"],
  ["System UUID", "systemUUID"],
  ["Boot ID", "bootID"],
  ["Kernel Version", "kernelVersion"],
  ["OS Image", "osImage"],
  ["Operating System", "operatingSystem"],
  ["Architecture", "architecture"],
  ["Container Runtime Version", "containerRuntimeVersion"],
  ["Kubelet Version", "kubeletVersion"],
  ["Kube-Proxy Version", "kubeProxyVersion"],
] as const;

export const node: Describer = {
  group: "",
  kind: "Node",
  *describe(call, object) {
    const pods = yield* podsOf(call, textAt(object, "metadata.name"));
    const events = yield* nodeEvents(call, object);
    const lease = yield* leaseOf(call, textAt(object, "metadata.name"));
    const w = new Writer();
    writeName(w, object, { hasNamespace: false });
    w.field(0, "Roles", orNone(rolesOf(object).join(",")));
    writeMetadata(w, object);
    w.field(0, "CreationTimestamp", timeText(textAt(object, "metadata.creationTimestamp")));
    writeLines(w, "Taints:\t", ["\t"], taintsOf(object));
    w.field(0, "Unschedulable", isAt(object, "spec.unschedulable"));
    writeLease(w, lease);
    writeStatus(w, object);
    const spec = objectAt(object, "spec");
    if (textAt(spec, "podCIDR")) w.field(0, "PodCIDR", textAt(spec, "podCIDR"));
    if (textsAt(spec, "podCIDRs").length > 0) w.field(0, "PodCIDRs", textsAt(spec, "podCIDRs").join(","));
    if (textAt(spec, "providerID")) w.field(0, "ProviderID", textAt(spec, "providerID"));
    if (pods) writeNodeResources(w, object, pods, call.nowMs);
    else w.field(0, "Pods", "not authorized");
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

/** The pods that have not ended; undefined if the user may not see them. */
function* podsOf(call: DescribeCall, name: string): Steps<JsonObject[] | undefined> {
  const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    return yield* call.list("/api/v1/pods", { fieldSelector });
  } catch (error) {
    if (error instanceof ServerError && error.reason === "Forbidden") return undefined;
    throw error;
  }
}

/** Controllers name the node's UID in their events, the kubelet names the node itself. */
function* nodeEvents(call: DescribeCall, object: JsonObject): Steps<JsonObject[] | undefined> {
  const name = textAt(object, "metadata.name");
  const query = { name, namespace: "", kind: "Node" };
  const byUid = yield* searchEvents(call, { ...query, uid: textAt(object, "metadata.uid") });
  const byName = yield* searchEvents(call, { ...query, uid: name });
  return byUid && byName && [...byUid, ...byName];
}

function* leaseOf(call: DescribeCall, name: string): Steps<JsonObject | string> {
  try {
    return yield* call.client.json(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`);
  } catch (error) {
    if (error instanceof ServerError) return error.statusMessage;
    throw error;
  }
}

function writeLease(w: Writer, lease: JsonObject | string): void {
  if (typeof lease === "string") {
    w.field(0, "Lease", `Failed to get lease: ${lease}`);
    return;
  }
  const time = (path: string) => (at(lease, path) === undefined ? "<unset>" : timeText(textAt(lease, path)));
  w.write(0, "Lease:\n");
  w.field(1, "HolderIdentity", orUnset(lease, "spec.holderIdentity"));
  w.field(1, "AcquireTime", time("spec.acquireTime"));
  w.field(1, "RenewTime", time("spec.renewTime"));
}

function rolesOf(object: JsonObject): string[] {
  const labels = Object.entries(mapAt(object, "metadata.labels"));
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
    return key === "kubernetes.io/role" ? [value] : [];
  });
  return [...new Set(roles.filter((role) => role !== ""))].sort();
}

function taintsOf(object: JsonObject): string[] {
  const byKey = sortedBy(objectsAt(object, "spec.taints"), "key");
  return sortedBy(byKey, "effect").map((taint) => {
    const [key, value, effect] = [textAt(taint, "key"), textAt(taint, "value"), textAt(taint, "effect")];
    return `${key}${value && `=${value}`}${effect || value === "" ? `:${effect}` : ""}`;
  });
}

function writeStatus(w: Writer, object: JsonObject): void {
  const conditions = objectsAt(object, "status.conditions");
  if (conditions.length > 0) {
    w.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n");
    w.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n");
  }
  for (const one of conditions) {
    const [beat, change] = [timeText(textAt(one, "lastHeartbeatTime")), timeText(textAt(one, "lastTransitionTime"))];
    const cells = [textAt(one, "type"), textAt(one, "status"), beat, change, textAt(one, "reason")];
    w.write(1, `${cells.join(" \t")} \t${textAt(one, "message")}\n`);
  }
  w.write(0, "Addresses:\n");
  for (const one of objectsAt(object, "status.addresses")) w.field(1, textAt(one, "type"), textAt(one, "address"));
  for (const [title, field] of [
    ["Capacity", "capacity"],
    ["Allocatable", "allocatable"],
  ] as const) {
    const amounts = mapAt(object, `status.${field}`);
    if (Object.keys(amounts).length > 0) w.write(0, `${title}:\n`);
    writeAmounts(w, 1, amounts);
  }
  w.write(0, "System Info:\n");
  for (const [label, field] of SYSTEM) w.field(1, label, textAt(object, `status.nodeInfo.${field}`));
}
