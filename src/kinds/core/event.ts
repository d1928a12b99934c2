/**
 * The kind `Event`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/event/strategy.go
 */
import type { Event } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageOf, columnsFor, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateEvent } from "./event.validation.ts";
import { eventExpiresAtMs } from "./event-expiry.ts";

const column = columnsFor<Event>("core/events");

export const eventKind: KindDefinition<Event> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.Event",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  usesReservedShare: true,
  isExpired: (event, nowMs) => eventExpiresAtMs(event) <= nowMs,
  // Events are exempt from ResourceQuota.
  quota: { measures: () => false, usage: () => ({}) },
  storageVersionHash: "r2yiGXH7wu8=",
  selectableFields: {
    "involvedObject.kind": ({ involvedObject }) => involvedObject.kind ?? "",
    "involvedObject.namespace": ({ involvedObject }) => involvedObject.namespace ?? "",
    "involvedObject.name": ({ involvedObject }) => involvedObject.name ?? "",
    "involvedObject.uid": ({ involvedObject }) => involvedObject.uid ?? "",
    "involvedObject.apiVersion": ({ involvedObject }) => involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": ({ involvedObject }) => involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": ({ involvedObject }) => involvedObject.fieldPath ?? "",
    reason: ({ reason }) => reason ?? "",
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? "",
    source: ({ source, reportingComponent }) => source.component || reportingComponent || "",
    type: ({ type }) => type ?? "",
  },
  strategy: {
    default: (event) => {
      if (!event.source) event.source = {};
    },
    validate: validateEvent,
  },
  columns: [
    column("Last Seen", lastSeen),
    column("Type", ({ type }) => type ?? ""),
    column("Reason", ({ reason }) => reason ?? ""),
    column("Object", ({ involvedObject: { kind = "", name } }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
    ),
    column("Subobject", ({ involvedObject }) => involvedObject.fieldPath ?? "", { wide: true }),
    column("Source", sourceOf, { wide: true }),
    column("Message", ({ message }) => (message ?? "").trim()),
    column("First Seen", firstSeen, { wide: true }),
    column("Count", ({ series, count }) => series?.count ?? (count || 1), { wide: true }),
    { ...nameColumn, priority: 1 },
  ],
};

function firstSeen({ firstTimestamp, eventTime }: Event, nowMs: number): string {
  return ageOf(firstTimestamp || eventTime, nowMs);
}

function lastSeen(event: Event, nowMs: number): string {
  if (event.series) return ageOf(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp ? ageOf(event.lastTimestamp, nowMs) : firstSeen(event, nowMs);
}

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source.component || reportingComponent || "";
  const instance = source.host || reportingInstance || "";
  return instance === "" ? component : `${component}, ${instance}`;
}
