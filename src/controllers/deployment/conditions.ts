/**
 * Conditions of Deployments.
 * Kubernetes: pkg/controller/deployment/util/deployment_util.go (SetDeploymentCondition)
 */
import { formatTime } from "../../lib/time.ts";
import type { DeploymentCondition, DeploymentStatus } from "../../schema/index.ts";

export type ConditionType = "Available" | "Progressing" | "ReplicaFailure";

export function conditionOf(status: DeploymentStatus, type: ConditionType): DeploymentCondition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

export function newCondition(
  nowMs: number,
  type: ConditionType,
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
): DeploymentCondition {
  const time = formatTime(nowMs);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** The status with the condition. An equal status and reason change nothing; a changed condition moves to the end. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const present = conditionOf(status, condition.type as ConditionType);
  if (present?.status === condition.status && present.reason === condition.reason) return status;
  const lastTransitionTime =
    present?.status === condition.status ? present.lastTransitionTime : condition.lastTransitionTime;
  const others = withoutCondition(status, condition.type as ConditionType).conditions ?? [];
  return { ...status, conditions: [...others, { ...condition, lastTransitionTime }] };
}

export function withoutCondition(status: DeploymentStatus, type: ConditionType): DeploymentStatus {
  const { conditions = [], ...rest } = status;
  const others = conditions.filter((condition) => condition.type !== type);
  return others.length > 0 ? { ...rest, conditions: others } : rest;
}
