/**
 * The health check of a Service with `externalTrafficPolicy: Local`, which kube-proxy answers at a port of each node:
 * load balancers send to the nodes with a ready endpoint only.
 * Kubernetes: pkg/proxy/healthcheck/service_health.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Service } from "../schema/index.ts";
import type { ServedAnswer, ServedRequest } from "../shell/question.ts";
import { endpointsOf } from "./services.ts";

export function healthCheckAnswer(
  tx: Transaction,
  { service, node }: { service: Service; node: string },
  request: ServedRequest,
): ServedAnswer {
  if (request.type === "connect") return { type: "connected", data: "", afterMs: 0 };
  if (request.type === "message") return { type: "failed", why: "reset", afterMs: 0 };
  const local = endpointsOf(tx, service).filter(({ isReady, nodeName }) => isReady && nodeName === node).length;
  const { namespace, name } = service.metadata;
  const checked = { service: { namespace, name }, localEndpoints: local, serviceProxyHealthy: true };
  return {
    type: "http",
    status: local > 0 ? 200 : 503,
    headers: { "content-type": "application/json", "x-content-type-options": "nosniff" },
    body: JSON.stringify(checked, null, "\t"),
    afterMs: 0,
  };
}
