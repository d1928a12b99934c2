/**
 * IntOrString values that may be percentages.
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go (GetScaledValueFromIntOrPercent)
 */
import type { IntOrString } from "../../schema/index.ts";

/** `3` gives 3; `25%` of `total` 10 gives 3 rounded up and 2 rounded down. Other values count as 0. */
export function scaledValue(value: IntOrString | undefined, total: number, rounding: "up" | "down"): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value ?? "")?.[1];
  if (percent === undefined) return 0;
  const scaled = (Number(percent) * total) / 100;
  return rounding === "up" ? Math.ceil(scaled) : Math.floor(scaled);
}
