/**
 * The API server as a pure function of a cluster's state and a request: authorize, route, act. Refusals are answers, not
 * exceptions; only a broken invariant throws.
 */

import { installSigningKey, SigningKeyNeeded } from "../cluster/issuer/issuer.ts";
import { verifyToken } from "../cluster/issuer/service-account-tokens.ts";
import { notFound } from "../cluster/refusals.ts";
import type { RequestTransaction } from "../cluster/request-transaction.ts";
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import { ApiError } from "../lib/api-error.ts";
import { unreachable } from "../lib/assert.ts";
import { aggregatorOutcome, remoteVersions } from "./aggregation.ts";
import { type Attributes, attributesOf, forbiddenError } from "./authorization/attributes.ts";
import { effectiveUser, isImpersonating } from "./authorization/impersonation.ts";
import { AUTHENTICATED, authorize, isSuperuser, ruleAllows } from "./authorization/rbac.ts";
import { decodeBody } from "./body.ts";
import type { VerbContext } from "./context.ts";
import { mayBeCustomResource, mayShowCustomResources } from "./custom-paths.ts";
import { servedGroups } from "./discovery/groups.ts";
import { discoveryOutcome } from "./discovery/index.ts";
import { flowHeaders } from "./flow-control.ts";
import { Needed, signingKeyProvided } from "./needs.ts";
import { negotiate, refusalRepresentation } from "./negotiation.ts";
import { openApiOutcome } from "./openapi/index.ts";
import { writeOptions } from "./options.ts";
import type { ApiOutcome, ApiRequest, Provided, RequestCaller, User } from "./request.ts";
import { type RequestInfo, type ResourceRequest, requestInfo } from "./request-info.ts";
import { listOutcome, objectOutcome, valueOutcome } from "./respond.ts";
import { type Route, route } from "./routes.ts";
import { selectionOf } from "./selection.ts";
import { pageNotFound, serverInfoOutcome } from "./server-info.ts";
import { needsState, stateOutcome } from "./state-paths.ts";
import { errorOutcome } from "./status.ts";
import { subresource } from "./subresources/index.ts";
import { create, placeInNamespace } from "./verbs/create.ts";
import { remove } from "./verbs/delete.ts";
import { deleteCollection } from "./verbs/delete-collection.ts";
import { get } from "./verbs/get.ts";
import { list } from "./verbs/list.ts";
import { patch } from "./verbs/patch.ts";
import { update } from "./verbs/update.ts";
import { watch } from "./verbs/watch.ts";
import { type VirtualKind, virtualKindByPath } from "./virtual/index.ts";
import { Warnings } from "./warnings.ts";

/** What everybody may read by the default roles `system:public-info-viewer` and `system:discovery`; they cannot be taken away. */
const PUBLIC_PATHS = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY_PATHS = [...PUBLIC_PATHS, "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];

/** Answers a request. Given the same state and `provided`, the answer is the same. */
export function handle(tx: RequestTransaction, request: ApiRequest, provided: Provided): ApiOutcome {
  const key = signingKeyProvided(provided);
  if (key) installSigningKey(tx, key);
  return encodeRefusal(
    request,
    needsAsAnswers(() => refusalsAsAnswers(() => answer(tx, request, provided))),
  );
}

function answer(tx: RequestTransaction, request: ApiRequest, provided: Provided): ApiOutcome {
  const info = requestInfo(request);
  const early = answerWithoutObjects(request);
  const authenticated = authenticate(tx, request.caller);
  if (early) return withHeaders(early, flowHeaders(tx, info, withAuthenticatedGroup(authenticated)));
  const user = withAuthenticatedGroup(effectiveUser(tx, request, { info, authenticated }));
  const outcome = refusalsAsAnswers(() => answerTo(tx, request, provided, { info, user }));
  return withHeaders(outcome, flowHeaders(tx, info, user));
}

function answerTo(
  tx: RequestTransaction,
  request: ApiRequest,
  provided: Provided,
  { info, user }: { info: RequestInfo; user: User },
): ApiOutcome {
  const attributes = attributesOf(info, user);
  if (!isPublic(info, user)) refuseUnlessAllowed(tx, attributes);
  const remote = aggregatorOutcome(tx, info);
  if (remote) return remote;
  if (!info.isResource) return stateOutcome(tx, request, provided) ?? nonResourceOutcome(tx, request);
  return resourceOutcome(tx, request, provided, info, user);
}

/** Throws Forbidden. */
function refuseUnlessAllowed(tx: RequestTransaction, attributes: Attributes): void {
  const { allowed, reason } = authorize(tx, attributes);
  if (!allowed) throw forbiddenError(attributes, reason);
}

/** The user that the caller is. Throws Unauthorized. */
function authenticate(tx: RequestTransaction, caller: RequestCaller): User {
  switch (caller.type) {
    case "user":
      return caller.user;
    case "bearer": {
      const verdict = verifyToken(tx, caller.token);
      if ("error" in verdict) throw new ApiError("Unauthorized", "Unauthorized");
      return verdict.user;
    }
    default:
      return unreachable(caller, "a caller");
  }
}

/**
 * The answer to a request that no object can influence: discovery, versions, health, and refusals that are certain.
 * Undefined for all others.
 */
export function answerWithoutObjects(request: ApiRequest): ApiOutcome | undefined {
  return refusalsAsAnswers(() => {
    const { caller } = request;
    if (isImpersonating(request) || caller.type !== "user") return undefined;
    const info = requestInfo(request);
    const user = withAuthenticatedGroup(caller.user);
    if (!info.isResource) {
      if (needsState(info.path) && !isAnonymous(user)) return undefined;
      if (isPublic(info, user) || isSuperuser(user)) {
        return mayShowCustomResources(info.path) ? undefined : nonResourceOutcome(undefined, request);
      }
      return isAnonymous(user) ? errorOutcome(forbiddenError(attributesOf(info, user))) : undefined;
    }
    // Nothing is granted to the anonymous but public paths.
    if (isAnonymous(user)) throw forbiddenError(attributesOf(info, user));
    // Others are told that a path does not exist only when they may know.
    if (isSuperuser(user) && !mayBeCustomResource(info)) route(info, request.method, builtInKinds);
    return undefined;
  });
}

/** True for requests that change nothing: reads, and reviews that are POSTed. */
export function isRead(request: ApiRequest): boolean {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return true;
  const info = requestInfo(request);
  return info.isResource && virtualKindByPath(info.group, info.version, info.resource)?.isRead === true;
}

/** What is needed is asked for, and nothing was done yet. */
function needsAsAnswers(work: () => ApiOutcome): ApiOutcome {
  try {
    return work();
  } catch (error) {
    if (error instanceof SigningKeyNeeded) return { type: "needs", needs: [{ type: "signingKey" }] };
    if (error instanceof Needed) return { type: "needs", needs: error.needs };
    throw error;
  }
}

/** A refusal is an object like others: YAML to who prefers it, and easy on people's eyes. */
function encodeRefusal(request: ApiRequest, outcome: ApiOutcome): ApiOutcome {
  if (outcome.type !== "response") return outcome;
  const { status, headers, body } = outcome.response;
  if (status < 400 || headers["content-type"] !== "application/json") return outcome;
  const representation = refusalRepresentation(request);
  if (representation.encoding === "json" && !representation.isPretty) return outcome;
  const again = valueOutcome(representation, status, JSON.parse(body));
  if (again.type !== "response") return outcome;
  return { type: "response", response: { ...again.response, headers: { ...headers, ...again.response.headers } } };
}

function refusalsAsAnswers<T>(answer: () => T): T | ApiOutcome {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ApiError) return errorOutcome(error);
    throw error;
  }
}

function isAnonymous(user: User): boolean {
  return !user.groups.includes(AUTHENTICATED);
}

/** Whoever has a name is a member of `system:authenticated`. */
function withAuthenticatedGroup(user: User): User {
  const isKnown = user.groups.includes(AUTHENTICATED) || user.name === "system:anonymous";
  return isKnown ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };
}

function isPublic(info: RequestInfo, user: User): boolean {
  if (info.isResource) return false;
  const nonResourceURLs = isAnonymous(user) ? PUBLIC_PATHS : DISCOVERY_PATHS;
  return ruleAllows({ verbs: ["get", "head"], nonResourceURLs }, { ...info, user });
}

function nonResourceOutcome(tx: RequestTransaction | undefined, request: ApiRequest): ApiOutcome {
  const kinds = tx?.kinds ?? builtInKinds;
  return (
    discoveryOutcome(request, servedGroups(kinds, tx ? remoteVersions(tx) : [])) ??
    openApiOutcome(request, kinds) ??
    serverInfoOutcome(request) ??
    pageNotFound()
  );
}

function resourceOutcome(
  tx: RequestTransaction,
  request: ApiRequest,
  provided: Provided,
  info: ResourceRequest,
  user: User,
): ApiOutcome {
  const found = route(info, request.method, tx.kinds);
  const warnings = new Warnings();
  if (found.type !== "subresource" && found.kind.deprecation) warnings.add(found.kind.deprecation);
  const warn = (message: string) => warnings.add(message);
  let outcome: ApiOutcome;
  try {
    outcome = dispatch(found, { tx, request, provided, info, user, warn });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    outcome = errorOutcome(error);
  }
  return withWarnings(outcome, warnings);
}

function dispatch(found: Route, shared: Omit<VerbContext, "kind" | "representation">): ApiOutcome {
  const { request, info } = shared;
  if (found.type === "virtual") return virtualOutcome(found.kind, found.verb, shared);
  const isCollection = found.type === "resource" && (found.verb === "list" || found.verb === "watch");
  const representation = negotiate(request, { isCollection });
  const context: VerbContext = { ...shared, kind: found.kind, representation };
  if (found.type === "subresource") return subresource(context, info.subresource, found.verb);
  switch (found.verb) {
    case "get":
      return get(context);
    case "list":
      return list(context);
    case "watch":
      return watch(context);
    case "create":
      return create(context);
    case "update":
      return update(context);
    case "patch":
      return patch(context);
    case "delete":
      return remove(context);
    case "deletecollection":
      return deleteCollection(context);
  }
}

/** Metadata that nobody sends: they are dropped from what is created. */
const SYSTEM_FIELDS = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "selfLink",
  "uid",
] as const;

function virtualOutcome(
  kind: VirtualKind,
  verb: string,
  shared: Omit<VerbContext, "kind" | "representation">,
): ApiOutcome {
  const { request, info, tx } = shared;
  if (verb === "create") {
    const representation = negotiate(request, { isCollection: false, hasOneForm: true });
    const { fieldValidation, manager, dryRun } = writeOptions(request, "CreateOptions");
    const object = decodeBody(request, kind, { fieldValidation, warn: shared.warn });
    for (const field of SYSTEM_FIELDS) delete object.metadata[field];
    placeInNamespace({ kind, info }, object);
    const answer = kind.create!({ ...shared, manager, dryRun }, object);
    return valueOutcome(representation, 201, answer);
  }
  const context = { ...shared, kind, representation: negotiate(request, { isCollection: verb === "list" }) };
  const objects = kind.objects!(tx);
  const selection = selectionOf(kind, request.query);
  if (verb === "list") return listOutcome(context, {}, objects.filter(selection.matches));
  const object = objects.find(({ metadata }) => metadata.name === info.name);
  if (!object) throw notFound(kind, info.name);
  return objectOutcome(context, 200, object);
}

function withWarnings(outcome: ApiOutcome, warnings: Warnings): ApiOutcome {
  const warning = outcome.type === "response" ? warnings.header() : undefined;
  return warning === undefined ? outcome : withHeaders(outcome, { warning });
}

function withHeaders(outcome: ApiOutcome, headers: Readonly<Record<string, string>>): ApiOutcome {
  if (outcome.type !== "response") return outcome;
  const { response } = outcome;
  return { type: "response", response: { ...response, headers: { ...response.headers, ...headers } } };
}
