/** References of routes to Services and of listeners to certificates. */
import { secretKind } from "../kinds/core/secret.ts";
import { serviceKind } from "../kinds/core/service.ts";
import type { Reader } from "../kinds/kind.ts";
import type { Secret } from "../schema/index.ts";
import type { TypedRoute } from "./attachment.ts";
import type { BackendReference, Gateway, Listener, ObjectReference } from "./gateway-objects.ts";
import { isGranted } from "./gateway-store.ts";

export type BackendProblem = "InvalidKind" | "RefNotPermitted" | "BackendNotFound" | "UnsupportedValue";

export interface Problem<R extends string> {
  reason: R;
  message: string;
}

/** The reason why a route cannot use a backend; undefined if it can. */
export function backendProblem(
  reader: Reader,
  { kind: routeKind, route: { metadata } }: TypedRoute,
  { group = "", kind = "Service", name, namespace = metadata.namespace ?? "", port }: BackendReference,
): Problem<BackendProblem> | undefined {
  if (group !== "" || kind !== "Service") {
    const message = `Group is invalid, only the core API group (specified by omitting the group field or setting it to an empty string) and kind Service are supported: ${group}/${kind}`;
    return { reason: "InvalidKind", message };
  }
  const own = metadata.namespace ?? "";
  if (!isGranted(reader, { kind: routeKind, namespace: own }, { group, kind, namespace, name })) {
    const message = `Backend ref to Service ${namespace}/${name} not permitted by any ReferenceGrant.`;
    return { reason: "RefNotPermitted", message };
  }
  const service = reader.get(serviceKind, namespace, name);
  if (!service) return { reason: "BackendNotFound", message: `Service ${namespace}/${name} not found` };
  if (port === undefined) {
    return {
      reason: "UnsupportedValue",
      message: "A valid port number corresponding to a port on the Service must be specified",
    };
  }
  const wanted = routeKind === "UDPRoute" ? "UDP" : "TCP";
  const hasPort = service.spec.ports?.some((one) => one.port === port && (one.protocol ?? "TCP") === wanted);
  if (service.spec.type !== "ExternalName" && !hasPort) {
    return { reason: "BackendNotFound", message: `${wanted} Port ${port} not found on Service ${namespace}/${name}` };
  }
  return undefined;
}

/** The problem of the first reference of a route that has one. */
export function routeProblem(reader: Reader, typed: TypedRoute): Problem<BackendProblem> | undefined {
  for (const { backendRefs = [] } of typed.route.spec.rules ?? []) {
    for (const reference of backendRefs) {
      const problem = backendProblem(reader, typed, reference);
      if (problem) return problem;
    }
  }
  return undefined;
}

/** The Secret with a listener's certificate, or the reason why there is none; undefined for listeners without TLS. */
export function certificateOf(
  reader: Reader,
  { metadata }: Gateway,
  { protocol, tls }: Listener,
): { secret: Secret } | Problem<"InvalidCertificateRef" | "RefNotPermitted"> | undefined {
  if (protocol !== "HTTPS" && protocol !== "TLS") return undefined;
  if (tls?.mode === "Passthrough") return undefined;
  const [reference] = tls?.certificateRefs ?? [];
  if (!reference) return { reason: "InvalidCertificateRef", message: "Listener must have at least 1 certificate ref" };
  return certificateAt(reader, metadata.namespace ?? "", reference);
}

function certificateAt(
  reader: Reader,
  own: string,
  { group = "", kind = "Secret", name, namespace = own }: ObjectReference,
): { secret: Secret } | Problem<"InvalidCertificateRef" | "RefNotPermitted"> {
  if (group !== "" || kind !== "Secret") {
    return { reason: "InvalidCertificateRef", message: `Listener's TLS certificate ref must be Secret, it is ${kind}` };
  }
  if (!isGranted(reader, { kind: "Gateway", namespace: own }, { group, kind, namespace, name })) {
    const message = `Certificate ref to secret ${namespace}/${name} not permitted by any ReferenceGrant.`;
    return { reason: "RefNotPermitted", message };
  }
  const secret = reader.get(secretKind, namespace, name);
  if (secret?.data?.["tls.crt"] === undefined || secret.data["tls.key"] === undefined) {
    return { reason: "InvalidCertificateRef", message: `Secret ${namespace}/${name} does not exist.` };
  }
  return { secret };
}
