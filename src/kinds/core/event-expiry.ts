/**
 * The time to live of Events.
 *
 * Kubernetes: pkg/controlplane/apiserver/options/options.go (EventTTL)
 */
import { parseTime } from "../../lib/time.ts";
import type { Event } from "../../schema/index.ts";

/** As the API server's default `--event-ttl`. */
export const EVENT_TTL_MS = 3600 * 1000;

/** When the API stops showing an Event, ms: an hour after it was last written. */
export function eventExpiresAtMs(event: Event): number {
  const { metadata, lastTimestamp, eventTime, series } = event;
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? parseTime(time) : 0))) + EVENT_TTL_MS;
}
