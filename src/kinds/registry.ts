/** All built-in kinds that are served, by group. A new kind is one line here. */

import { mutatingAdmissionPolicyKind } from "./admissionregistration/mutating-admission-policy.ts";
import { mutatingAdmissionPolicyBindingKind } from "./admissionregistration/mutating-admission-policy-binding.ts";
import { mutatingWebhookConfigurationKind } from "./admissionregistration/mutating-webhook-configuration.ts";
import { validatingAdmissionPolicyKind } from "./admissionregistration/validating-admission-policy.ts";
import { validatingAdmissionPolicyBindingKind } from "./admissionregistration/validating-admission-policy-binding.ts";
import { validatingWebhookConfigurationKind } from "./admissionregistration/validating-webhook-configuration.ts";
import { customResourceDefinitionKind } from "./apiextensions/custom-resource-definition.ts";
import { apiServiceKind } from "./apiregistration/api-service.ts";
import { controllerRevisionKind } from "./apps/controller-revision.ts";
import { daemonSetKind } from "./apps/daemon-set.ts";
import { deploymentKind } from "./apps/deployment.ts";
import { replicaSetKind } from "./apps/replica-set.ts";
import { statefulSetKind } from "./apps/stateful-set.ts";
import { horizontalPodAutoscalerKind } from "./autoscaling/horizontal-pod-autoscaler.ts";
import { horizontalPodAutoscalerV1Kind } from "./autoscaling/horizontal-pod-autoscaler-v1.ts";
import { cronJobKind } from "./batch/cron-job.ts";
import { jobKind } from "./batch/job.ts";
import { certificateSigningRequestKind } from "./certificates/certificate-signing-request.ts";
import { leaseKind } from "./coordination/lease.ts";
import { configMapKind } from "./core/config-map.ts";
import { endpointsKind } from "./core/endpoints.ts";
import { eventKind } from "./core/event.ts";
import { limitRangeKind } from "./core/limit-range.ts";
import { namespaceKind } from "./core/namespace.ts";
import { nodeKind } from "./core/node.ts";
import { persistentVolumeKind } from "./core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "./core/persistent-volume-claim.ts";
import { podKind } from "./core/pod.ts";
import { podTemplateKind } from "./core/pod-template.ts";
import { replicationControllerKind } from "./core/replication-controller.ts";
import { resourceQuotaKind } from "./core/resource-quota.ts";
import { secretKind } from "./core/secret.ts";
import { serviceKind } from "./core/service.ts";
import { serviceAccountKind } from "./core/service-account.ts";
import { endpointSliceKind } from "./discovery/endpoint-slice.ts";
import { eventsV1Kind } from "./events/event.ts";
import { flowSchemaKind } from "./flowcontrol/flow-schema.ts";
import { priorityLevelConfigurationKind } from "./flowcontrol/priority-level-configuration.ts";
import { apiVersion, type KindDefinition, type ResourceId, resourceId } from "./kind.ts";
import { ingressKind } from "./networking/ingress.ts";
import { ingressClassKind } from "./networking/ingress-class.ts";
import { ipAddressKind } from "./networking/ip-address.ts";
import { networkPolicyKind } from "./networking/network-policy.ts";
import { serviceCIDRKind } from "./networking/service-cidr.ts";
import { runtimeClassKind } from "./node/runtime-class.ts";
import { podDisruptionBudgetKind } from "./policy/pod-disruption-budget.ts";
import { clusterRoleKind } from "./rbac/cluster-role.ts";
import { clusterRoleBindingKind } from "./rbac/cluster-role-binding.ts";
import { roleKind } from "./rbac/role.ts";
import { roleBindingKind } from "./rbac/role-binding.ts";
import { deviceClassKind } from "./resource/device-class.ts";
import { resourceClaimKind } from "./resource/resource-claim.ts";
import { resourceClaimTemplateKind } from "./resource/resource-claim-template.ts";
import { resourceSliceKind } from "./resource/resource-slice.ts";
import { priorityClassKind } from "./scheduling/priority-class.ts";
import { csiDriverKind } from "./storage/csi-driver.ts";
import { csiNodeKind } from "./storage/csi-node.ts";
import { csiStorageCapacityKind } from "./storage/csi-storage-capacity.ts";
import { storageClassKind } from "./storage/storage-class.ts";
import { volumeAttachmentKind } from "./storage/volume-attachment.ts";
import { volumeAttributesClassKind } from "./storage/volume-attributes-class.ts";

export const kinds: readonly KindDefinition[] = [
  configMapKind,
  endpointsKind,
  eventKind,
  limitRangeKind,
  namespaceKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  podTemplateKind,
  replicationControllerKind,
  resourceQuotaKind,
  secretKind,
  serviceAccountKind,
  serviceKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  replicaSetKind,
  statefulSetKind,
  horizontalPodAutoscalerKind,
  cronJobKind,
  jobKind,
  certificateSigningRequestKind,
  leaseKind,
  endpointSliceKind,
  flowSchemaKind,
  priorityLevelConfigurationKind,
  ingressClassKind,
  ingressKind,
  ipAddressKind,
  networkPolicyKind,
  serviceCIDRKind,
  runtimeClassKind,
  podDisruptionBudgetKind,
  clusterRoleBindingKind,
  clusterRoleKind,
  roleBindingKind,
  roleKind,
  deviceClassKind,
  resourceClaimKind,
  resourceClaimTemplateKind,
  resourceSliceKind,
  priorityClassKind,
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  storageClassKind,
  volumeAttachmentKind,
  mutatingAdmissionPolicyBindingKind,
  mutatingAdmissionPolicyKind,
  mutatingWebhookConfigurationKind,
  validatingAdmissionPolicyBindingKind,
  validatingAdmissionPolicyKind,
  validatingWebhookConfigurationKind,
  volumeAttributesClassKind,
  apiServiceKind,
  customResourceDefinitionKind,
];

/** Kinds that show objects of the ones above in another version or group. */
const views: readonly KindDefinition[] = [eventsV1Kind, horizontalPodAutoscalerV1Kind];

/** Everything that has a path. */
export const servedKinds: readonly KindDefinition[] = [...kinds, ...views];

const byResource = new Map<ResourceId, KindDefinition>(kinds.map((kind) => [resourceId(kind), kind]));
const byPath = new Map<string, KindDefinition>(
  servedKinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]),
);
const byApiVersion = new Map<string, KindDefinition>(
  servedKinds.map((kind) => [`${apiVersion(kind)}/${kind.kind}`, kind]),
);

/** By `<group>/<plural>`, with `core` for the legacy group. */
export function kindByResource(resource: ResourceId): KindDefinition | undefined {
  return byResource.get(resource);
}

/** By the parts of a request's path; the legacy group is empty. */
export function kindByPath(group: string, version: string, plural: string): KindDefinition | undefined {
  return byPath.get(`${group}/${version}/${plural}`);
}

/** By an object's apiVersion and kind: `apps/v1`, `Deployment`. */
export function kindByApiVersion(apiVersion: string, kind: string): KindDefinition | undefined {
  return byApiVersion.get(`${apiVersion}/${kind}`);
}
