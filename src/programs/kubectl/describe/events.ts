/**
 * The events of an object.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`DescribeEvents`, `searchEvents`)
 */
import type { JsonObject } from "../../../lib/json.ts";
import { ServerError } from "../core/client.ts";
import { goSort } from "../core/go-sort.ts";
import type { Steps } from "../core/session.ts";
import type { DescribeCall } from "./describer.ts";
import { at, numberAt, textAt } from "./fields.ts";
import { ageText } from "./metadata.ts";
import type { Writer } from "./writer.ts";

export interface EventQuery {
  name: string;
  namespace: string;
  /** Empty: of all kinds. */
  kind: string;
  uid: string;
}

/** The events of the query; undefined without `--show-events`. A refusal reads as no events. */
export function* searchEvents(call: DescribeCall, query: EventQuery): Steps<JsonObject[] | undefined> {
  if (!call.showsEvents) return undefined;
  const { name, namespace, kind, uid } = query;
  const selector = [
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(kind === "" ? [] : [`involvedObject.kind=${kind}`]),
    ...(uid === "" ? [] : [`involvedObject.uid=${uid}`]),
  ];
  const path = namespace === "" ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`;
  try {
    return yield* call.list(path, { fieldSelector: selector.join(",") });
  } catch (error) {
    if (error instanceof ServerError) return [];
    throw error;
  }
}

/** The events of an object of a kind. */
export function* eventsOf(call: DescribeCall, object: JsonObject, kind: string): Steps<JsonObject[] | undefined> {
  return yield* searchEvents(call, {
    name: textAt(object, "metadata.name"),
    namespace: textAt(object, "metadata.namespace"),
    kind,
    uid: textAt(object, "metadata.uid"),
  });
}

export function writeEvents(w: Writer, events: readonly JsonObject[] | undefined, nowMs: number): void {
  if (!events) return;
  if (events.length === 0) {
    w.write(0, "Events:\t<none>\n");
    return;
  }
  w.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n");
  w.write(1, "----\t------\t----\t----\t-------\n");
  const timeOf = (event: JsonObject) => textAt(event, "lastTimestamp");
  for (const event of goSort([...events], (a, b) => timeOf(a) < timeOf(b))) {
    const source = textAt(event, "source.component") || textAt(event, "reportingComponent");
    const field = textAt(event, "involvedObject.fieldPath");
    const message = `${field && `${field}: `}${textAt(event, "message").trim()}`;
    const cells = [textAt(event, "type"), textAt(event, "reason"), intervalText(event, nowMs), source, message];
    w.write(1, `${cells.join("\t")}\n`);
  }
}

/** `5m`, or `10s (x3 over 5m)` for an event that was seen more than once. */
export function intervalText(event: JsonObject, nowMs: number): string {
  const age = (path: string) => ageText(textAt(event, path), nowMs);
  const first = age(textAt(event, "eventTime") === "" ? "firstTimestamp" : "eventTime");
  if (at(event, "series") !== undefined) {
    return `${age("series.lastObservedTime")} (x${numberAt(event, "series.count")} over ${first})`;
  }
  const count = numberAt(event, "count");
  return count > 1 ? `${age("lastTimestamp")} (x${count} over ${first})` : first;
}
