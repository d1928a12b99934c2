/**
 * Which Ingresses a controller serves: by class, by the older annotation, by namespace.
 * Source: ingress-nginx internal/ingress/controller/store/store.go (`GetIngressClass`)
 */
import type { IngressScope } from "../../lib/edge/ingress-rules.ts";
import type { Ingress } from "../../schema/index.ts";
import type { Reader } from "../kind.ts";
import { ingressKind } from "./ingress.ts";
import { ingressClassKind } from "./ingress-class.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

export function servesIngress(reader: Reader, { metadata, spec }: Ingress, scope: IngressScope): boolean {
  if (scope.namespace !== undefined && metadata.namespace !== scope.namespace) return false;
  const annotation = metadata.annotations?.[CLASS_ANNOTATION];
  const name = spec?.ingressClassName;
  if (name === undefined) {
    if (annotation !== undefined && annotation !== "") return annotation === scope.annotationClass;
    return scope.servesWithoutClass;
  }
  if (scope.servesByName && name === scope.annotationClass) return true;
  return reader.get(ingressClassKind, "", name)?.spec.controller === scope.controllerClass;
}

/** The Ingresses that the controller serves, the oldest first: it wins where two define the same path. */
export function servedIngresses(reader: Reader, scope: IngressScope): Ingress[] {
  const age = ({ metadata }: Ingress) => metadata.creationTimestamp ?? "";
  return reader
    .list(ingressKind)
    .filter((ingress) => servesIngress(reader, ingress, scope))
    .toSorted((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0));
}
