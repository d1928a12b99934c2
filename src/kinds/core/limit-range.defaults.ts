/**
 * Defaults of LimitRanges.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem)
 */
import type { LimitRange } from "../../schema/index.ts";
import { defaultAmounts } from "./pod-spec/resources.defaults.ts";

/** For containers, `default` falls back to `max`; `defaultRequest` falls back to `default`, then to `min`. */
export function defaultLimitRange(range: LimitRange): void {
  if (!range.spec) range.spec = { limits: [] };
  for (const item of range.spec.limits ?? []) {
    defaultAmounts(item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio);
    if (item.type !== "Container") continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}
