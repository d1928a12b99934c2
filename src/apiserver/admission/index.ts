/**
 * Admission: plugins that change a write before the kind's validation, and plugins that accept or refuse it afterwards.
 * The write path calls both phases for requests and controllers.
 */
import {
  certificateApproval,
  certificateRequester,
  certificateSigning,
  certificateSubjectRestriction,
} from "./certificates.ts";
import type { AdmissionContext, AdmissionPlugin } from "./context.ts";
import { defaultIngressClass } from "./default-ingress-class.ts";
import { defaultStorageClassPlugin } from "./default-storage-class.ts";
import { defaultTolerationSeconds } from "./default-toleration-seconds.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { persistentVolumeClaimResize } from "./persistent-volume-claim-resize.ts";
import { podResize } from "./pod-resize.ts";
import { podSecurity } from "./pod-security/index.ts";
import { podTopologyLabels } from "./pod-topology-labels.ts";
import { mutatingAdmissionPolicy } from "./policies/mutating.ts";
import { policyParamRights } from "./policies/param-rights.ts";
import { validatingAdmissionPolicy } from "./policies/validating.ts";
import { priority } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClass } from "./runtime-class.ts";
import { serviceAccount } from "./service-account.ts";
import { signingKey } from "./signing-key.ts";
import { storageObjectInUseProtection } from "./storage-object-in-use-protection.ts";
import { taintNodesByCondition } from "./taint-nodes-by-condition.ts";
import { mutatingWebhooks, validatingWebhooks } from "./webhooks/index.ts";

/** The plugins in the order of kube-apiserver (Kubernetes: pkg/kubeapiserver/options/plugins.go). */
export const admissionPlugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClassPlugin,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  rbacEscalation,
  policyParamRights,
  signingKey,
  certificateRequester,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  podResize,
  mutatingAdmissionPolicy,
  mutatingWebhooks,
  validatingAdmissionPolicy,
  validatingWebhooks,
  resourceQuota,
];

/** The mutating phase. May change `context.object`; throws `ApiError` to refuse. */
export function admit(context: AdmissionContext): void {
  let isChanged = false;
  for (const plugin of admissionPlugins) {
    plugin.admit?.(context);
    if (plugin.mutate?.(context)) isChanged = true;
  }
  if (!isChanged) return;
  for (const plugin of admissionPlugins) {
    plugin.admit?.(context);
    plugin.mutateAgain?.(context);
  }
}

/** The plugins that see connections: rules that are objects of the cluster. They cannot change a connection's options. */
const connectionPlugins: readonly AdmissionPlugin[] = [mutatingWebhooks, validatingAdmissionPolicy, validatingWebhooks];

/** Both phases for a connection (CONNECT). Throws `ApiError` to refuse. */
export function admitConnection(context: AdmissionContext): void {
  for (const plugin of connectionPlugins) plugin.mutate?.(context);
  for (const plugin of connectionPlugins) plugin.validate?.(context);
}

/** The validating phase, after the kind's own validation. Throws `ApiError` to refuse. */
export function validateAdmission(context: AdmissionContext): void {
  for (const plugin of admissionPlugins) plugin.validate?.(context);
}
