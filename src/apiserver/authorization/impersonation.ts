/** `kubectl --as`: acting as somebody else, for those who may. */
import type { Reader } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { ApiRequest, User } from "../request.ts";
import type { RequestInfo } from "../request-info.ts";
import { type Attributes, attributesOf, forbiddenError } from "./attributes.ts";
import { AUTHENTICATED, authorize, isSuperuser, UNAUTHENTICATED } from "./rbac.ts";

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const ANONYMOUS = "system:anonymous";

export function isImpersonating(request: ApiRequest): boolean {
  return request.headers["impersonate-user"] !== undefined || request.headers["impersonate-group"] !== undefined;
}

/** The user that a request acts as. Throws Forbidden, or BadRequest for groups without a user. */
export function effectiveUser(world: Reader, request: ApiRequest, info: RequestInfo): User {
  if (!isImpersonating(request)) return request.user;
  const name = request.headers["impersonate-user"] ?? "";
  if (name === "") {
    // Kubernetes says the same with status 500, which a client can cause in no other way.
    throw new ApiError("BadRequest", "requested without impersonating a user");
  }
  const groups = listHeader(request.headers["impersonate-group"]);
  const refused = !isSuperuser(request.user) && !mayImpersonate(world, request.user, name, groups);
  if (refused) throw refusal(request, info, name);
  return { name, groups: effectiveGroups(name, groups) };
}

function mayImpersonate(world: Reader, user: User, name: string, groups: readonly string[]): boolean {
  const account = SERVICE_ACCOUNT.exec(name);
  const target = account
    ? attributesFor(user, "serviceaccounts", account[2]!, account[1]!)
    : attributesFor(user, "users", name, "");
  return (
    authorize(world, target).allowed &&
    groups.every((group) => authorize(world, attributesFor(user, "groups", group, "")).allowed)
  );
}

function attributesFor(user: User, resource: string, name: string, namespace: string): Attributes {
  return { isResource: true, user, verb: "impersonate", group: "", resource, subresource: "", namespace, name };
}

/** Since v1.36 the refusal speaks of what was to be done under the other name. */
function refusal(request: ApiRequest, info: RequestInfo, name: string): ApiError {
  const attributes = attributesOf(info, request.user);
  const mode = SERVICE_ACCOUNT.test(name) ? "serviceaccount" : "user-info";
  return forbiddenError({ ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
}

function effectiveGroups(name: string, groups: readonly string[]): string[] {
  const account = SERVICE_ACCOUNT.exec(name);
  const implied =
    account && groups.length === 0 ? ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`] : [];
  const standing = name === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED;
  return [...new Set([...groups, ...implied, standing])];
}

/** Header fields given several times arrive joined by commas. */
function listHeader(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
