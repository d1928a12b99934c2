/**
 * The built-in signers, and their requirements for requests.
 * Kubernetes: pkg/apis/certificates/helpers.go, pkg/controller/certificates/signer/signer.go
 */
import type { CertificateRequest } from "../../lib/signing/certificate-request.ts";

/** Why a signer refuses a request, in Kubernetes' words; undefined if it signs. */
type Demand = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

/** Signs client certificates, which an administrator approves. */
const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";
/** Signs client certificates of kubelets. */
export const KUBELET_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
const KUBELET_SERVING_SIGNER = "kubernetes.io/kubelet-serving";

const NODE_GROUP = "system:nodes";
const NODE_PREFIX = "system:node:";
const KEY_ENCIPHERMENT = "key encipherment";
const DIGITAL_SIGNATURE = "digital signature";

/** Requirements by signer name. Requests to other signers stay unsigned. */
export const SIGNERS: Readonly<Record<string, Demand>> = {
  [CLIENT_SIGNER]: (_request, usages) => clientUsageProblem(usages),
  [KUBELET_CLIENT_SIGNER]: kubeletClientProblem,
  [KUBELET_SERVING_SIGNER]: kubeletServingProblem,
};

function clientUsageProblem(usages: readonly string[]): string | undefined {
  const odd = usages.find((usage) => ![DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, "client auth"].includes(usage));
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
  return usages.includes("client auth") ? undefined : "missing required usage for client certificate: client auth";
}

/** Why the request is not a kubelet's; undefined if it is one. The approver uses the same rules. */
export function kubeletClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (request.dnsNames.length > 0) return "DNS subjectAltNames are not allowed";
  if (request.emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  if (request.ipAddresses.length > 0) return "IP subjectAltNames are not allowed";
  if (request.uris.length > 0) return "URI subjectAltNames are not allowed";
  if (!request.commonName.startsWith(NODE_PREFIX)) return `subject common name does not begin with ${NODE_PREFIX}`;
  return usagesProblem(usages, "client auth");
}

function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return "subject organization is not system:nodes";
  if (request.dnsNames.length + request.ipAddresses.length === 0) return "DNS or IP subjectAltName is required";
  if (request.emailAddresses.length > 0) return "Email subjectAltNames are not allowed";
  if (request.uris.length > 0) return "URI subjectAltNames are not allowed";
  const problem = usagesProblem(usages, "server auth");
  if (problem) return problem;
  return request.commonName.startsWith(NODE_PREFIX)
    ? undefined
    : `subject common name does not begin with ${NODE_PREFIX}`;
}

function isOfNodes({ organizations }: CertificateRequest): boolean {
  return organizations.length === 1 && organizations[0] === NODE_GROUP;
}

/** Usages must be digital signature and the purpose. Key encipherment, which RSA keys need, is optional. */
function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const asked = [...new Set(usages)].filter((usage) => usage !== KEY_ENCIPHERMENT).toSorted();
  const wanted = [DIGITAL_SIGNATURE, purpose].toSorted();
  if (asked.length === 2 && asked.every((usage, i) => usage === wanted[i])) return undefined;
  return `usages did not match [${[...wanted, KEY_ENCIPHERMENT].toSorted().join(" ")}]`;
}
