/** DELETE of one object. */
import { notFound } from "../../cluster/refusals.ts";
import { ApiError } from "../../lib/api-error.ts";
import { isJsonObject } from "../../lib/json.ts";
import { decode } from "../../schema/index.ts";
import { isError, parseBody } from "../body.ts";
import { type VerbContext, write } from "../context.ts";
import { type DeleteOptionsBody, type DeleteRequestOptions, deleteOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { objectOutcome, storedOutcome, valueOutcome } from "../respond.ts";
import { successStatus } from "../status.ts";
import { keyOf } from "./get.ts";

export function remove(context: VerbContext): ApiOutcome {
  const { tx, kind, info, user } = context;
  const options = readDeleteOptions(context);
  const key = keyOf(context);
  if (tx.bodyOf(key) === undefined) throw notFound(kind, info.name);
  const { object, removed } = write(context, options, () => tx.deleteObject(kind, key, { ...options, user }));
  if (!options.dryRun) tx.flush();
  if (removed && !kind.returnsDeletedObject) {
    const details = {
      name: object.metadata.name,
      ...(kind.group !== "" && { group: kind.group }),
      kind: kind.plural,
      uid: object.metadata.uid,
    };
    return valueOutcome({ ...context.representation, form: "object" }, 200, successStatus(details));
  }
  const stored = removed || options.dryRun ? undefined : storedOutcome(context, 200, key);
  return stored ?? objectOutcome(context, 200, object);
}

/** From the body where there is one, else from the query. Throws BadRequest or Invalid. */
export function readDeleteOptions({ request }: Pick<VerbContext, "request">): DeleteRequestOptions {
  if (request.body === "") return deleteOptions(undefined, request.query);
  const { value } = parseBody(request, "DeleteOptions");
  if (!isJsonObject(value)) throw new ApiError("BadRequest", "expected DeleteOptions, but the body is no object");
  const decoded = decode<DeleteOptionsBody>("DeleteOptions", value, { fieldValidation: "Ignore" });
  if (isError(decoded)) {
    const why = `DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${decoded.error}`;
    throw new ApiError("BadRequest", why);
  }
  return deleteOptions(decoded.value, request.query);
}
