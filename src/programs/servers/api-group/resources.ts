/** Groups, versions and resources of a server of API groups. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ObjectStore } from "./store.ts";

export interface ApiResource {
  /** Plural. */
  name: string;
  singularName: string;
  kind: string;
  namespaced: boolean;
  shortNames?: readonly string[];
  verbs: readonly string[];
  /** The stored form of an object of this version; absent: the same. */
  toStored?(object: JsonObject): JsonObject;
  fromStored?(object: JsonObject): JsonObject;
  /** Admission of new objects: why a name is forbidden; undefined if it is not. */
  forbids?(name: string, store: ObjectStore): string | undefined;
  /** Problems of a stored form that is written, as `field: message`. */
  problems?(object: JsonObject): readonly string[];
}

export interface ApiVersion {
  name: string;
  resources: readonly ApiResource[];
  /** Prefix of the full names of its kinds in OpenAPI; absent: the group in reverse order, and the version. */
  package?: string;
  /** OpenAPI v3 schemas by full name: those of kinds, without the fields that all kinds have, and of other types. */
  schemas?: Readonly<Record<string, JsonObject>>;
}

export interface ApiGroup {
  name: string;
  /** The preferred one first. */
  versions: readonly ApiVersion[];
}

export const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;

/** The APIGroup of discovery. */
export function groupDocument({ name, versions }: ApiGroup): JsonObject {
  const named = versions.map((version) => ({ groupVersion: `${name}/${version.name}`, version: version.name }));
  return { kind: "APIGroup", apiVersion: "v1", name, versions: named, preferredVersion: named[0] ?? {} };
}

/** The APIResourceList of discovery. */
export function resourceList({ name }: ApiGroup, version: ApiVersion): JsonObject {
  const resources = version.resources.map((resource) => ({
    name: resource.name,
    singularName: resource.singularName,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: [...resource.verbs],
    ...(resource.shortNames && { shortNames: [...resource.shortNames] }),
  }));
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: `${name}/${version.name}`, resources };
}
