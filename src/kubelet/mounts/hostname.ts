/**
 * The hostname of a pod and its domain.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`GeneratePodHostNameAndDomain`), pkg/kubelet/util/util.go (`GetNodenameForKernel`)
 */
import type { Node, Pod } from "../../schema/index.ts";
import { CLUSTER_DOMAIN } from "./resolver-file.ts";

const MAX_HOSTNAME_LENGTH = 63;
const MAX_KERNEL_LENGTH = 64;

export function podHostname({ spec, metadata }: Pod, node: Node): string {
  if (spec.hostNetwork) return node.metadata.name ?? "";
  const name = spec.hostnameOverride || spec.hostname || (metadata.name ?? "");
  return name.length <= MAX_HOSTNAME_LENGTH ? name : name.slice(0, MAX_HOSTNAME_LENGTH).replace(/[-.]+$/, "");
}

/** The hostname that the kernel of the pod's sandbox has: the full name if the pod asks for it and has a domain. */
export function kernelHostname(pod: Pod, node: Node): string {
  const domain = podDomain(pod);
  const hostname = podHostname(pod, node);
  return pod.spec.setHostnameAsFQDN && !pod.spec.hostNetwork && domain !== "" ? `${hostname}.${domain}` : hostname;
}

/** Why no sandbox can have the hostname: the kernel holds 64 characters. */
export function hostnameProblem(pod: Pod, node: Node): string | undefined {
  const name = kernelHostname(pod, node);
  if (name.length <= MAX_KERNEL_LENGTH) return undefined;
  const length = `${MAX_KERNEL_LENGTH} characters is the max, ${name.length} characters requested`;
  return `failed to construct FQDN from Pod hostname and cluster domain, FQDN ${name} is too long (${length})`;
}

/** Empty without a subdomain. */
export function podDomain({ spec, metadata }: Pod): string {
  if (!spec.subdomain || spec.hostnameOverride) return "";
  return `${spec.subdomain}.${metadata.namespace}.svc.${CLUSTER_DOMAIN}`;
}
