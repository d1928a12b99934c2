/**
 * The past states that lists and watches may still see. Every five minutes, Kubernetes compacts etcd to the revision of
 * five minutes before. So a client's version expires after five to ten minutes, even without changes.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/storage/etcd3/compact.go.
 */
import type { RequestTransaction } from "../cluster/transaction.ts";
import { COMPACTION_INTERVAL_MS } from "../lib/limits.ts";
import type { ApiRequest } from "./request.ts";

/** States that were replaced before this instant have expired (real time, ms). */
export function keptSinceMs(realNowMs: number): number {
  return (Math.floor(realNowMs / COMPACTION_INTERVAL_MS) - 1) * COMPACTION_INTERVAL_MS;
}

/** The present, in real time (ms). */
export function realNowMs(
  tx: Pick<RequestTransaction, "nowMs">,
  { offsetMs, receivedAtMs }: Pick<ApiRequest, "offsetMs" | "receivedAtMs">,
): number {
  return receivedAtMs ?? tx.nowMs - offsetMs;
}

/** Revisions before this one have expired. */
export function oldestRevision(
  { compactedRevision }: Pick<RequestTransaction, "compactedRevision">,
  { keptRevision = 0 }: Pick<ApiRequest, "keptRevision">,
): number {
  return Math.max(compactedRevision, keptRevision);
}
