/**
 * Defaults of ReplicaSets.
 *
 * Kubernetes: pkg/apis/apps/v1/defaults.go (SetDefaults_ReplicaSet)
 */
import type { ReplicaSet, ReplicaSetSpec } from "../../schema/index.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";

export function defaultReplicaSet(replicaSet: ReplicaSet): void {
  if (!replicaSet.spec) replicaSet.spec = {} as ReplicaSetSpec;
  setDefault(replicaSet.spec, "replicas", 1);
  defaultPodTemplate(replicaSet.spec);
}
