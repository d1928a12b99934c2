/**
 * Profiles of seccomp and AppArmor that a container names and its node does not have. No node has a profile of AppArmor.
 * Kubernetes: pkg/kubelet/kuberuntime/helpers.go (`getSeccompProfile`);
 * containerd: contrib/seccomp/seccomp.go, internal/cri/server/container_create_linux.go
 */
import type { PodContainer, PodContext } from "../context.ts";
import { existsOnNode } from "../mounts/host-path.ts";

const SECCOMP_FOLDER = "/var/lib/kubelet/seccomp";

/** The message of CreateContainerError; undefined if the node has what the container names. */
export function securityProfileProblem(context: PodContext, { spec }: PodContainer): string | undefined {
  const ofPod = context.pod.spec.securityContext;
  const own = spec.securityContext;
  if (own?.privileged) return undefined;
  const appArmor = own?.appArmorProfile ?? ofPod?.appArmorProfile;
  if (appArmor?.type === "Localhost") {
    const text = `apparmor profile not found ${appArmor.localhostProfile}`;
    return `failed to get container spec opts: failed to generate apparmor spec opts: ${text}`;
  }
  const seccomp = own?.seccompProfile ?? ofPod?.seccompProfile;
  if (seccomp?.type !== "Localhost") return undefined;
  const path = `${SECCOMP_FOLDER}/${seccomp.localhostProfile}`;
  if (existsOnNode(context, path)) return undefined;
  const missing = `open ${path}: no such file or directory`;
  return `failed to create containerd container: cannot load seccomp profile "${path}": ${missing}`;
}
