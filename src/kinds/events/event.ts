/**
 * Events as `events.k8s.io/v1` names their fields. The same objects as core's.
 *
 * Kubernetes: pkg/apis/events/v1/conversion.go
 */
import type { Event, EventsV1Event } from "../../schema/index.ts";
import { eventKind } from "../core/event.ts";
import { viewOf } from "../view.ts";

const GROUP_VERSION = { group: "events.k8s.io", version: "v1" } as const;

export const eventsV1Kind = viewOf<EventsV1Event, Event>(
  eventKind,
  { ...GROUP_VERSION, schema: "io.k8s.api.events.v1.Event", selectableFields: renamedFields() },
  { fromStored: (event) => asEventsV1(event as Event), toStored },
);

/** The selectable fields of core's Events, under this version's names. */
function renamedFields(): NonNullable<typeof eventKind.selectableFields> {
  const stored = Object.entries(eventKind.selectableFields ?? {});
  const named = stored.map(([field, get]) => [nameHere(field), get] as const);
  return Object.fromEntries(named.filter(([field]) => field !== "source"));
}

function nameHere(field: string): string {
  return field === "reportingComponent" ? "reportingController" : field.replace("involvedObject.", "regarding.");
}

export function asEventsV1(event: Event): EventsV1Event {
  return present({
    kind: "Event",
    apiVersion: "events.k8s.io/v1",
    metadata: event.metadata,
    eventTime: event.eventTime ?? null,
    series: event.series,
    reportingController: event.reportingComponent,
    reportingInstance: event.reportingInstance,
    action: event.action,
    reason: event.reason,
    regarding: event.involvedObject,
    related: event.related,
    note: event.message,
    type: event.type,
    deprecatedSource: event.source ?? {},
    deprecatedFirstTimestamp: event.firstTimestamp ?? null,
    deprecatedLastTimestamp: event.lastTimestamp ?? null,
    deprecatedCount: event.count,
  }) as unknown as EventsV1Event;
}

function toStored(event: EventsV1Event): Event {
  return present({
    kind: "Event",
    apiVersion: "v1",
    metadata: event.metadata,
    involvedObject: event.regarding ?? {},
    reason: event.reason,
    message: event.note,
    source: event.deprecatedSource ?? {},
    firstTimestamp: event.deprecatedFirstTimestamp ?? null,
    lastTimestamp: event.deprecatedLastTimestamp ?? null,
    count: event.deprecatedCount,
    type: event.type,
    eventTime: event.eventTime ?? null,
    series: event.series,
    action: event.action,
    related: event.related,
    reportingComponent: event.reportingController ?? "",
    reportingInstance: event.reportingInstance ?? "",
  }) as unknown as Event;
}

function present(object: { metadata: Event["metadata"]; kind: string; apiVersion: string; [field: string]: unknown }) {
  for (const field of Object.keys(object)) if (object[field] === undefined) delete object[field];
  return object;
}
