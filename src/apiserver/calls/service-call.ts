/**
 * Calls of the API server to a Service of the cluster: webhooks, conversion, aggregated API servers.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go (`ResolveEndpoint`, `ResolveCluster`),
 * staging/src/k8s.io/apiserver/pkg/util/webhook/client.go
 */
import { callFailureText } from "../../cluster/call-failure.ts";
import type { HttpCall, HttpReply } from "../../cluster/calls.ts";
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
  /** Base64 of the authorities (PEM) that the API server trusts for this call; absent: those of its own system. */
  caBundle?: string;
  /** It does not verify the certificate. */
  isInsecure?: boolean;
}

const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** Why there is no reply, in the API server's words. `isUnresolved`: nothing was called, because no server is known. */
export interface ServiceProblem {
  problem: string;
  isUnresolved?: true;
}

/** The reply of the Service over HTTPS, or the reason why there is none. */
export function callService(tx: Transaction, target: ServiceTarget, call: ServiceCall): HttpReply | ServiceProblem {
  const { namespace, name, port } = target;
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return unresolved(`service ${JSON.stringify(name)} not found`);
  const { type, clusterIP = "", ports } = service.spec;
  if (type === "ExternalName") return unresolved(`unsupported service type ${JSON.stringify(type)}`);
  if (!ports?.some((each) => each.port === port)) {
    return unresolved(`no service port ${port} found for service ${JSON.stringify(name)}`);
  }
  if (!hasReadyEndpoint(tx, target)) {
    return unresolved(`no endpoints available for service ${JSON.stringify(name)}`);
  }
  const { caBundle, isInsecure = false, ...plain } = call;
  // No authority of the API server's system signs for names inside a cluster.
  const trusts = isInsecure ? {} : { trusts: bytesOfBase64(caBundle ?? "") };
  const host = `${name}.${namespace}.svc`;
  const answer = tx.calls.network({ ...plain, ...trusts, scheme: "https", address: clusterIP, host, port });
  if (answer.type === "reply") return answer;
  return { problem: callFailureText(answer, `${clusterIP}:${port}`, "context deadline exceeded") };
}

function unresolved(problem: string): ServiceProblem {
  return { problem, isUnresolved: true };
}

function hasReadyEndpoint(tx: Transaction, { namespace, name }: ServiceTarget): boolean {
  return tx
    .list(endpointSliceKind, namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name)
    .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}
