/** PUT of an object or of its status and other whole-object subresources. */
import { conflict, invalid, notFound } from "../../cluster/refusals.ts";
import { ApiError } from "../../lib/api-error.ts";
import { parseInteger } from "../../lib/integers.ts";
import type { Parts } from "../../lib/work.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { forbiddenError, requestAttributesOf } from "../authorization/attributes.ts";
import { authorize } from "../authorization/rbac.ts";
import { type VerbContext, writeInParts, writeOptionsOf } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { shiftTimes } from "../time-edge.ts";
import { decodeBodyOf, placeInNamespace, writtenOutcome } from "./create.ts";
import { requestedKey } from "./get.ts";

export function* update(context: VerbContext, subresource?: string): Parts<ApiOutcome> {
  const { tx, kind, info, request } = context;
  const options = writeOptions(request, "UpdateOptions");
  const decoded = yield* decodeBodyOf(context, options);
  const next = shiftTimes(kind.schema, decoded, request.offsetMs);
  placeInNamespace(context, next);
  refuseOtherName(context, next);
  refuseOddVersion(next);

  const shared = { ...writeOptionsOf(context, options), subresource };
  const current = tx.getByKey(requestedKey(context));
  if (current) refuseOtherUid(context, next, current);
  else if (subresource !== undefined || !kind.allowCreateOnUpdate) throw notFound(kind, info.name);
  else refuseUnlessMayCreate(context);
  const work = current ? tx.replaceInParts(kind, next, shared) : tx.createInParts(kind, withoutVersion(next), shared);
  const written = yield* writeInParts(context, options, work);
  return yield* writtenOutcome(context, current ? 200 : 201, written, options);
}

/** Refuses to replace an object by one with another uid, like etcd's store. */
function refuseOtherUid({ kind, info }: VerbContext, next: KubernetesObject, current: KubernetesObject): void {
  const { uid } = next.metadata;
  if (!uid || uid === current.metadata.uid) return;
  const path = [kind.plural, ...(kind.namespaced ? [info.namespace] : []), info.name].join("/");
  const why =
    `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: ` +
    `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`;
  throw conflict(kind, info.name, why);
}

/** A PUT with a wrong uid is a conflict; a patch that changes the uid is invalid. Validation reports it twice. */
export function refuseChangedUid({ kind }: VerbContext, object: KubernetesObject, current: KubernetesObject): void {
  const { uid, name = "" } = object.metadata;
  if (!uid || uid === current.metadata.uid) return;
  const error = {
    type: "FieldValueInvalid" as const,
    field: "metadata.uid",
    message: `Invalid value: ${JSON.stringify(uid)}: field is immutable`,
  };
  throw invalid(kind, name, [error, error]);
}

/** A PUT that creates an object also needs the right to create. */
function refuseUnlessMayCreate({ tx, info, user }: VerbContext): void {
  const attributes = requestAttributesOf({ ...info, verb: "create" }, user);
  const { allowed, reason } = authorize(tx, attributes);
  if (!allowed) throw forbiddenError(attributes, reason);
}

/** Throws BadRequest when the object's name differs from the path's. */
export function refuseOtherName({ info }: Pick<VerbContext, "info">, object: KubernetesObject): void {
  const { name } = object.metadata;
  if (!name) {
    const why = `the name of the object (${info.name} based on URL) was undeterminable: name must be provided`;
    throw new ApiError("BadRequest", why);
  }
  if (name !== info.name) {
    throw new ApiError(
      "BadRequest",
      `the name of the object (${name}) does not match the name on the URL (${info.name})`,
    );
  }
}

/** Throws Invalid for a resourceVersion that is not a number, although versions are opaque to clients. */
export function refuseOddVersion(object: KubernetesObject): void {
  const { resourceVersion } = object.metadata;
  const parsed = resourceVersion ? parseInteger(resourceVersion, { bits: 64, isUnsigned: true }) : 0n;
  if (typeof parsed === "bigint") return;
  throw new ApiError("Unknown", `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: ${parsed}`);
}

function withoutVersion(object: KubernetesObject): KubernetesObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
