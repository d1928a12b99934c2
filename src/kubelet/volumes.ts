/**
 * Why a pod's volumes cannot be set up, and why the environment of a container cannot be built.
 * Kubernetes: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go
 */
import { claimNameOf } from "../controllers/volumes/pod-claims.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { BIND_COMPLETED } from "../kinds/storage/volume-names.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { environmentProblemOf } from "./environment.ts";
import { volumeTypeOf } from "./mounts/registry.ts";

export interface MountProblem {
  volume: string;
  problem: string;
}

/** The first volume that cannot be set up; undefined if all can. */
export function mountProblem(context: PodContext): MountProblem | undefined {
  for (const volume of context.pod.spec.volumes ?? []) {
    const problem = volumeTypeOf(volume).problem?.(context, volume);
    if (problem !== undefined) return { volume: volume.name, problem };
  }
  return undefined;
}

/** The error in a container's environment that blocks its creation; undefined if there is no error. */
export function environmentProblem(context: PodContext, { spec }: PodContainer): string | undefined {
  const { pod, node, tx } = context;
  return environmentProblemOf({ pod, node, podIps: [], reader: tx, container: spec });
}

/** The kubelet's message for the first claim that blocks the pod's start; undefined if there is no such claim. */
export function claimProblem({ tx, pod }: PodContext): string | undefined {
  const namespace = pod.metadata.namespace ?? "";
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const why = problemOf(name);
    if (why === undefined) continue;
    const what = `unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[${volume.name}]`;
    return `Unable to attach or mount volumes: ${what}: error processing PVC ${namespace}/${name}: ${why}`;
  }
  return undefined;

  function problemOf(name: string): string | undefined {
    const claim = tx.get(persistentVolumeClaimKind, namespace, name);
    if (!claim) return `failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`;
    if (claim.metadata.deletionTimestamp) return "PVC is being deleted";
    const isBound = claim.status.phase === "Bound" && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
    return isBound ? undefined : "PVC is not bound";
  }
}
