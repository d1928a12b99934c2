/**
 * Claims, ConfigMaps, Secrets and keys that a pod refers to and that are missing.
 * Kubernetes: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go,
 * pkg/volume/configmap/configmap.go, pkg/volume/secret/secret.go
 */
import { claimNameOf } from "../controllers/volumes/pod-claims.ts";
import { configMapKind } from "../kinds/core/config-map.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { secretKind } from "../kinds/core/secret.ts";
import { BIND_COMPLETED } from "../kinds/storage/volume-names.ts";
import type { ConfigMap, Secret, Volume, VolumeProjection } from "../schema/index.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { environmentProblemOf } from "./environment.ts";

export interface MountProblem {
  volume: string;
  problem: string;
}

/** The first volume that cannot be set up; undefined if all can. */
export function mountProblem(context: PodContext): MountProblem | undefined {
  for (const volume of context.pod.spec.volumes ?? []) {
    const problem = volumeProblem(context, volume);
    if (problem !== undefined) return { volume: volume.name, problem };
  }
  return undefined;
}

/** The error in a container's environment that blocks its creation; undefined if there is no error. */
export function environmentProblem(context: PodContext, { spec }: PodContainer): string | undefined {
  const { pod, node, tx } = context;
  return environmentProblemOf({ pod, node, podIps: [], reader: tx, container: spec });
}

function volumeProblem(context: PodContext, { configMap, secret, projected }: Volume): string | undefined {
  if (configMap) {
    return (
      missingConfigMap(context, configMap.name, configMap.optional) ??
      missingItem(configMapNamed(context, configMap.name), configMap)
    );
  }
  if (secret) {
    return (
      missingSecret(context, secret.secretName, secret.optional) ??
      missingItem(secretNamed(context, secret.secretName), secret)
    );
  }
  for (const source of projected?.sources ?? []) {
    const problem = projectionProblem(context, source);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function projectionProblem(context: PodContext, { configMap, secret }: VolumeProjection): string | undefined {
  return (
    missingConfigMap(context, configMap?.name, configMap?.optional) ??
    missingSecret(context, secret?.name, secret?.optional)
  );
}

function missingConfigMap(context: PodContext, name: string | undefined, optional: boolean | undefined) {
  if (name === undefined || optional || configMapNamed(context, name)) return undefined;
  return `configmap "${name}" not found`;
}

function missingSecret(context: PodContext, name: string | undefined, optional: boolean | undefined) {
  if (name === undefined || optional || secretNamed(context, name)) return undefined;
  return `secret "${name}" not found`;
}

function missingItem(
  source: ConfigMap | Secret | undefined,
  { items, optional }: { items?: { key: string }[]; optional?: boolean },
): string | undefined {
  if (!source || optional) return undefined;
  const missing = items?.find(({ key }) => !hasKey(source, key));
  return missing && `references non-existent config key: ${missing.key}`;
}

function hasKey(source: ConfigMap | Secret, key: string): boolean {
  const binary = "binaryData" in source ? source.binaryData : undefined;
  return source.data?.[key] !== undefined || binary?.[key] !== undefined;
}

function configMapNamed({ tx, pod }: PodContext, name = ""): ConfigMap | undefined {
  return tx.get(configMapKind, pod.metadata.namespace ?? "", name);
}

function secretNamed({ tx, pod }: PodContext, name = ""): Secret | undefined {
  return tx.get(secretKind, pod.metadata.namespace ?? "", name);
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
