/**
 * Watches of programs in containers. The first piece has the initial events; each later one has the changes since the
 * piece before it, from the log that is kept while a program watches their resource (`kubelet/watch-log.ts`).
 */
import type { ApiRequest, WatchPlan } from "../apiserver/request.ts";
import type { HttpReply } from "../cluster/calls.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { LoggedChange } from "../cluster/recent-log.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { keepLog, loggedSince } from "../kubelet/watch-log.ts";
import { bytesOfText } from "../lib/bytes.ts";
import { isJsonObject, type JsonValue } from "../lib/json.ts";

/** The position of a program in a watch. */
interface Cursor {
  revision: number;
  endsAtMs?: number;
}

/** The request for the next piece of a watch: it begins now, so it does not expire and has no initial events. */
export function resumedRequest(request: ApiRequest, revision: number): ApiRequest {
  const query = new URLSearchParams(request.query);
  query.set("resourceVersion", String(revision));
  query.delete("sendInitialEvents");
  query.delete("resourceVersionMatch");
  return { ...request, query };
}

/** A piece of a watch. `resumes` is null for the first one; undefined if the program cannot read more than one. */
export function watchReply(
  tx: ClusterTransaction,
  request: ApiRequest,
  plan: WatchPlan,
  resumes: JsonValue | undefined,
): HttpReply {
  const { keyPrefix, initial, contentType, afterRevision } = plan;
  const reply = (lines: readonly string[]) => {
    return { status: 200, headers: { "content-type": contentType }, body: bytesOfText(lines.join("")) };
  };
  // The objects of an aggregated API are in no log: the answer ends after the objects that exist.
  if (plan.look) return reply(initial);
  const before = cursorOf(resumes);
  const resource = resourceOf(keyPrefix);
  const changes = before
    ? loggedSince(tx, resource, before.revision)
    : initial.length > 0 || afterRevision >= tx.revision
      ? []
      : (loggedSince(tx, resource, afterRevision) ?? changedSince(tx, keyPrefix, afterRevision));
  if (!changes) return reply([plan.expired(tx.revision)]);
  const lines = changes
    .filter(({ key }) => key.startsWith(keyPrefix))
    .flatMap((change) => plan.render(change, tx.nowMs) ?? []);
  if (resumes === undefined) return reply([...initial, ...lines]);
  const endsAtMs = before ? before.endsAtMs : endOf(tx, request, plan);
  if (endsAtMs !== undefined && endsAtMs <= tx.nowMs) return reply(lines);
  if (!before) keepLog(tx, resource, tx.revision);
  const isEnding = endsAtMs === undefined ? {} : { endsAtMs };
  const cursor = { revision: tx.revision, ...isEnding };
  return { ...reply([...initial, ...lines]), open: { cursor, resources: [resource], ...isEnding } };
}

function cursorOf(resumes: JsonValue | undefined): Cursor | undefined {
  return isJsonObject(resumes) ? (resumes as unknown as Cursor) : undefined;
}

/** The default time-out would keep an idle cluster busy, so only a watch with a time-out of its own ends by itself. */
function endOf(tx: ClusterTransaction, { query }: ApiRequest, { timeoutMs }: WatchPlan): number | undefined {
  return Number(query.get("timeoutSeconds") ?? 0) > 0 ? tx.nowMs + timeoutMs : undefined;
}

function resourceOf(keyPrefix: string): string {
  return keyPrefix.split("/").slice(0, 2).join("/");
}

/** The newest state of objects that were written after a revision, where no log holds their changes. */
function changedSince(tx: ClusterTransaction, keyPrefix: string, revision: number): LoggedChange[] {
  const [group, plural, namespace] = keyPrefix.split("/");
  const keys = tx.keys(`${group}/${plural}`, namespace || undefined);
  const changes = keys.map((key) => writtenAfter(tx, key, revision)).filter((change) => change !== undefined);
  return changes.sort((a, b) => a.revision - b.revision);
}

function writtenAfter(tx: ClusterTransaction, key: ObjectKey, after: number): LoggedChange | undefined {
  const revision = Number(tx.getByKey(key)?.metadata.resourceVersion);
  if (!(revision > after)) return undefined;
  const body = tx.bodyOf(key)!;
  return new LoggedChange({ key, revision, type: "MODIFIED", body }, body);
}
