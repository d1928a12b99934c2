/** The attributes of a request that authorization decides on, and the message of a refusal. */
import { ApiError } from "../../lib/api-error.ts";
import type { User } from "../request.ts";
import type { RequestInfo } from "../request-info.ts";

export interface ResourceAttributes {
  isResource: true;
  user: User;
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  /** Empty for all namespaces, and for cluster-scoped resources. */
  namespace: string;
  /** Empty if the request names no object. */
  name: string;
}

export interface NonResourceAttributes {
  isResource: false;
  user: User;
  verb: string;
  path: string;
}

export type Attributes = ResourceAttributes | NonResourceAttributes;

export function requestAttributesOf(info: RequestInfo, user: User): Attributes {
  if (!info.isResource) return { isResource: false, user, verb: info.verb, path: info.path };
  const { verb, group, resource, subresource, namespace, name } = info;
  return { isResource: true, user, verb, group, resource, subresource, namespace, name };
}

/**
 * `pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"`, and the
 * reason if there is one.
 */
export function forbiddenError(attributes: Attributes, reason?: string): ApiError {
  const because = reason ? `: ${reason}` : "";
  const who = `User ${JSON.stringify(attributes.user.name)}`;
  if (!attributes.isResource) {
    const what = `${who} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}`;
    return new ApiError("Forbidden", `forbidden: ${what}${because}`, {});
  }
  const { verb, group, resource, subresource, namespace, name } = attributes;
  const target = subresource === "" ? resource : `${resource}/${subresource}`;
  const scope = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `${who} cannot ${verb} resource ${JSON.stringify(target)} in API group ${JSON.stringify(group)} ${scope}`;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const subject = name === "" ? qualified : `${qualified} ${JSON.stringify(name)}`;
  return new ApiError("Forbidden", `${subject} is forbidden: ${what}${because}`, {
    ...(name !== "" && { name }),
    ...(group !== "" && { group }),
    kind: resource,
  });
}
