/**
 * Calls of the API server to a Service of the cluster: webhooks, conversion, aggregated API servers.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go (`ResolveEndpoint`, `ResolveCluster`),
 * staging/src/k8s.io/apiserver/pkg/util/webhook/client.go
 */
import type { CallFailure, HttpCall, HttpReply } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { bytesOfBase64 } from "../../lib/bytes.ts";

export interface ServiceTarget {
  namespace: string;
  name: string;
  port: number;
}

export interface ServiceCall extends HttpCall {
  timeoutMs: number;
  /** Base64 of the authorities (PEM) that the API server trusts for this call; absent: it does not verify. */
  caBundle?: string;
}

const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** The reply of the Service over HTTPS, or the reason why there is none, in the API server's words. */
export function callService(
  tx: Transaction,
  target: ServiceTarget,
  call: ServiceCall,
): HttpReply | { problem: string } {
  const { namespace, name, port } = target;
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return { problem: `service ${JSON.stringify(name)} not found` };
  const { type, clusterIP = "", ports } = service.spec;
  if (type === "ExternalName") return { problem: `unsupported service type ${JSON.stringify(type)}` };
  if (!ports?.some((each) => each.port === port)) {
    return { problem: `no service port ${port} found for service ${JSON.stringify(name)}` };
  }
  if (!hasReadyEndpoint(tx, target)) {
    return { problem: `no endpoints available for service ${JSON.stringify(name)}` };
  }
  const { caBundle, ...plain } = call;
  const trusts = caBundle === undefined ? {} : { trusts: bytesOfBase64(caBundle) };
  const host = `${name}.${namespace}.svc`;
  const answer = tx.calls.network({ ...plain, ...trusts, scheme: "https", address: clusterIP, host, port });
  return answer.type === "reply" ? answer : { problem: failureText(answer.why, `${clusterIP}:${port}`) };
}

function hasReadyEndpoint(tx: Transaction, { namespace, name }: ServiceTarget): boolean {
  return tx
    .list(endpointSliceKind, namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name)
    .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}

/** The errors of Go's HTTP client. */
function failureText(why: CallFailure, address: string): string {
  switch (why) {
    case "refused":
      return `dial tcp ${address}: connect: connection refused`;
    case "timeout":
      return "context deadline exceeded";
    case "unreachable":
      return `dial tcp ${address}: connect: no route to host`;
    case "reset":
      return "EOF";
    case "untrusted":
      return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  }
}
