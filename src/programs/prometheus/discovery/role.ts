/** A role of the discovery in Kubernetes: which objects it reads, and which targets they are. */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Labels } from "../promql/syntax.ts";

export interface Resource {
  /** `core/pods` */
  resource: string;
  /** In Go: `*v1.Pod`. */
  type: string;
  /** Before the namespace: `/api/v1`. */
  base: string;
  plural: string;
  isNamespaced: boolean;
}

/** Objects by resource. */
export type Found = ReadonlyMap<string, readonly JsonObject[]>;

export interface Role {
  resources: readonly Resource[];
  /** The labels of each target before relabelling. */
  targets(found: Found): Labels[];
}

export const PODS: Resource = {
  resource: "core/pods",
  type: "*v1.Pod",
  base: "/api/v1",
  plural: "pods",
  isNamespaced: true,
};
export const SERVICES: Resource = { ...PODS, resource: "core/services", type: "*v1.Service", plural: "services" };
export const NODES: Resource = {
  resource: "core/nodes",
  type: "*v1.Node",
  base: "/api/v1",
  plural: "nodes",
  isNamespaced: false,
};
export const ENDPOINTS: Resource = { ...PODS, resource: "core/endpoints", type: "*v1.Endpoints", plural: "endpoints" };
export const ENDPOINT_SLICES: Resource = {
  resource: "discovery.k8s.io/endpointslices",
  type: "*v1.EndpointSlice",
  base: "/apis/discovery.k8s.io/v1",
  plural: "endpointslices",
  isNamespaced: true,
};
export const INGRESSES: Resource = {
  resource: "networking.k8s.io/ingresses",
  type: "*v1.Ingress",
  base: "/apis/networking.k8s.io/v1",
  plural: "ingresses",
  isNamespaced: true,
};

export const META = "__meta_kubernetes_";

function safeName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_");
}

/** The labels and annotations of an object as labels of a target. */
export function metadataLabels(object: JsonObject, kind: string): Record<string, string> {
  const { labels, annotations } = objectIn(object["metadata"]);
  const found: Record<string, string> = {};
  for (const [what, map] of [
    ["label", labels],
    ["annotation", annotations],
  ] as const) {
    for (const [name, value] of Object.entries(objectIn(map))) {
      found[`${META}${kind}_${what}_${safeName(name)}`] = String(value);
      found[`${META}${kind}_${what}present_${safeName(name)}`] = "true";
    }
  }
  return found;
}

export function nameOf(object: JsonObject): string {
  return String(objectIn(object["metadata"])["name"] ?? "");
}

export function namespaceOf(object: JsonObject): string {
  return String(objectIn(object["metadata"])["namespace"] ?? "");
}

export function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return value === undefined || value === null ? "" : String(value);
}
