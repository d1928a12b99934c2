/** DELETE of one object. */
import { notFound } from "../../cluster/refusals.ts";
import { ApiError } from "../../lib/api-error.ts";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { decode } from "../../schema/index.ts";
import { isError, notAnObject, parseBody } from "../body.ts";
import { type VerbContext, write } from "../context.ts";
import { type DeleteOptionsBody, type DeleteRequestOptions, deleteOptions } from "../options.ts";
import type { ApiOutcome, ApiRequest } from "../request.ts";
import { objectOutcome, storedOutcome, valueOutcome } from "../respond.ts";
import { successStatus } from "../status.ts";
import { requestedKey } from "./get.ts";

export function remove(context: VerbContext): ApiOutcome {
  const { tx, kind, info, user, warn } = context;
  const options = readDeleteOptions(context);
  const key = requestedKey(context);
  if (tx.bodyOf(key) === undefined) throw notFound(kind, info.name);
  const { object, removed } = write(context, options, () => tx.deleteObject(kind, key, { ...options, user, warn }));
  if (!options.dryRun) tx.flush();
  if (removed && !kind.returnDeletedObject) {
    const details = {
      name: object.metadata.name,
      ...(kind.group !== "" && { group: kind.group }),
      kind: kind.plural,
      uid: object.metadata.uid,
    };
    return valueOutcome({ ...context.representation, form: "object" }, 200, successStatus(details));
  }
  // 202 for the deprecated `orphanDependents: false`: the dependents are not deleted yet.
  const status = !removed && options.orphanDependents === false ? 202 : 200;
  const stored = removed || options.dryRun ? undefined : storedOutcome(context, status, key);
  return stored ?? objectOutcome(context, status, object);
}

/** Options from the body, or from the query without a body. Throws BadRequest or Invalid. */
export function readDeleteOptions({ request }: Pick<VerbContext, "request">): DeleteRequestOptions {
  if (request.body.length === 0) return deleteOptions(undefined, request.query);
  const decoded = decode<DeleteOptionsBody>("DeleteOptions", parsedBody(request), { fieldValidation: "Ignore" });
  if (isError(decoded)) throw new ApiError("BadRequest", decoded.error);
  return deleteOptions(decoded.value, request.query);
}

/** Parses the body. Unlike refusals of objects, refusals of these options have no preamble. */
function parsedBody(request: ApiRequest): JsonObject {
  const refusal = (why: string) => new ApiError("BadRequest", why);
  const { value } = parseBody(request, refusal);
  if (value !== null && !isJsonObject(value)) throw refusal(notAnObject(value));
  const { kind = "DeleteOptions", apiVersion = "v1" } = value ?? {};
  // Every group has its own DeleteOptions with the same fields.
  if (kind !== "" && kind !== "DeleteOptions") {
    const scheme = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27";
    throw refusal(`no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "${scheme}"`);
  }
  return value ?? {};
}
