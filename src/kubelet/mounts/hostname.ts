/**
 * The hostname of a pod and its domain.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`GeneratePodHostNameAndDomain`), pkg/kubelet/util/util.go (`GetNodenameForKernel`)
 */
import type { Node, Pod } from "../../schema/index.ts";
import { CLUSTER_DOMAIN } from "./resolver-file.ts";

const MAX_HOSTNAME_LENGTH = 63;

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

/** Empty without a subdomain. */
export function podDomain({ spec, metadata }: Pod): string {
  if (!spec.subdomain || spec.hostnameOverride) return "";
  return `${spec.subdomain}.${metadata.namespace}.svc.${CLUSTER_DOMAIN}`;
}
