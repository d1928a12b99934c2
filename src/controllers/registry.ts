/** All controllers of the controller manager and the API server. A new controller needs one line here. */

import { apiServiceAvailability } from "./api-service/availability.ts";
import { certificateAuthority } from "./certificates/authority.ts";
import { certificateCleaner } from "./certificates/cleaner.ts";
import { certificateSigner } from "./certificates/signer.ts";
import { clusterRoleAggregation } from "./cluster-role-aggregation.ts";
import type { Controller } from "./controller.ts";
import { cronJobController } from "./cron-job/cron-job.ts";
import { customResourceApiServices } from "./custom-resources/api-services.ts";
import { customResourceCleanup } from "./custom-resources/cleanup.ts";
import { customResourceEstablishing } from "./custom-resources/establishing.ts";
import { customResourceNames } from "./custom-resources/names.ts";
import { daemonSetController } from "./daemon-set/daemon-set.ts";
import { deploymentController } from "./deployment/deployment.ts";
import { disruptionController } from "./disruption/disruption.ts";
import { endpointSliceMirroringController } from "./endpoints/endpoint-slice-mirroring.ts";
import { endpointSliceController } from "./endpoints/endpoint-slices.ts";
import { endpointsController } from "./endpoints/endpoints.ts";
import { eventExpiry } from "./event-expiry.ts";
import { flowSchemas } from "./flow-schemas.ts";
import { garbageCollector } from "./garbage-collector/garbage-collector.ts";
import { gatewayController } from "./gateway/gateway.ts";
import { gatewayClassController } from "./gateway/gateway-class.ts";
import { routeControllers } from "./gateway/route.ts";
import { horizontalPodAutoscalerController } from "./horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts";
import { ingressStatus } from "./ingress/ingress-status.ts";
import { jobController } from "./job/job.ts";
import { jobOrphanPods } from "./job/orphan-pods.ts";
import { ttlAfterFinished } from "./job/ttl.ts";
import { namespaceController } from "./namespace/namespace.ts";
import { nodeLifecycleController } from "./node-lifecycle.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { replicaSetController } from "./replica-set/replica-set.ts";
import { replicationManager } from "./replica-set/replication-controller.ts";
import { resourceClaims } from "./resource-claims.ts";
import { resourceQuotaController } from "./resource-quota.ts";
import { rootCaController } from "./root-ca.ts";
import { serviceAccountController } from "./service-account.ts";
import { serviceAccountTokens } from "./service-account-tokens.ts";
import { loadBalancers } from "./service-network/load-balancers.ts";
import { serviceAddresses } from "./service-network/service-addresses.ts";
import { serviceRanges } from "./service-network/service-ranges.ts";
import { statefulSetController } from "./stateful-set/stateful-set.ts";
import { taintEvictionController } from "./taint-eviction.ts";
import { validatingAdmissionPolicyStatus } from "./validating-admission-policy-status.ts";
import { volumeAttachments } from "./volumes/attachments.ts";
import { volumeBinder } from "./volumes/binder.ts";
import { ephemeralVolumes } from "./volumes/ephemeral.ts";
import { volumeExpander } from "./volumes/expansion.ts";
import { claimProtection, volumeProtection } from "./volumes/protection.ts";
import { volumeProvisioner, volumeRemover } from "./volumes/provisioner.ts";
import { volumePhases } from "./volumes/volume-phases.ts";

export const controllers: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  replicationManager,
  statefulSetController,
  daemonSetController,
  jobController,
  jobOrphanPods,
  ttlAfterFinished,
  cronJobController,
  horizontalPodAutoscalerController,
  volumeBinder,
  volumePhases,
  volumeProvisioner,
  volumeRemover,
  volumeExpander,
  claimProtection,
  volumeProtection,
  volumeAttachments,
  ephemeralVolumes,
  disruptionController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  serviceAddresses,
  loadBalancers,
  serviceRanges,
  ingressStatus,
  gatewayClassController,
  gatewayController,
  ...routeControllers,
  garbageCollector,
  namespaceController,
  resourceClaims,
  resourceQuotaController,
  serviceAccountController,
  serviceAccountTokens,
  clusterRoleAggregation,
  certificateAuthority,
  certificateSigner,
  certificateCleaner,
  rootCaController,
  nodeLifecycleController,
  podGarbageCollector,
  taintEvictionController,
  eventExpiry,
  customResourceNames,
  customResourceEstablishing,
  customResourceCleanup,
  customResourceApiServices,
  apiServiceAvailability,
  flowSchemas,
  validatingAdmissionPolicyStatus,
];
