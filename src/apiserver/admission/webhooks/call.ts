/** Reasons why a webhook cannot be called, in the API server's words. */

import { serviceKind } from "../../../kinds/core/service.ts";
import { endpointSliceKind } from "../../../kinds/discovery/endpoint-slice.ts";
import type { MutatingWebhook, ServiceReference, ValidatingWebhook } from "../../../schema/index.ts";
import type { AdmissionContext } from "../context.ts";

const DEFAULT_TIMEOUT_SECONDS = 10;
const DEFAULT_PORT = 443;
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** The reason of the failure. There always is one, because no server answers in a simulated cluster. */
export function callProblem(webhook: ValidatingWebhook | MutatingWebhook, context: AdmissionContext): string {
  const { clientConfig, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = webhook;
  const { service, url = "" } = clientConfig;
  const address = service
    ? `https://${service.name}.${service.namespace}.svc:${service.port ?? DEFAULT_PORT}${service.path ?? ""}`
    : url;
  const why = service
    ? serviceProblem(service, context)
    : "the cluster is simulated, and calls nothing outside of it; use clientConfig.service or failurePolicy Ignore";
  return `failed to call webhook: Post ${JSON.stringify(`${address}?timeout=${timeoutSeconds}s`)}: ${why}`;
}

function serviceProblem({ namespace, name, port = DEFAULT_PORT }: ServiceReference, { tx }: AdmissionContext): string {
  const service = tx.get(serviceKind, namespace, name);
  if (!service) return `service ${JSON.stringify(name)} not found`;
  const { type, clusterIP, ports } = service.spec;
  if (type === "ExternalName") return `unsupported service type ${JSON.stringify(type)}`;
  const servicePort = ports?.find((each) => each.port === port);
  if (!servicePort) return `no service port ${port} found for service ${JSON.stringify(name)}`;
  const isReady = tx
    .list(endpointSliceKind, namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME_LABEL] === name)
    .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
  if (!isReady) return `no endpoints available for service ${JSON.stringify(name)}`;
  return `dial tcp ${clusterIP}:${port}: connect: connection refused`;
}
