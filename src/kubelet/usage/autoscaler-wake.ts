/**
 * Autoscalers rest while their metrics cannot change. Requests that pods answer change them.
 * Kubernetes: pkg/controller/podautoscaler/horizontal.go, which measures every 15 seconds
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { NAME as AUTOSCALERS } from "../../controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerKind } from "../../kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { objectKey } from "../../kinds/kind.ts";
import { MEASURE_PERIOD_MS } from "./cpu-marks.ts";

/** The load of pods of a namespace has changed: its autoscalers look at the next measurement. */
export function wakeAutoscalers(tx: Transaction, namespace: string): void {
  for (const { metadata } of tx.list(horizontalPodAutoscalerKind, namespace)) {
    const key = objectKey(horizontalPodAutoscalerKind, namespace, metadata.name ?? "");
    tx.requeue(AUTOSCALERS, key, tx.nowMs + MEASURE_PERIOD_MS);
  }
}
