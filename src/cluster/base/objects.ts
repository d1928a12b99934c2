/** Small builders that the parts of the base share. Fields are in the order in which Kubernetes writes them. */
import type { ObjectMeta } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";

/** An object before its position in the base gives it a uid and a resourceVersion. */
export type BaseObject = KubernetesObject;

/** A reference to another base object's uid, by kind and name; `buildBase` turns it into `<uid:N>`. */
export function uidOf(kind: string, namespace: string, name: string): string {
  return `<uid-of:${kind}/${namespace}/${name}>`;
}

export const CREATED = "<time>";
export const CREATED_MICRO = "<microtime>";

/** Metadata with a creation time; everything else as given. */
export function metadata(
  name: string,
  namespace?: string,
  rest: Omit<ObjectMeta, "name" | "namespace"> = {},
): ObjectMeta {
  const { generateName, generation, ...others } = rest;
  return {
    name,
    ...(generateName && { generateName }),
    ...(namespace && { namespace }),
    ...(generation && { generation }),
    creationTimestamp: CREATED,
    ...others,
  };
}

/** The owner reference of a controller. */
export function controlledBy(apiVersion: string, kind: string, namespace: string, name: string) {
  return [{ apiVersion, kind, name, uid: uidOf(kind, namespace, name), controller: true, blockOwnerDeletion: true }];
}
