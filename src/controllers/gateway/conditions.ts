/**
 * Conditions of the Gateway API's statuses.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/shared_types.go
 */
import type { Condition } from "../../edge/gateway-objects.ts";
import { formatTime } from "../../lib/time.ts";

export type WantedCondition = Pick<Condition, "type" | "status" | "reason" | "message">;

export function condition(type: string, isTrue: boolean, reason: string, message: string): WantedCondition {
  return { type, status: isTrue ? "True" : "False", reason, message };
}

/** The wanted conditions; the time of the last transition stays while the status does. Other types are kept. */
export function mergedConditions(
  before: readonly Condition[] | undefined,
  wanted: readonly WantedCondition[],
  { generation, nowMs }: { generation: number | undefined; nowMs: number },
): Condition[] {
  const merged = wanted.map((one) => {
    const known = before?.find(({ type }) => type === one.type);
    const lastTransitionTime = known?.status === one.status ? known.lastTransitionTime : formatTime(nowMs);
    return { ...one, lastTransitionTime, ...(generation !== undefined && { observedGeneration: generation }) };
  });
  const others = (before ?? []).filter(({ type }) => !wanted.some((one) => one.type === type));
  return [...others, ...merged];
}
