/**
 * The objects of the Gateway API in a cluster. Their kinds are custom: a cluster has them once their definitions are
 * applied.
 * Source: kubernetes-sigs/gateway-api config/crd, apis/v1beta1/referencegrant_types.go
 */
import type { KindDefinition, Reader, Stored } from "../kinds/kind.ts";
import type { RouteKindName } from "../lib/edge/route-kinds.ts";
import type { KubernetesObject } from "../schema/index.ts";
import { GATEWAY_GROUP, type Gateway, type GatewayClass, type ReferenceGrant, type Route } from "./gateway-objects.ts";
import {
  readGateway,
  readGatewayClass,
  readGrpcRoute,
  readHttpRoute,
  readReferenceGrant,
  readStreamRoute,
} from "./read-gateway-objects.ts";

export interface GatewayResource<T> extends Stored {
  /** The object in its type. */
  read(object: KubernetesObject): T;
}

const group = GATEWAY_GROUP;

export const GATEWAY_CLASSES: GatewayResource<GatewayClass> = {
  group,
  plural: "gatewayclasses",
  read: readGatewayClass,
};
export const GATEWAYS: GatewayResource<Gateway> = { group, plural: "gateways", read: readGateway };
export const REFERENCE_GRANTS: GatewayResource<ReferenceGrant> = {
  ...{ group, plural: "referencegrants", read: readReferenceGrant },
};

/** A kind of routes. */
export interface RouteKind {
  name: RouteKindName;
  resource: GatewayResource<Route>;
}

export const ROUTE_KINDS: readonly RouteKind[] = [
  { name: "HTTPRoute", resource: { group, plural: "httproutes", read: readHttpRoute } },
  { name: "GRPCRoute", resource: { group, plural: "grpcroutes", read: readGrpcRoute } },
  { name: "TLSRoute", resource: { group, plural: "tlsroutes", read: readStreamRoute } },
  { name: "TCPRoute", resource: { group, plural: "tcproutes", read: readStreamRoute } },
  { name: "UDPRoute", resource: { group, plural: "udproutes", read: readStreamRoute } },
];

/** The kind, if the cluster has its definition. */
export function gatewayKind(reader: Reader, { plural }: Stored): KindDefinition | undefined {
  return reader.kinds.byResource(`${GATEWAY_GROUP}/${plural}`);
}

/** Empty if the cluster does not have the definition. */
export function gatewayObjects<T>(reader: Reader, resource: GatewayResource<T>): T[] {
  const kind = gatewayKind(reader, resource);
  return kind ? reader.list(kind).map(resource.read) : [];
}

export function gatewayObject<T>(
  reader: Reader,
  resource: GatewayResource<T>,
  namespace: string,
  name: string,
): T | undefined {
  const kind = gatewayKind(reader, resource);
  const object = kind && reader.get(kind, namespace, name);
  return object && resource.read(object);
}

/** Whether an object may refer to one in another namespace: a ReferenceGrant there allows it. */
export function isGranted(
  reader: Reader,
  from: { kind: string; namespace: string },
  to: { group: string; kind: string; namespace: string; name: string },
): boolean {
  if (from.namespace === to.namespace) return true;
  return gatewayObjects(reader, REFERENCE_GRANTS).some(
    ({ metadata, spec }) =>
      metadata.namespace === to.namespace &&
      spec.from?.some(
        ({ group, kind, namespace }) => group === GATEWAY_GROUP && kind === from.kind && namespace === from.namespace,
      ) &&
      spec.to?.some(
        ({ group, kind, name }) => group === to.group && kind === to.kind && (name === undefined || name === to.name),
      ),
  );
}
