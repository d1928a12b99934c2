/**
 * Removes Events one hour after their last write. It is never due by itself, so that idle clusters stay idle: reads
 * omit expired Events, and the next Event of the namespace deletes them.
 * Kubernetes: pkg/registry/core/event/storage/storage.go (TTLFunc)
 */
import { eventKind } from "../kinds/core/event.ts";
import { eventExpiresAtMs } from "../kinds/core/event-expiry.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { MAX_EVENTS_SWEPT } from "../lib/limits.ts";
import type { Controller } from "./controller.ts";

const NAME = "event-expiry";
const SWEEP_INTERVAL_MS = 10 * 60_000;

export const eventExpiry: Controller = {
  name: NAME,
  manager: "kube-apiserver",
  watches: [
    {
      resource: resourceId(eventKind),
      *map(change, tx) {
        const key = objectKey(namespaceKind, "", parseKey(change.key).namespace);
        const sweptAtMs = tx.privateState<number>(key, NAME);
        if (!change.after || (sweptAtMs !== undefined && tx.nowMs - sweptAtMs < SWEEP_INTERVAL_MS)) return;
        if (tx.getByKey(key)) yield key;
      },
    },
  ],

  reconcile(tx, key, nowMs) {
    if (!tx.getByKey(key)) return;
    tx.setPrivateState(key, NAME, nowMs);
    const expired = tx.list(eventKind, parseKey(key).name).filter((event) => eventExpiresAtMs(event) <= nowMs);
    for (const event of expired.slice(0, MAX_EVENTS_SWEPT)) tx.delete(eventKind, event);
  },
};
