/** IntOrString values that may be percentages (apimachinery's intstr package). */
import type { IntOrString } from "../../schema/index.ts";

/** `3` is 3 and `25%` a quarter of `total`, rounded as asked. What is neither counts as 0. */
export function scaledValue(value: IntOrString | undefined, total: number, rounding: "up" | "down"): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value ?? "")?.[1];
  if (percent === undefined) return 0;
  const scaled = (Number(percent) * total) / 100;
  return rounding === "up" ? Math.ceil(scaled) : Math.floor(scaled);
}
