/**
 * Defaults of HorizontalPodAutoscalers: at least one replica, and a target of 80 % of the requested CPU.
 *
 * Kubernetes: pkg/apis/autoscaling/v2/defaults.go
 */
import type { HorizontalPodAutoscaler, HPAScalingRules } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";

const DEFAULT_UTILIZATION = 80;

export function defaultAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  if (!spec) return;
  setDefault(spec, "minReplicas", 1);
  if (!spec.metrics?.length) {
    const target = { type: "Utilization", averageUtilization: DEFAULT_UTILIZATION };
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = withDefaults(spec.behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  });
  spec.behavior.scaleDown = withDefaults(spec.behavior.scaleDown, {
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  });
}

function withDefaults(rules: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules {
  const result: HPAScalingRules = { ...defaults, ...rules };
  setDefault(result, "selectPolicy", "Max");
  return result;
}
