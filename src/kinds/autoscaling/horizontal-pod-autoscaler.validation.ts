/**
 * Validation of HorizontalPodAutoscalers.
 *
 * Kubernetes: pkg/apis/autoscaling/validation/validation.go (ValidateHorizontalPodAutoscaler)
 */

import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscaler,
  HPAScalingPolicy,
  HPAScalingRules,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateQuantity } from "../validation/resources.ts";
import { validateMetric, validateReference } from "./metric-spec.validation.ts";

const MAX_WINDOW_SECONDS = 3600;
const MAX_PERIOD_SECONDS = 1800;
const SELECT_POLICIES = ["Disabled", "Max", "Min"];
const POLICY_TYPES = ["Percent", "Pods"];

export function validateAutoscaler(autoscaler: HorizontalPodAutoscaler): FieldError[] {
  const { spec } = autoscaler;
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const errors = validateObjectMeta(autoscaler, { namespaced: true });
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1"));
  }
  if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  }
  errors.push(...validateTargetReference(scaleTargetRef, "spec.scaleTargetRef"));
  errors.push(...metrics.flatMap((metric, i) => validateMetric(metric, `spec.metrics[${i}]`)));
  errors.push(...validateRules(behavior?.scaleUp, "spec.behavior.scaleUp"));
  return [...errors, ...validateRules(behavior?.scaleDown, "spec.behavior.scaleDown")];
}

export function validateAutoscalerStatus(
  autoscaler: HorizontalPodAutoscaler,
  old: HorizontalPodAutoscaler,
): FieldError[] {
  const { currentReplicas, desiredReplicas } = autoscaler.status ?? {};
  return [
    ...validateObjectMetaUpdate(autoscaler, old),
    ...negativeProblem("status.currentReplicas", currentReplicas),
    ...negativeProblem("status.desiredReplicas", desiredReplicas),
  ];
}

function validateTargetReference(reference: CrossVersionObjectReference, path: string): FieldError[] {
  const { kind, apiVersion } = reference;
  const errors = validateReference(reference, path);
  if ((apiVersion ?? "").split("/").length > 2) {
    const problem = `unexpected GroupVersion string: ${apiVersion}`;
    return [...errors, invalid(`${path}.apiVersion`, apiVersion, problem)];
  }
  // ReplicationControllers are the only scalable kind of the legacy group.
  const isCore = !apiVersion || apiVersion === "v1";
  if (isCore && kind !== "ReplicationController") {
    errors.push(invalid(`${path}.apiVersion`, apiVersion ?? "", "apiVersion must specify API group"));
  }
  return errors;
}

function validateRules(rules: HPAScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${path}.stabilizationWindowSeconds`;
  if (window < 0) errors.push(invalid(at, window, "must be greater than or equal to zero"));
  if (window > MAX_WINDOW_SECONDS) {
    errors.push(invalid(at, window, `must be less than or equal to ${MAX_WINDOW_SECONDS}`));
  }
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) {
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  }
  if (policies.length === 0) errors.push(required(`${path}.policies`, "must specify at least one Policy"));
  errors.push(...policies.flatMap((policy, i) => validatePolicy(policy, `${path}.policies[${i}]`)));
  if (tolerance !== undefined) errors.push(...validateQuantity(tolerance, `${path}.tolerance`));
  return errors;
}

function validatePolicy({ type, value, periodSeconds }: HPAScalingPolicy, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, POLICY_TYPES));
  if (!(value > 0)) errors.push(invalid(`${path}.value`, value, "must be greater than zero"));
  const at = `${path}.periodSeconds`;
  if (!(periodSeconds > 0)) errors.push(invalid(at, periodSeconds, "must be greater than zero"));
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    errors.push(invalid(at, periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`));
  }
  return errors;
}
