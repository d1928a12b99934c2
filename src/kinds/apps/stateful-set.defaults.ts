/**
 * Defaults of StatefulSets.
 *
 * Kubernetes: pkg/apis/apps/v1/defaults.go (SetDefaults_StatefulSet)
 */
import type { StatefulSet, StatefulSetSpec } from "../../schema/index.ts";
import { defaultClaimSpec } from "../core/persistent-volume-claim.defaults.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";
import { DEFAULT_HISTORY } from "./deployment.defaults.ts";

export function defaultStatefulSet(statefulSet: StatefulSet): void {
  if (!statefulSet.spec) statefulSet.spec = {} as StatefulSetSpec;
  const { spec } = statefulSet;
  setDefault(spec, "replicas", 1);
  defaultPodTemplate(spec);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.kind = "PersistentVolumeClaim";
    claim.apiVersion = "v1";
    defaultClaimSpec(claim.spec);
    if (!claim.status) claim.status = {};
    setDefault(claim.status, "phase", "Pending");
  }
  setDefault(spec, "podManagementPolicy", "OrderedReady");
  if (!spec.updateStrategy) spec.updateStrategy = {};
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = "RollingUpdate";
    spec.updateStrategy.rollingUpdate ??= {};
  }
  // An explicit type without `rollingUpdate` gets no partition.
  if (spec.updateStrategy.type === "RollingUpdate" && spec.updateStrategy.rollingUpdate) {
    setDefault(spec.updateStrategy.rollingUpdate, "partition", 0);
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  setDefault(spec.persistentVolumeClaimRetentionPolicy, "whenDeleted", "Retain");
  setDefault(spec.persistentVolumeClaimRetentionPolicy, "whenScaled", "Retain");
}
