/**
 * Which pods of a node `kubectl drain` evicts.
 * Source: k8s.io/kubectl pkg/drain/filters.go
 */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import { type ServerError, serverError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { metadataOf, nameOf, namespaceOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import type { Steps } from "../../core/session.ts";

/** The verdict of a filter on a pod. `message` is a refusal, or a warning. */
type Status =
  | { type: "ok" | "skip" }
  | { type: "error"; message: string }
  | { type: "warning"; message: string; isEvicted: boolean };

interface Subject {
  call: Call;
  pod: JsonObject;
  /** The refusal to show the DaemonSet that owns the pod. */
  ownerProblem: ServerError | undefined;
}

type Filter = (subject: Subject) => Status;

/** Applied in this order. Only the message of the last one counts. */
const FILTERS: readonly Filter[] = [isDeletedLongAgo, ofDaemonSet, isMirrored, withLocalData, withoutController];

export interface Filtered {
  pods: JsonObject[];
  /** Empty: none. */
  warnings: string;
  /** Refusals. */
  errors: string[];
}

/** `namespace/name` */
export function podName(pod: JsonObject): string {
  return `${namespaceOf(pod)}/${nameOf(pod)}`;
}

/** The pods of a node that are to be evicted. */
export function* podsToEvict(call: Call, node: string): Steps<Filtered> {
  const { client, flags } = call;
  const list = yield* client.json("/api/v1/pods", {
    query: { fieldSelector: `spec.nodeName=${node}`, labelSelector: flags.text("pod-selector") || undefined },
  });
  const pods: JsonObject[] = [];
  const [warnings, errors] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const pod of objectsIn(list["items"])) {
    const status = yield* statusOf(call, pod);
    if (status.type === "ok" || (status.type === "warning" && status.isEvicted)) pods.push(pod);
    if (status.type !== "warning" && status.type !== "error") continue;
    const messages = status.type === "warning" ? warnings : errors;
    messages.set(status.message, [...(messages.get(status.message) ?? []), podName(pod)]);
  }
  const texts = (messages: ReadonlyMap<string, string[]>) =>
    [...messages].map(([why, all]) => `${why}: ${all.join(", ")}`);
  return { pods, warnings: texts(warnings).join("; "), errors: texts(errors).map((text) => `cannot delete ${text}`) };
}

function* statusOf(call: Call, pod: JsonObject): Steps<Status> {
  const ownerProblem = isOfDaemonSet(pod) ? yield* problemOfOwner(call, pod) : undefined;
  let status: Status = { type: "ok" };
  for (const filter of FILTERS) {
    status = filter({ call, pod, ownerProblem });
    if (status.type === "skip" || status.type === "error" || (status.type === "warning" && !status.isEvicted)) break;
  }
  return status;
}

/** True if the deletion of a pod began longer ago than `--skip-wait-for-delete-timeout`. */
export function isSkipped({ flags }: Call, pod: JsonObject, nowMs: number): boolean {
  const limitSeconds = flags.int("skip-wait-for-delete-timeout");
  const since = metadataOf(pod)["deletionTimestamp"];
  if (limitSeconds <= 0 || typeof since !== "string") return false;
  return Math.trunc((nowMs - Date.parse(since)) / 1_000) > limitSeconds;
}

function isDeletedLongAgo({ call, pod }: Subject): Status {
  return { type: isSkipped(call, pod, call.session.startedAtMs) ? "skip" : "ok" };
}

function controllerOf(pod: JsonObject): JsonObject | undefined {
  return objectsIn(metadataOf(pod)["ownerReferences"]).find(({ controller }) => controller === true);
}

function isFinished(pod: JsonObject): boolean {
  return ["Succeeded", "Failed"].includes(String(objectIn(pod["status"])["phase"]));
}

/** The pod is run by a DaemonSet, and has not ended. */
function isOfDaemonSet(pod: JsonObject): boolean {
  const controller = controllerOf(pod);
  return controller?.["kind"] === "DaemonSet" && controller["apiVersion"] === "apps/v1" && !isFinished(pod);
}

function* problemOfOwner({ client }: Call, pod: JsonObject): Steps<ServerError | undefined> {
  const name = String(controllerOf(pod)?.["name"]);
  const answer = yield* client.fetch(`/apis/apps/v1/namespaces/${namespaceOf(pod)}/daemonsets/${name}`);
  return answer.status >= 400 ? serverError(answer) : undefined;
}

function ofDaemonSet({ call: { flags }, pod, ownerProblem }: Subject): Status {
  if (!isOfDaemonSet(pod)) return { type: "ok" };
  if (ownerProblem) {
    // A pod whose DaemonSet is gone is evicted only with --force.
    const isOrphan = ownerProblem.reason === "NotFound" && flags.is("force");
    const message = ownerProblem.statusMessage;
    return isOrphan ? { type: "warning", message, isEvicted: true } : { type: "error", message };
  }
  if (flags.is("ignore-daemonsets")) {
    return { type: "warning", message: "ignoring DaemonSet-managed Pods", isEvicted: false };
  }
  return { type: "error", message: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
}

function isMirrored({ pod }: Subject): Status {
  const isMirror = "kubernetes.io/config.mirror" in objectIn(metadataOf(pod)["annotations"]);
  return { type: isMirror ? "skip" : "ok" };
}

function withLocalData({ call: { flags }, pod }: Subject): Status {
  const { volumes } = objectIn(pod["spec"]);
  const hasLocalData = Array.isArray(volumes) && volumes.filter(isJsonObject).some((volume) => "emptyDir" in volume);
  if (!hasLocalData || isFinished(pod)) return { type: "ok" };
  if (flags.is("delete-emptydir-data") || flags.is("delete-local-data")) {
    return { type: "warning", message: "deleting Pods with local storage", isEvicted: true };
  }
  return { type: "error", message: "Pods with local storage (use --delete-emptydir-data to override)" };
}

function withoutController({ call: { flags }, pod }: Subject): Status {
  if (isFinished(pod) || controllerOf(pod)) return { type: "ok" };
  if (flags.is("force")) {
    return { type: "warning", message: "deleting Pods that declare no controller", isEvicted: true };
  }
  return { type: "error", message: "Pods that declare no controller (use --force to override)" };
}
