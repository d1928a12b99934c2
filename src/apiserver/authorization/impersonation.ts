/**
 * Impersonation (`kubectl --as`). Since v1.36 (KEP-5284) there are constrained modes, which need the verbs
 * `impersonate:<mode>` for the user and `impersonate-on:<mode>:<verb>` for the request. The legacy mode needs the verb
 * `impersonate` alone. The first mode that allows is used. A refusal has the message of the first mode tried.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation.
 */
import type { Reader } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { dnsSubdomainProblems } from "../../lib/names.ts";
import type { ApiRequest, User } from "../request.ts";
import { type Attributes, forbiddenError, type ResourceAttributes, requestAttributesOf } from "./attributes.ts";
import { AUTHENTICATED, authorize, SUPERUSERS, UNAUTHENTICATED } from "./rbac.ts";

const USER = "impersonate-user";
const GROUP = "impersonate-group";
const UID = "impersonate-uid";
const EXTRA_PREFIX = "impersonate-extra-";
const ANONYMOUS = "system:anonymous";
const NODE_PREFIX = "system:node:";
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const NODE_OF_TOKEN = "authentication.kubernetes.io/node-name";
const AUTHENTICATION = "authentication.k8s.io";

/** The user named by the request's headers, unchanged. */
interface Wanted {
  name: string;
  uid: string;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/** True if the request asks to act as another user. */
export function isImpersonating({ headers }: Pick<ApiRequest, "headers">): boolean {
  return Object.keys(headers).some(
    (name) => name === USER || name === GROUP || name === UID || name.startsWith(EXTRA_PREFIX),
  );
}

/** The user that a request acts as. Throws Forbidden, or BadRequest if the headers name no user. */
export function effectiveUser(
  snapshot: Reader,
  request: Pick<ApiRequest, "headers" | "info">,
  authenticated: User,
): User {
  if (!isImpersonating(request)) return authenticated;
  const wanted = wantedUser(request.headers);
  if (wanted === null) return authenticated;
  const attributes = requestAttributesOf(request.info, authenticated);
  let refusal: ApiError | undefined;
  for (const mode of MODES) {
    if (!mode.suits(wanted, authenticated)) continue;
    try {
      mode.check({ snapshot, wanted, attributes });
      return actualUser(wanted, mode);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new ApiError("Forbidden", "all impersonation modes failed");
}

interface Check {
  snapshot: Reader;
  wanted: Wanted;
  /** Attributes of the request with its authenticated user. */
  attributes: Attributes;
}

interface Mode {
  isConstrained: boolean;
  suits(wanted: Wanted, requester: User): boolean;
  /** Throws Forbidden. */
  check(check: Check): void;
}

const MODES: readonly Mode[] = [
  constrained("associated-node", (wanted, requester) => {
    const node = nodeOf(wanted.name);
    const [own, ...others] = requester.extra?.[NODE_OF_TOKEN] ?? [];
    const isOwn = node !== undefined && own === node && others.length === 0;
    return isOnlyNamed(wanted) && isOwn && SERVICE_ACCOUNT.test(requester.name);
  }),
  constrained("arbitrary-node", (wanted) => isOnlyNamed(wanted) && nodeOf(wanted.name) !== undefined),
  constrained("serviceaccount", (wanted) => isOnlyNamed(wanted) && SERVICE_ACCOUNT.test(wanted.name)),
  constrained("user-info", ({ name }) => nodeOf(name) === undefined && !SERVICE_ACCOUNT.test(name)),
  { isConstrained: false, suits: () => true, check: (check) => checkParts(check, "impersonate", "") },
];

/** A constrained mode. It checks two rights: to act as this user, and to send this request in that mode. */
function constrained(mode: string, suits: Mode["suits"]): Mode {
  return {
    isConstrained: true,
    suits,
    check(check) {
      const { snapshot, wanted, attributes } = check;
      demand(snapshot, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
      refuseOddParts(check, `impersonate:${mode}`);
      const shown = mode === "associated-node" ? { ...wanted, name: `${NODE_PREFIX}*` } : wanted;
      checkParts({ ...check, wanted: shown }, `impersonate:${mode}`, AUTHENTICATION);
    },
  };
}

/** Checks the right to each part of the wanted user. `group` is the API group of users and groups. */
function checkParts({ snapshot, wanted, attributes }: Check, verb: string, group: string): void {
  const ask = (part: Partial<ResourceAttributes> & { resource: string }) =>
    demand(snapshot, partAttributes(attributes.user, { verb, group: AUTHENTICATION, ...part }));
  const account = SERVICE_ACCOUNT.exec(wanted.name);
  const node = group === "" ? undefined : nodeOf(wanted.name, { wildcard: true });
  if (account) ask({ group, resource: "serviceaccounts", namespace: account[1]!, name: account[2]! });
  else if (node !== undefined) ask({ group, resource: "nodes", name: node });
  else ask({ group, resource: "users", name: wanted.name });
  if (wanted.uid !== "") ask({ resource: "uids", name: wanted.uid });
  for (const name of wanted.groups) ask({ group, resource: "groups", name });
  for (const [subresource, values] of Object.entries(wanted.extra)) {
    for (const name of values) ask({ resource: "userextras", subresource, name });
  }
}

/** Refuses parts that the constrained modes never allow. Throws Forbidden. */
function refuseOddParts({ wanted, attributes }: Check, verb: string): void {
  const refuse = (part: Partial<ResourceAttributes> & { resource: string }, why: string) =>
    forbiddenError(partAttributes(attributes.user, { verb, group: AUTHENTICATION, ...part }), why);
  if (wanted.groups.includes("")) {
    throw refuse({ resource: "groups" }, "impersonating the empty string group is not allowed");
  }
  if (wanted.groups.includes(SUPERUSERS)) {
    const why = `impersonating the ${SUPERUSERS} group is not allowed`;
    throw refuse({ resource: "groups", name: SUPERUSERS }, why);
  }
  for (const [key, values] of Object.entries(wanted.extra)) {
    if (key === "")
      throw refuse({ resource: "userextras" }, "impersonating the empty string key in extra is not allowed");
    if (values.includes("")) {
      throw refuse({ resource: "userextras" }, "impersonating the empty string value in extra is not allowed");
    }
  }
}

function partAttributes(user: User, part: Partial<ResourceAttributes> & { resource: string }): ResourceAttributes {
  return { isResource: true, user, verb: "", group: "", subresource: "", namespace: "", name: "", ...part };
}

function demand(snapshot: Reader, attributes: Attributes): void {
  const { allowed, reason } = authorize(snapshot, attributes);
  if (!allowed) throw forbiddenError(attributes, reason);
}

function actualUser({ name, uid, groups, extra }: Wanted, { isConstrained }: Mode): User {
  const implied = groups.length > 0 ? groups : impliedGroups(name, isConstrained);
  const isKnown = implied.includes(UNAUTHENTICATED);
  const standing = name === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED;
  return {
    name,
    groups: isKnown || implied.includes(standing) ? implied : [...implied, standing],
    ...(uid !== "" && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Groups that follow from the name of a ServiceAccount or, in the constrained modes, of a node. */
function impliedGroups(name: string, isConstrained: boolean): readonly string[] {
  const account = SERVICE_ACCOUNT.exec(name);
  if (account) return ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`];
  return isConstrained && nodeOf(name) !== undefined ? ["system:nodes"] : [];
}

function nodeOf(name: string, { wildcard = false } = {}): string | undefined {
  if (!name.startsWith(NODE_PREFIX)) return undefined;
  const node = name.slice(NODE_PREFIX.length);
  return (wildcard && node === "*") || dnsSubdomainProblems(node).length === 0 ? node : undefined;
}

function isOnlyNamed({ uid, groups, extra }: Wanted): boolean {
  return uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
}

/** Null when the headers give only an empty name. Throws BadRequest. */
function wantedUser(headers: ApiRequest["headers"]): Wanted | null {
  const extra: Record<string, string[]> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(EXTRA_PREFIX)) continue;
    extra[unescaped(header.slice(EXTRA_PREFIX.length))] = listHeader(value);
  }
  const name = headers[USER] ?? "";
  const uid = headers[UID] ?? "";
  const groups = listHeader(headers[GROUP]);
  if (name !== "") return { name, uid, groups, extra };
  if (uid === "" && groups.length === 0 && Object.keys(extra).length === 0) return null;
  const shown =
    `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${goStrings(groups)}, ` +
    `Extra:map[string][]string${Object.keys(extra).length === 0 ? "(nil)" : goMap(extra)}}`;
  throw new ApiError("BadRequest", `requested ${shown} without impersonating a user name`);
}

/** The values of a header. Repeated headers arrive joined by commas. */
function listHeader(value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.split(",").map((part) => part.trim());
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key.toLowerCase());
  } catch {
    return key;
  }
}

function goStrings(values: readonly string[]): string {
  return values.length === 0 ? "[]string(nil)" : `[]string{${values.map((value) => JSON.stringify(value)).join(", ")}}`;
}

function goMap(extra: Readonly<Record<string, readonly string[]>>): string {
  const items = Object.entries(extra).map(([key, values]) => `${JSON.stringify(key)}:${goStrings(values)}`);
  return `{${items.join(", ")}}`;
}
