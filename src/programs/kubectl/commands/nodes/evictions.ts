/**
 * Evicts pods, or deletes them, and waits until they are gone. All pods of a node are removed at the same time.
 * Source: k8s.io/kubectl pkg/drain/drain.go
 */
import { formatGoDuration } from "../../../../lib/duration.ts";
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { awaitChange } from "../../core/changes.ts";
import { ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { metadataOf, nameOf, namespaceOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { repeat } from "../../core/repeat.ts";
import { dryRunSuffix } from "../../core/selected.ts";
import type { Steps } from "../../core/session.ts";
import { isSkipped } from "./drain-filters.ts";

/** The pause before an eviction is tried again that a budget refused. */
const RETRY_MS = 5_000;

interface LeavingPod {
  namespace: string;
  name: string;
  uid: JsonValue;
  /** When the eviction is tried (again); absent: the pod is leaving. */
  tryAtMs?: number;
}

interface Removal {
  pods: LeavingPod[];
  failures: string[];
}

/** Removes pods of one node. Returns what went wrong. */
export function* removePods(call: Call, pods: readonly JsonObject[]): Steps<string[]> {
  const { session, flags } = call;
  if (pods.length === 0) return [];
  const timeoutMs = flags.duration("timeout");
  const untilMs = timeoutMs > 0 ? session.startedAtMs + timeoutMs : undefined;
  const node = String(objectIn(pods[0]!["spec"])["nodeName"]);
  const first: Removal = { pods: pods.map(leavingPod(session.startedAtMs)), failures: [] };
  return yield* repeat<Removal, string[]>(first, function* (state) {
    const { failures } = state;
    const nowMs = Number(yield { type: "now" });
    let left: LeavingPod[] = [];
    for (const pod of state.pods) {
      const result = yield* removeOne(call, pod, { nowMs, untilMs });
      if (result.type === "failed") failures.push(result.why);
      if (result.type === "leaving") left.push(result.pod);
    }
    left = yield* stillThere(call, { node, nowMs }, left);
    if (left.length === 0) return { result: failures };
    if (untilMs !== undefined && nowMs >= untilMs) return { result: [...failures, ...left.map(overdue)] };
    const instants = [untilMs, ...left.map(({ tryAtMs }) => tryAtMs)].filter((instant) => instant !== undefined);
    yield* awaitChange(["core/pods"], instants.length > 0 ? Math.min(...instants) : undefined);
    return { next: { pods: left, failures } };
  });
}

function leavingPod(nowMs: number): (pod: JsonObject) => LeavingPod {
  return (pod) => ({
    namespace: namespaceOf(pod),
    name: nameOf(pod),
    uid: metadataOf(pod)["uid"] ?? null,
    tryAtMs: nowMs,
  });
}

function overdue({ name, namespace }: LeavingPod): string {
  const which = `${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`;
  return `error when waiting for pod ${which} to terminate: context deadline exceeded`;
}

type Removed = { type: "gone" } | { type: "leaving"; pod: LeavingPod } | { type: "failed"; why: string };

interface Deadline {
  nowMs: number;
  untilMs: number | undefined;
}

/** Tries an eviction that is due. */
function* removeOne(call: Call, pod: LeavingPod, { nowMs, untilMs }: Deadline): Steps<Removed> {
  const { client, session, flags } = call;
  const { tryAtMs, ...leaving } = pod;
  if (tryAtMs === undefined || nowMs < tryAtMs) return { type: "leaving", pod };
  const { name, namespace } = pod;
  const which = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
  const isEviction = !flags.is("disable-eviction");
  if (isEviction) session.print(`evicting pod ${namespace}/${name}${dryRunSuffix(call)}\n`);
  if (untilMs !== undefined && nowMs >= untilMs) {
    const limit = formatGoDuration(flags.duration("timeout"));
    return { type: "failed", why: `error when evicting ${which}: global timeout reached: ${limit}` };
  }
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  try {
    if (isEviction) yield* client.json(`${path}/eviction`, { method: "POST", body: evictionOf(call, pod) });
    else yield* client.json(path, { method: "DELETE", body: deleteOptions(call) });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (error.reason === "NotFound") return { type: "gone" };
    if (!isEviction) return { type: "failed", why: error.statusMessage };
    if (error.reason !== "TooManyRequests") {
      return { type: "failed", why: `error when evicting ${which}: ${error.statusMessage}` };
    }
    session.warn(`error when evicting ${which} (will retry after 5s): ${error.statusMessage}\n`);
    return { type: "leaving", pod: { ...leaving, tryAtMs: nowMs + RETRY_MS } };
  }
  return flags.text("dry-run") === "server" ? { type: "gone" } : { type: "leaving", pod: leaving };
}

function deleteOptions({ flags }: Call): JsonObject {
  const period = flags.int("grace-period");
  return {
    ...(period >= 0 && { gracePeriodSeconds: period }),
    ...(flags.text("dry-run") === "server" && { dryRun: ["All"] }),
  };
}

function evictionOf(call: Call, { name, namespace }: LeavingPod): JsonObject {
  const options = deleteOptions(call);
  return {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    ...(Object.keys(options).length > 0 && { deleteOptions: options }),
  };
}

/** The pods that still run. Prints which ones are gone. */
function* stillThere(
  call: Call,
  { node, nowMs }: { node: string; nowMs: number },
  pods: readonly LeavingPod[],
): Steps<LeavingPod[]> {
  const { client, session, flags } = call;
  if (pods.length === 0) return [];
  const list = yield* client.json("/api/v1/pods", { query: { fieldSelector: `spec.nodeName=${node}` } });
  const present = new Map(objectsIn(list["items"]).map((pod) => [metadataOf(pod)["uid"] ?? null, pod]));
  return pods.filter((pod) => {
    const now = present.get(pod.uid);
    if (pod.tryAtMs !== undefined) return true;
    if (!now) {
      session.print(`pod/${pod.name} ${flags.is("disable-eviction") ? "deleted" : "evicted"}\n`);
      return false;
    }
    if (!isSkipped(call, now, nowMs)) return true;
    const limitSeconds = flags.int("skip-wait-for-delete-timeout");
    const why = `pod ${JSON.stringify(pod.name)} has DeletionTimestamp older than ${limitSeconds} seconds, skipping`;
    session.print(`${why}\n`);
    return false;
  });
}
