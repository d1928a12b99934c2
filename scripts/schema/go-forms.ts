/**
 * How Go writes empty fields, where the OpenAPI facts cannot tell: an optional field without `omitempty` looks like any other.
 * Keys are `<type>.<field>` by internal names. Sources: the struct tags of k8s.io/api, and what a real server answers.
 */

/** Optional, yet written with their zero value. */
export const WRITTEN_WHEN_ZERO = new Set([
  "Event.reportingComponent",
  "Event.reportingInstance",
  "FlowSchemaSpec.matchingPrecedence",
  "NodeRuntimeHandler.name",
  "PodDisruptionBudgetStatus.currentHealthy",
  "PodDisruptionBudgetStatus.desiredHealthy",
  "PodDisruptionBudgetStatus.disruptionsAllowed",
  "PodDisruptionBudgetStatus.expectedPods",
  "PodFailurePolicyOnPodConditionsPattern.status",
  "PriorityClass.value",
  "QueuingConfiguration.handSize",
  "QueuingConfiguration.queueLengthLimit",
  "QueuingConfiguration.queues",
  "RoleRef.apiGroup",
  "StatefulSetOrdinals.start",
  "StatefulSetSpec.serviceName",
  "StatefulSetStatus.availableReplicas",
  "TokenRequestStatus.token",
]);

/** Written as `null` when empty: lists and pointers without `omitempty`, and times that are no pointers. */
export const WRITTEN_AS_NULL = new Set([
  "APIServiceCondition.lastTransitionTime",
  "CertificateSigningRequestCondition.lastTransitionTime",
  "CertificateSigningRequestCondition.lastUpdateTime",
  "ClusterRole.rules",
  "ContainerStateRunning.startedAt",
  "ContainerStateTerminated.finishedAt",
  "ContainerStateTerminated.startedAt",
  "CustomResourceDefinitionCondition.lastTransitionTime",
  "CustomResourceDefinitionStatus.conditions",
  "CustomResourceDefinitionStatus.storedVersions",
  "DaemonSetCondition.lastTransitionTime",
  "DeploymentCondition.lastTransitionTime",
  "DeploymentCondition.lastUpdateTime",
  "EndpointSlice.endpoints",
  "EndpointSlice.ports",
  "Event.eventTime",
  "Event.firstTimestamp",
  "Event.lastTimestamp",
  "EventSeries.lastObservedTime",
  "EventsV1Event.deprecatedFirstTimestamp",
  "EventsV1Event.deprecatedLastTimestamp",
  "FlowSchemaCondition.lastTransitionTime",
  "HorizontalPodAutoscalerCondition.lastTransitionTime",
  "HorizontalPodAutoscalerStatus.currentMetrics",
  "JobCondition.lastProbeTime",
  "JobCondition.lastTransitionTime",
  "NamespaceCondition.lastTransitionTime",
  "NodeCondition.lastHeartbeatTime",
  "NodeCondition.lastTransitionTime",
  "PersistentVolumeClaimCondition.lastProbeTime",
  "PersistentVolumeClaimCondition.lastTransitionTime",
  "PodCondition.lastProbeTime",
  "PodCondition.lastTransitionTime",
  "PriorityLevelConfigurationCondition.lastTransitionTime",
  "ReplicaSetCondition.lastTransitionTime",
  "ReplicationControllerCondition.lastTransitionTime",
  "Role.rules",
  "StatefulSetCondition.lastTransitionTime",
  "TokenRequestStatus.expirationTimestamp",
  "VolumeError.time",
]);

/** Required, yet left out when empty. */
export const LEFT_OUT_WHEN_EMPTY = new Set([
  "ContainerRestartRule.action",
  "ContainerRestartRuleOnExitCodes.operator",
  "ImageVolumeStatus.imageRef",
  "NodeAllocatableResourceClaimStatus.resources",
  "ParentReference.name",
  "ParentReference.resource",
  "PodCertificateProjection.keyType",
  "PodCertificateProjection.signerName",
  "TokenReviewSpec.token",
  "ValidatingAdmissionPolicyBindingSpec.policyName",
  "ValidatingAdmissionPolicyBindingSpec.validationActions",
]);

export type WhenEmpty = "left out" | "zero" | "null";

export function whenEmpty(type: string, field: string, fact: { required: boolean; default?: unknown }): WhenEmpty {
  const key = `${type}.${field}`;
  if (LEFT_OUT_WHEN_EMPTY.has(key)) return "left out";
  if (WRITTEN_AS_NULL.has(key)) return "null";
  if (WRITTEN_WHEN_ZERO.has(key)) return "zero";
  // A struct that is no pointer is always written.
  if (typeof fact.default === "object") return "zero";
  if (!fact.required) return "left out";
  return fact.default === undefined ? "null" : "zero";
}
