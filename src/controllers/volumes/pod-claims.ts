/**
 * The claims that a pod's volumes refer to.
 * Kubernetes: staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go (VolumeClaimName)
 */
import type { Pod, Volume } from "../../schema/index.ts";

/** The name of a volume's claim. The claim of an ephemeral volume is named after pod and volume. */
export function claimNameOf(pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName;
}

export function claimNamesOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => claimNameOf(pod, volume) ?? []);
}
