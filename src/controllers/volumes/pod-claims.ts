/** Which claims a pod's volumes refer to. */
import type { Pod, Volume } from "../../schema/index.ts";

/** The claim behind a volume of the pod; ephemeral volumes have one named after pod and volume. */
export function claimNameOf(pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName;
}

export function claimNamesOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => claimNameOf(pod, volume) ?? []);
}
