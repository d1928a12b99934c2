/**
 * The common shape of ReplicaSets and ReplicationControllers.
 * Kubernetes: pkg/controller/replication/conversion.go
 */
import type { KubernetesObject, PodTemplateSpec, ReplicaSetCondition, ReplicaSetStatus } from "../../schema/index.ts";

/** The fields that ReplicaSets and ReplicationControllers have in common. */
export interface ReplicaOwner extends KubernetesObject {
  spec: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec };
  status: Omit<ReplicaSetStatus, "conditions"> & { conditions?: ReplicaSetCondition[] };
}
