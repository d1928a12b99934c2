/**
 * The API server as a pure function of a cluster's state and a request: authorize, route, act. Refusals are answers, not
 * exceptions; only a broken invariant throws.
 */

import { installSigningKey } from "../cluster/issuer/issuer.ts";
import { verifyToken } from "../cluster/issuer/service-account-tokens.ts";
import { Needed } from "../cluster/needs.ts";
import { notFound } from "../cluster/refusals.ts";
import type { RequestTransaction } from "../cluster/transaction.ts";
import { builtInKinds } from "../kinds/cluster-kinds.ts";
import { ApiError } from "../lib/api-error.ts";
import { unreachable } from "../lib/assert.ts";
import { type Parts, runToEnd, workOfPass } from "../lib/work.ts";
import { aggregatorOutcome, remoteVersions } from "./aggregation.ts";
import { type Attributes, forbiddenError, requestAttributesOf } from "./authorization/attributes.ts";
import { effectiveUser, isImpersonating } from "./authorization/impersonation.ts";
import { AUTHENTICATED, authorize, isSuperuser, pathMatches } from "./authorization/rbac.ts";
import { decodeBody } from "./body.ts";
import type { Services, VerbContext } from "./context.ts";
import { mayBeCustomResource, mayShowCustomResources } from "./custom-paths.ts";
import { refuseInvalidTimeout } from "./deadline.ts";
import { servedGroups } from "./discovery/groups.ts";
import { discoveryOutcome } from "./discovery/index.ts";
import { flowHeaders } from "./flow-control.ts";
import { refuseByFault } from "./injected-errors.ts";
import { signingKeyProvided } from "./needs.ts";
import { negotiate, plainRepresentation } from "./negotiation.ts";
import { aggregatedDocuments } from "./openapi/aggregated-documents.ts";
import { openApiOutcome } from "./openapi/index.ts";
import { writeOptions } from "./options.ts";
import type { ApiOutcome, ApiRequest, Provided, RequestCaller, RequestHead, User } from "./request.ts";
import type { RequestInfo, ResourceRequest } from "./request-info.ts";
import { listOutcome, objectOutcome, refusalOutcome, valueOutcome, withHeaders } from "./respond.ts";
import { type Route, route } from "./routes.ts";
import { selectionOf } from "./selection.ts";
import { pageNotFound, serverInfoOutcome } from "./server-info.ts";
import { needsState, stateOutcome } from "./state-paths.ts";
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

/** Paths that all users may read: the default roles `system:public-info-viewer` and `system:discovery`, always in effect. */
const PUBLIC_PATHS = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY_PATHS = [...PUBLIC_PATHS, "/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];

/** What surrounds a request: answers to its needs, and the parts of the control plane outside of the API server. */
interface Surroundings {
  provided: Provided;
  services: Services;
}

/** Answers a request. Given the same state and `provided`, the answer is the same. */
export function handle(
  tx: RequestTransaction,
  request: ApiRequest,
  provided: Provided,
  services: Services = {},
): ApiOutcome {
  return runToEnd(handleInParts(tx, request, provided, services));
}

export function* handleInParts(
  tx: RequestTransaction,
  request: ApiRequest,
  provided: Provided,
  services: Services = {},
): Parts<ApiOutcome> {
  const key = signingKeyProvided(provided);
  if (key) installSigningKey(tx, key);
  try {
    const outcome = yield* refusalsInParts(request, answer(tx, request, { provided, services }));
    // After a long answer, the next request of the same commit waits for a turn.
    if (outcome.type === "response") tx.spend(workOfPass(outcome.response.body.length));
    return outcome;
  } catch (error) {
    if (error instanceof Needed) return { type: "needs", need: error.need };
    throw error;
  }
}

function* answer(tx: RequestTransaction, request: ApiRequest, around: Surroundings): Parts<ApiOutcome> {
  const early = answerWithoutObjects(request, request.caller);
  const authenticated = authenticate(tx, request.caller);
  if (early) return withHeaders(early, flowHeaders(tx, request.info, withAuthenticatedGroup(authenticated)));
  const user = withAuthenticatedGroup(effectiveUser(tx, request, authenticated));
  const outcome = yield* refusalsInParts(request, answerTo(tx, request, around, user));
  return withHeaders(outcome, flowHeaders(tx, request.info, user));
}

function* answerTo(tx: RequestTransaction, request: ApiRequest, around: Surroundings, user: User): Parts<ApiOutcome> {
  const { info } = request;
  refuseByFault(tx, request);
  const attributes = requestAttributesOf(info, user);
  if (!isPublic(info, publicPathsFor(user))) refuseUnlessAllowed(tx, attributes);
  const remote = aggregatorOutcome(tx, request, user);
  if (remote) return remote;
  if (!info.isResource) return stateOutcome(tx, request, around.provided) ?? nonResourceOutcome(tx, request);
  return yield* resourceOutcome(tx, request, around, info, user);
}

/** Throws Forbidden. */
function refuseUnlessAllowed(tx: RequestTransaction, attributes: Attributes): void {
  const { allowed, reason } = authorize(tx, attributes);
  if (!allowed) throw forbiddenError(attributes, reason);
}

/** The user of the caller. Throws Unauthorized. */
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

/** The caller of a request as far as `answerWithoutObjects` reads it. `unidentified`: a credential that was not read yet. */
export type EarlyCaller = RequestCaller | { type: "unidentified" };

/**
 * The answer to a request that no object can influence: discovery, versions, health, and refusals that are certain.
 * Undefined for all others.
 */
export function answerWithoutObjects(request: RequestHead, caller: EarlyCaller): ApiOutcome | undefined {
  return refusalsAsAnswers(request, () => {
    refuseInvalidTimeout(request);
    if (isImpersonating(request) || caller.type === "bearer") return undefined;
    const { info } = request;
    if (caller.type === "unidentified") {
      return isPublic(info, DISCOVERY_PATHS) ? builtInOutcome(request) : undefined;
    }
    const user = withAuthenticatedGroup(caller.user);
    if (!info.isResource) {
      if (isPublic(info, publicPathsFor(user))) return builtInOutcome(request);
      if (isAnonymous(user)) throw forbiddenError(requestAttributesOf(info, user));
      return isSuperuser(user) && !needsState(info.path) ? builtInOutcome(request) : undefined;
    }
    // The anonymous user may read public paths only.
    if (isAnonymous(user)) throw forbiddenError(requestAttributesOf(info, user));
    // Only a superuser is certain to be allowed, and may therefore learn that a path does not exist.
    if (isSuperuser(user) && !mayBeCustomResource(info)) route(info, request.method, builtInKinds);
    return undefined;
  });
}

/** True for requests that change nothing: reads, and reviews that are POSTed. Behind a proxy, a GET may change a pod. */
export function isRead({ method, info }: Pick<RequestHead, "method" | "info">): boolean {
  if (info.isResource && info.subresource === "proxy") return false;
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return true;
  return info.isResource && virtualKindByPath(info.group, info.version, info.resource)?.isRead === true;
}

function refusalsAsAnswers<T>(request: RequestHead, answer: () => T): T | ApiOutcome {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ApiError) return refusalOutcome(request, error);
    throw error;
  }
}

/** As `refusalsAsAnswers`. */
function* refusalsInParts(request: RequestHead, answer: Parts<ApiOutcome>): Parts<ApiOutcome> {
  try {
    return yield* answer;
  } catch (error) {
    if (error instanceof ApiError) return refusalOutcome(request, error);
    throw error;
  }
}

function isAnonymous(user: User): boolean {
  return !user.groups.includes(AUTHENTICATED);
}

/** Every user but the anonymous one is a member of `system:authenticated`. */
function withAuthenticatedGroup(user: User): User {
  const isKnown = user.groups.includes(AUTHENTICATED) || user.name === "system:anonymous";
  return isKnown ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };
}

/** Paths that the user may read by default roles that cannot be taken away. */
function publicPathsFor(user: User): readonly string[] {
  return isAnonymous(user) ? PUBLIC_PATHS : DISCOVERY_PATHS;
}

function isPublic(info: RequestInfo, paths: readonly string[]): boolean {
  return !info.isResource && ["get", "head"].includes(info.verb) && paths.some((path) => pathMatches(path, info.path));
}

/** The answer of a cluster without custom resources; undefined where custom resources may change it. */
function builtInOutcome(request: RequestHead): ApiOutcome | undefined {
  return mayShowCustomResources(request.path) ? undefined : nonResourceOutcome(undefined, request);
}

function nonResourceOutcome(tx: RequestTransaction | undefined, request: RequestHead): ApiOutcome {
  const kinds = tx ? (tx.kinds.unbound ?? tx.kinds) : builtInKinds;
  return (
    discoveryOutcome(request, servedGroups(kinds, tx ? remoteVersions(tx) : [])) ??
    openApiOutcome(request, kinds, tx && aggregatedDocuments(tx)) ??
    serverInfoOutcome(request) ??
    pageNotFound()
  );
}

function* resourceOutcome(
  tx: RequestTransaction,
  request: ApiRequest,
  around: Surroundings,
  info: ResourceRequest,
  user: User,
): Parts<ApiOutcome> {
  const found = route(info, request.method, tx.kinds);
  const warnings = new Warnings();
  if (found.type !== "subresource" && found.kind.deprecation) warnings.add(found.kind.deprecation);
  const warn = (message: string) => warnings.add(message);
  const outcome = yield* refusalsInParts(request, dispatch(found, { tx, request, ...around, info, user, warn }));
  return withWarnings(outcome, warnings);
}

function* dispatch(found: Route, shared: Omit<VerbContext, "kind" | "representation">): Parts<ApiOutcome> {
  const { request, info } = shared;
  if (found.type === "virtual") return yield* virtualOutcome(found.kind, found.verb, shared);
  const isStream = found.type === "subresource" && found.definition.isStream === true;
  const isCollection = found.type === "resource" && (found.verb === "list" || found.verb === "watch");
  const representation = isStream ? plainRepresentation(request) : negotiate(request, { isCollection });
  const context: VerbContext = { ...shared, kind: found.kind, representation };
  if (found.type === "subresource") {
    const outcome = subresource(context, info.subresource, found.verb);
    return "next" in outcome ? yield* outcome : outcome;
  }
  switch (found.verb) {
    case "get":
      return get(context);
    case "list":
      return yield* list(context);
    case "watch":
      return watch(context);
    case "create":
      return yield* create(context);
    case "update":
      return yield* update(context);
    case "patch":
      return yield* patch(context);
    case "delete":
      return remove(context);
    case "deletecollection":
      return yield* deleteCollection(context);
  }
}

/** Metadata fields that only the server sets. They are dropped from created objects. */
const SYSTEM_FIELDS = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "selfLink",
  "uid",
] as const;

function* virtualOutcome(
  kind: VirtualKind,
  verb: string,
  shared: Omit<VerbContext, "kind" | "representation">,
): Parts<ApiOutcome> {
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
  const { matches } = selectionOf(kind, request.query);
  if (verb === "list") {
    const selected = objects.filter((object) => matches(object));
    return yield* listOutcome(context, {}, selected);
  }
  const object = objects.find(({ metadata }) => metadata.name === info.name);
  if (!object) throw notFound(kind, info.name);
  return objectOutcome(context, 200, object);
}

function withWarnings(outcome: ApiOutcome, warnings: Warnings): ApiOutcome {
  const warning = outcome.type === "response" ? warnings.header() : undefined;
  return warning === undefined ? outcome : withHeaders(outcome, { warning });
}
