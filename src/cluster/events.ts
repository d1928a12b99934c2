/**
 * Records Events as client-go's recorders do: the correlator of `tools/record` (identical events count up, many similar
 * ones are combined, one source may not flood one object) and the series of `tools/events`, which the scheduler uses.
 *
 * The recorders' memory is private state of the event's object, so it ends with that object. Recording never fails the
 * caller: an Event that the API refuses (in a terminating namespace) is dropped, as by client-go.
 *
 * Kubernetes: staging/src/k8s.io/client-go/tools/record/events_cache.go,
 * staging/src/k8s.io/client-go/tools/events/event_broadcaster.go.
 */
import { eventKind } from "../kinds/core/event.ts";
import { asEventsV1, eventsV1Kind } from "../kinds/events/event.ts";
import { type KindDefinition, type ObjectKey, objectKey } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { MAX_CORRELATED_EVENTS } from "../lib/limits.ts";
import { hash32 } from "../lib/prng.ts";
import { formatMicroTime, formatTime } from "../lib/time.ts";
import type { Event as CoreEvent, EventsV1Event, KubernetesObject, ObjectReference } from "../schema/index.ts";
import type { Transaction } from "./transaction.ts";

/** An event as its component reports it. */
export interface EventRecord {
  /** The object that the event is about … */
  object?: KubernetesObject;
  /** … or a reference, for an object that does not exist or for a part (`fieldPath: "spec.containers{web}"`). */
  reference?: ObjectReference;
  /** A part of `object`. */
  fieldPath?: string;
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  /** `deployment-controller`, `kubelet`, `default-scheduler`. */
  component: string;
  /** The node, for the kubelet. */
  host?: string;
  /**
   * Set by components that use the newer API (the scheduler): `Binding`. Such events have a time and a series, no
   * counts.
   */
  action?: string;
}

const MAX_SIMILAR_EVENTS = 10;
const SIMILAR_WINDOW_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;
const SERIES_END_MS = 6 * 60_000;
const SERIES_REFRESH_MS = 30 * 60_000;

/** An Event that was written: its name and the state that its next update needs. */
interface Observation {
  name: string;
  firstMs: number;
  lastMs: number;
  count: number;
  /** When it was last written; series are written rarely. */
  writtenMs: number;
}

interface CorrelatorState {
  /** By type and reason: digests of the different messages, at most ten, and the time of the last one. */
  similar: Record<string, { messages: string[]; lastMs: number }>;
  /** By digest of the fields that make events identical; oldest first. */
  observations: Record<string, Observation>;
  /** The token bucket against floods. */
  tokens: number;
  tokensAtMs: number;
}

/** Writes an Event, or counts up an identical one. */
export function recordEvent(tx: Transaction, record: EventRecord): void {
  const reference = referenceOf(record);
  const stateKey = stateKeyOf(tx, reference);
  const owner = `events/${record.component}${record.host ? `/${record.host}` : ""}`;
  const known = stateKey && tx.privateState<CorrelatorState>(stateKey, owner);
  // Its values are replaced and never changed, so copying its tables is enough.
  const state: CorrelatorState = known
    ? { ...known, similar: { ...known.similar }, observations: { ...known.observations } }
    : { similar: {}, observations: {}, tokens: SPAM_BURST, tokensAtMs: tx.nowMs };
  if (record.action === undefined) recordCounted(tx, record, reference, state);
  else recordSeries(tx, record, reference, state);
  prune(state);
  if (stateKey) tx.setPrivateState(stateKey, owner, state);
}

/** The steps of `tools/record`: aggregate, observe, filter. */
function recordCounted(tx: Transaction, record: EventRecord, reference: ObjectReference, state: CorrelatorState) {
  const combined = isCombined(state, record, tx.nowMs);
  const message = combined ? `(combined from similar events): ${record.message}` : record.message;
  const digest = combined
    ? digestOf(record.type, record.reason)
    : digestOf(record.type, record.reason, reference.fieldPath, record.message);
  const before = state.observations[digest];
  const observation = observe(tx, state, digest, reference);
  if (!takeToken(state, tx.nowMs)) return;

  const change = (event: CoreEvent) => {
    event.count = observation.count;
    event.lastTimestamp = formatTime(tx.nowMs);
    event.message = message;
  };
  if (before && rewrite(tx, eventKind, reference, before.name, change)) return;
  // Only the first of similar events names its reporter: client-go builds the combined one without.
  const reporter = combined ? "" : record.component;
  create(tx, reference, {
    ...newEvent(reference, observation.name),
    reason: record.reason,
    message,
    source: { component: record.component, ...(record.host && { host: record.host }) },
    firstTimestamp: formatTime(observation.firstMs),
    lastTimestamp: formatTime(tx.nowMs),
    count: observation.count,
    type: record.type,
    reportingComponent: reporter,
    reportingInstance: combined ? "" : (record.host ?? ""),
  });
}

/**
 * The steps of `tools/events`: the second identical event starts a series; later ones are written only every half hour.
 */
function recordSeries(tx: Transaction, record: EventRecord, reference: ObjectReference, state: CorrelatorState) {
  const digest = digestOf(record.type, record.reason, record.action, reference.resourceVersion, reference.fieldPath);
  const last = state.observations[digest];
  if (last && tx.nowMs - last.lastMs > SERIES_END_MS) delete state.observations[digest];
  const before = state.observations[digest];
  const observation = observe(tx, state, digest, reference);
  if (before) {
    observation.writtenMs = before.writtenMs;
    if (observation.count > 2 && tx.nowMs - before.writtenMs < SERIES_REFRESH_MS) return;
    observation.writtenMs = tx.nowMs;
    const series = { count: observation.count, lastObservedTime: formatMicroTime(tx.nowMs) };
    const written = rewrite(tx, eventsV1Kind, reference, before.name, (event) => {
      event.series = series;
    });
    if (written) return;
  }
  create(tx, reference, {
    ...newEvent(reference, observation.name),
    reason: record.reason,
    message: record.message,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    type: record.type,
    eventTime: formatMicroTime(tx.nowMs),
    action: record.action ?? "",
    reportingComponent: record.component,
    reportingInstance: `${record.component}-${record.host ?? "control-plane"}`,
  });
}

/** Counts different messages of one type and reason. From the tenth within ten minutes on, they share one Event. */
function isCombined(state: CorrelatorState, record: EventRecord, nowMs: number): boolean {
  const key = digestOf(record.type, record.reason);
  const last = state.similar[key];
  const messages = last && nowMs - last.lastMs <= SIMILAR_WINDOW_MS ? [...last.messages] : [];
  const message = digestOf(record.message);
  if (!messages.includes(message)) messages.push(message);
  const combined = messages.length >= MAX_SIMILAR_EVENTS;
  if (combined) messages.shift();
  state.similar[key] = { messages, lastMs: nowMs };
  return combined;
}

/** Counts an event that equals an earlier one, or names a new one `<object>.<hex of ns>`. */
function observe(tx: Transaction, state: CorrelatorState, digest: string, reference: ObjectReference): Observation {
  const before = state.observations[digest];
  const observation = before
    ? { ...before, count: before.count + 1, lastMs: tx.nowMs, writtenMs: tx.nowMs }
    : { name: eventName(tx, reference), firstMs: tx.nowMs, lastMs: tx.nowMs, count: 1, writtenMs: tx.nowMs };
  // Deleted first, so that the order of insertion is that of use.
  delete state.observations[digest];
  state.observations[digest] = observation;
  return observation;
}

/** The token bucket: twenty-five events at once, then one every five minutes. */
function takeToken(state: CorrelatorState, nowMs: number): boolean {
  state.tokens = Math.min(SPAM_BURST, state.tokens + (nowMs - state.tokensAtMs) / SPAM_REFILL_MS);
  state.tokensAtMs = nowMs;
  if (state.tokens < 1) return false;
  state.tokens -= 1;
  return true;
}

function newEvent(reference: ObjectReference, name: string) {
  return {
    kind: "Event",
    apiVersion: "v1",
    metadata: { name, namespace: namespaceOf(reference) },
    involvedObject: reference,
    eventTime: null,
  };
}

/** The nanoseconds within the millisecond are the position of the random stream: they rise, so names sort by time. */
function eventName(tx: Transaction, reference: ObjectReference): string {
  const nanoseconds = BigInt(Math.floor(tx.nowMs)) * 1_000_000n + BigInt(tx.random.position % 1_000_000);
  return `${reference.name ?? ""}.${nanoseconds.toString(16)}`;
}

function create(tx: Transaction, reference: ObjectReference, event: CoreEvent): void {
  event.metadata.namespace = namespaceOf(reference);
  try {
    // Components that name an action use the newer group, so managedFields show its fields.
    if (event.action === undefined) tx.create(eventKind, event);
    else tx.create(eventsV1Kind, asEventsV1(event));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

/** False if the Event no longer exists. */
function rewrite<T extends CoreEvent | EventsV1Event>(
  tx: Transaction,
  kind: KindDefinition<T>,
  reference: ObjectReference,
  name: string,
  change: (event: T) => void,
): boolean {
  const namespace = namespaceOf(reference);
  if (!tx.get(kind, namespace, name)) return false;
  try {
    tx.update(kind, { metadata: { name, namespace } }, change);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return true;
}

function namespaceOf(reference: ObjectReference): string {
  return reference.namespace || "default";
}

function referenceOf(record: EventRecord): ObjectReference {
  const { object, fieldPath } = record;
  if (!object) return { ...record.reference, ...(fieldPath && { fieldPath }) };
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace && { namespace }),
    name,
    uid,
    apiVersion: object.apiVersion,
    ...(resourceVersion && { resourceVersion }),
    ...(fieldPath && { fieldPath }),
  };
}

/** The key that holds the correlator's memory for this object; undefined if the object does not exist. */
function stateKeyOf(tx: Transaction, reference: ObjectReference): ObjectKey | undefined {
  if (!reference.kind || !reference.name) return undefined;
  const kind = tx.kindOf({ apiVersion: reference.apiVersion ?? "v1", kind: reference.kind, metadata: {} });
  if (!kind) return undefined;
  const key = objectKey(kind, kind.namespaced ? (reference.namespace ?? "") : "", reference.name);
  return tx.getByKey(key) ? key : undefined;
}

/** Bounds the memory: the least recently used entry is dropped, as by client-go's LRU cache. */
function prune(state: CorrelatorState): void {
  const digests = Object.keys(state.observations);
  for (const digest of digests.slice(0, Math.max(0, digests.length - MAX_CORRELATED_EVENTS))) {
    delete state.observations[digest];
  }
}

/** 64 bits of the texts; the letter keeps objects from sorting digests as numbers. */
function digestOf(...texts: (string | undefined)[]): string {
  const text = texts.map((part) => part ?? "").join("\u0000");
  return `h${hash32(text).toString(16)}${hash32(text, 0x9747b28c).toString(16).padStart(8, "0")}`;
}
