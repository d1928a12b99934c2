/** GET of one object. */
import { notFound } from "../../cluster/refusals.ts";
import { objectKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { VerbContext } from "../context.ts";
import { parseResourceVersion, refuseFutureVersion } from "../list-options.ts";
import type { ApiOutcome } from "../request.ts";
import { isTrue } from "../request-info.ts";
import { storedOutcome } from "../respond.ts";

export function get(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request } = context;
  const wantsExport = request.query.get("export");
  if (wantsExport !== null && isTrue(wantsExport)) {
    throw new ApiError("BadRequest", "the export parameter, deprecated since v1.14, is no longer supported");
  }
  const resourceVersion = parseResourceVersion(request.query.get("resourceVersion") ?? "");
  if (resourceVersion !== undefined) refuseFutureVersion(resourceVersion, tx.revision);
  const key = requestedKey(context);
  const stored = kind.isExpired && tx.getByKey(key);
  if (stored && kind.isExpired?.(stored, tx.nowMs)) throw notFound(kind, info.name);
  const outcome = storedOutcome(context, 200, key);
  if (!outcome) throw notFound(kind, info.name);
  return outcome;
}

/** The key that a request names. */
export function requestedKey({ kind, info }: Pick<VerbContext, "kind" | "info">) {
  return objectKey(kind, kind.namespaced ? info.namespace : "", info.name);
}
