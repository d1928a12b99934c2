/**
 * POST to a ServiceAccount's token (TokenRequest): `kubectl create token`. Tokens are signed and not stored.
 *
 * Kubernetes: pkg/registry/core/serviceaccount/storage/token.go.
 */
import { API_AUDIENCES, issueToken, type TokenSpec } from "../../cluster/issuer/service-account-tokens.ts";
import { conflict, invalid as invalidObject, notFound } from "../../cluster/refusals.ts";
import { inOrder } from "../../kinds/codec.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import type { FieldError, KindDefinition } from "../../kinds/kind.ts";
import { invalid } from "../../kinds/validation/field-errors.ts";
import { ApiError } from "../../lib/api-error.ts";
import { formatTime } from "../../lib/time.ts";
import type { BoundObjectReference, Pod, TokenRequest, TokenRequestSpec } from "../../schema/index.ts";
import { applyStructDefaults, trackUpdate } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import type { VerbContext } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { valueOutcome } from "../respond.ts";
import { placeInNamespace } from "../verbs/create.ts";
import { requestedKey } from "../verbs/get.ts";

const GROUP = "authentication.k8s.io";
const EXPECTED = {
  group: GROUP,
  version: "v1",
  kind: "TokenRequest",
  schema: "io.k8s.api.authentication.v1.TokenRequest",
};
const DEFAULT_SECONDS = 3600;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;
/**
 * The lifetime that admission writes into pods. Such tokens are valid for a year, so that programs that never read the
 * file again keep working.
 */
const PROJECTED_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;

export function requestToken(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request } = context;
  const { fieldValidation, manager } = writeOptions(request, "CreateOptions");
  const wanted = decodeBody(request, EXPECTED, { fieldValidation, warn: context.warn }) as KubernetesObject &
    TokenRequest;
  placeInNamespace(context, wanted);
  refuseOtherName(context, wanted);
  const account = tx.getByKey(requestedKey(context));
  if (!account) throw notFound(kind, info.name);

  // managedFields record the default as the sender's, like all defaults of decoding.
  wanted.spec = { ...wanted.spec, expirationSeconds: wanted.spec?.expirationSeconds ?? DEFAULT_SECONDS };
  const spec: TokenRequestSpec = {
    ...wanted.spec,
    audiences: wanted.spec.audiences?.length ? wanted.spec.audiences : [...API_AUDIENCES],
  };
  refuseLifetime(spec);
  const bound = boundTo(context, spec.boundObjectRef);
  const token = issueToken(tx, { id: request.requestId, account, ...lifetimeOf(spec, bound), bound });
  const expiresAtMs = tx.nowMs + (spec.expirationSeconds ?? 0) * 1000;
  const metadata = { ...wanted.metadata, name: info.name, namespace: info.namespace };
  const answer = {
    ...wanted,
    metadata: { ...metadata, creationTimestamp: formatTime(tx.nowMs - request.offsetMs) },
    spec,
    status: { token, expirationTimestamp: formatTime(expiresAtMs - request.offsetMs) },
  };
  const managedFields = trackUpdate(EXPECTED.schema, {
    before: undefined,
    after: wanted,
    manager,
    operation: "Update",
    subresource: "token",
    apiVersion: wanted.apiVersion,
    time: formatTime(tx.nowMs - request.offsetMs),
  });
  if (managedFields.length > 0) answer.metadata.managedFields = managedFields;
  return valueOutcome(
    { ...context.representation, form: "object" },
    201,
    inOrder(applyStructDefaults(EXPECTED.schema, answer)),
  );
}

/** The body may omit the account's name; another name is refused. */
function refuseOtherName({ info }: VerbContext, { metadata: { name } }: KubernetesObject): void {
  if (!name || name === info.name) return;
  const error = invalid("metadata.name", name, "must match the service account name if specified");
  throw invalidObject({ group: GROUP, kind: EXPECTED.kind }, info.name, [error]);
}

function refuseLifetime({ expirationSeconds }: TokenRequestSpec): void {
  const seconds = expirationSeconds ?? 0;
  const errors: FieldError[] = [];
  const refuse = (why: string) => errors.push(invalid("spec.expirationSeconds", seconds, why));
  if (seconds < LEAST_SECONDS) refuse("may not specify a duration less than 10 minutes");
  if (seconds > MOST_SECONDS) refuse("may not specify a duration larger than 2^32 seconds");
  if (errors.length > 0) throw invalidObject({ group: GROUP, kind: EXPECTED.kind }, "", errors);
}

function lifetimeOf({ audiences, expirationSeconds }: TokenRequestSpec, bound: TokenSpec["bound"]) {
  const shared = { audiences: audiences ?? [], lifetimeSeconds: expirationSeconds ?? DEFAULT_SECONDS };
  const isForApi = shared.audiences.every((audience) => API_AUDIENCES.includes(audience));
  if (!bound?.pod || shared.lifetimeSeconds !== PROJECTED_SECONDS || !isForApi) return shared;
  return { ...shared, lifetimeSeconds: EXTENDED_SECONDS, warnAfterSeconds: PROJECTED_SECONDS };
}

/** A kind of object that tokens may be bound to. */
interface Binder {
  kind: KindDefinition<never>;
  claim: keyof NonNullable<TokenSpec["bound"]>;
  /** Throws BadRequest. */
  check?(context: VerbContext, object: KubernetesObject): void;
  /** Further claims of the token about the bound object. */
  further?(context: VerbContext, object: KubernetesObject): TokenSpec["bound"];
}

const BINDERS: Readonly<Record<string, Binder>> = {
  Pod: { kind: podKind as never, claim: "pod", check: refuseOtherAccount, further: nodeOf },
  Secret: { kind: secretKind as never, claim: "secret" },
  Node: { kind: nodeKind as never, claim: "node" },
};

/** The bound object: its deletion invalidates the token. Throws NotFound, BadRequest, Conflict. */
function boundTo(context: VerbContext, reference: BoundObjectReference | null | undefined): TokenSpec["bound"] {
  if (!reference) return undefined;
  const { kind = "", apiVersion = "", name = "", uid } = reference;
  const binder = apiVersion === "v1" && Object.hasOwn(BINDERS, kind) ? BINDERS[kind] : undefined;
  if (!binder) throw cannotBind(`${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`);
  const object = found(context, binder.kind, name);
  binder.check?.(context, object);
  refuseOtherUid(object, kind, name, uid);
  return { [binder.claim]: { name, uid: object.metadata.uid }, ...binder.further?.(context, object) };
}

function refuseOtherAccount({ info }: VerbContext, object: KubernetesObject): void {
  const pod = object as KubernetesObject & Pod;
  if (pod.spec?.serviceAccountName === info.name) return;
  const why = "to pod running with different serviceaccount name.";
  throw new ApiError("BadRequest", `cannot bind token for serviceaccount ${JSON.stringify(info.name)} ${why}`);
}

function cannotBind(type: string): ApiError {
  return new ApiError("BadRequest", `cannot bind token to object of type ${type}`);
}

function found({ tx, info }: VerbContext, kind: KindDefinition<never>, name: string): KubernetesObject {
  const definition = kind as unknown as KindDefinition;
  const object = tx.get(definition, kind.namespaced ? info.namespace : "", name);
  if (!object) throw notFound(definition, name);
  return object;
}

function refuseOtherUid({ metadata }: KubernetesObject, kind: string, name: string, uid: string | undefined): void {
  if (!uid || metadata.uid === uid) return;
  const why =
    `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
    "The object might have been deleted and then recreated";
  throw conflict({ group: "", plural: kind }, name, why);
}

/** The node of a pod. The token names it even if the node was deleted. */
function nodeOf({ tx }: VerbContext, pod: KubernetesObject): TokenSpec["bound"] {
  const name = (pod as KubernetesObject & Pod).spec?.nodeName;
  if (!name) return {};
  return { node: { name, uid: tx.get(nodeKind, "", name)?.metadata.uid } };
}
