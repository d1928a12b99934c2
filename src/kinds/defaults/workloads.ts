/** Defaults of the workloads that run copies of a pod. */
import type {
  DaemonSet,
  DaemonSetSpec,
  Deployment,
  DeploymentSpec,
  ReplicaSet,
  ReplicaSetSpec,
  ReplicationController,
  StatefulSet,
  StatefulSetSpec,
} from "../../schema/index.ts";
import { defaultPodTemplate } from "./pod-spec.ts";
import { setDefault } from "./set-default.ts";
import { defaultClaimSpec } from "./volumes.ts";

const DEFAULT_HISTORY = 10;
const DEFAULT_PROGRESS_DEADLINE_SECONDS = 600;

export function defaultDeployment(deployment: Deployment): void {
  if (!deployment.spec) deployment.spec = {} as DeploymentSpec;
  const { spec } = deployment;
  setDefault(spec, "replicas", 1);
  defaultPodTemplate(spec);
  if (!spec.strategy) spec.strategy = {};
  setDefault(spec.strategy, "type", "RollingUpdate");
  if (spec.strategy.type === "RollingUpdate") {
    spec.strategy.rollingUpdate ??= {};
    setDefault(spec.strategy.rollingUpdate, "maxUnavailable", "25%");
    setDefault(spec.strategy.rollingUpdate, "maxSurge", "25%");
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
  setDefault(spec, "progressDeadlineSeconds", DEFAULT_PROGRESS_DEADLINE_SECONDS);
}

export function defaultReplicaSet(replicaSet: ReplicaSet): void {
  if (!replicaSet.spec) replicaSet.spec = {} as ReplicaSetSpec;
  setDefault(replicaSet.spec, "replicas", 1);
  defaultPodTemplate(replicaSet.spec);
}

/** Labels and selector follow the template's labels. */
export function defaultReplicationController(controller: ReplicationController): void {
  if (!controller.spec) controller.spec = {};
  const { spec, metadata } = controller;
  setDefault(spec, "replicas", 1);
  defaultPodTemplate(spec);
  const labels = spec.template?.metadata.labels;
  if (!labels) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

export function defaultDaemonSet(daemonSet: DaemonSet): void {
  if (!daemonSet.spec) daemonSet.spec = {} as DaemonSetSpec;
  const { spec } = daemonSet;
  defaultPodTemplate(spec);
  if (!spec.updateStrategy) spec.updateStrategy = {};
  setDefault(spec.updateStrategy, "type", "RollingUpdate");
  if (spec.updateStrategy.type === "RollingUpdate") {
    spec.updateStrategy.rollingUpdate ??= {};
    setDefault(spec.updateStrategy.rollingUpdate, "maxUnavailable", 1);
    setDefault(spec.updateStrategy.rollingUpdate, "maxSurge", 0);
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
}

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
  // Who names the type has no partition unless it is given.
  if (spec.updateStrategy.type === "RollingUpdate" && spec.updateStrategy.rollingUpdate) {
    setDefault(spec.updateStrategy.rollingUpdate, "partition", 0);
  }
  setDefault(spec, "revisionHistoryLimit", DEFAULT_HISTORY);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  setDefault(spec.persistentVolumeClaimRetentionPolicy, "whenDeleted", "Retain");
  setDefault(spec.persistentVolumeClaimRetentionPolicy, "whenScaled", "Retain");
}
