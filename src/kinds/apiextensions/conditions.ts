/**
 * Conditions of CustomResourceDefinitions.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/helpers.go
 */
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from "../../schema/index.ts";

/** The conditions that the controllers set. */
export type ConditionType = "NamesAccepted" | "Established" | "Terminating";

/** Finalizer: keeps the definition until its instances are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

export function conditionOf(
  { status }: Pick<CustomResourceDefinition, "status">,
  type: ConditionType,
): CustomResourceDefinitionCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function isTrue(definition: Pick<CustomResourceDefinition, "status">, type: ConditionType): boolean {
  return conditionOf(definition, type)?.status === "True";
}

/** Replaces the condition of the same type. Its transition time changes only with its status. */
export function setCondition(
  definition: Pick<CustomResourceDefinition, "status">,
  wanted: { type: ConditionType; status: string; reason: string; message: string },
  time: string,
): void {
  const { status } = definition;
  const present = conditionOf(definition, wanted.type);
  const lastTransitionTime =
    present?.status === wanted.status && present.lastTransitionTime ? present.lastTransitionTime : time;
  const { type, status: truth, reason, message } = wanted;
  const next = { type, status: truth, lastTransitionTime, reason, message };
  const others = status.conditions ?? [];
  status.conditions = present
    ? others.map((condition) => (condition === present ? next : condition))
    : [...others, next];
}
