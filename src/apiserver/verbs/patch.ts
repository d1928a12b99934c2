/** PATCH of an object, its status or another whole-object subresource. */
import { notFound } from "../../cluster/refusals.ts";
import { inFormOf } from "../../kinds/view.ts";
import { type VerbContext, write, writeOptionsOf } from "../context.ts";
import { writeOptions } from "../options.ts";
import { patched, patchTypeOf } from "../patching.ts";
import type { ApiOutcome } from "../request.ts";
import { shiftTimes } from "../time-edge.ts";
import { apply } from "./apply.ts";
import { placeInNamespace, writtenOutcome } from "./create.ts";
import { requestedKey } from "./get.ts";
import { refuseChangedUid, refuseOddVersion, refuseOtherName } from "./update.ts";

export function patch(context: VerbContext, subresource?: string): ApiOutcome {
  const { tx, kind, info, request } = context;
  const type = patchTypeOf(request, kind);
  if (type === "apply") return apply(context, subresource);
  const options = writeOptions(request, "PatchOptions");
  const current = tx.getByKey(requestedKey(context));
  if (!current) throw notFound(kind, info.name);

  const seen = shiftTimes(kind.schema, inFormOf(kind, current), -request.offsetMs);
  const next = patched(request, type, seen, kind, { fieldValidation: options.fieldValidation, warn: context.warn });
  const object = shiftTimes(kind.schema, next, request.offsetMs);
  placeInNamespace(context, object);
  refuseOtherName(context, object);
  refuseOddVersion(object);
  refuseChangedUid(context, object, current);
  const shared = { ...writeOptionsOf(context, options), subresource };
  const written = write(context, options, () => tx.replaceObject(kind, object, shared));
  return writtenOutcome(context, 200, written, options);
}
