/** PATCH of an object, its status or another whole-object subresource. */
import { notFound } from "../../cluster/refusals.ts";
import { inFormOf } from "../../kinds/view.ts";
import { type Parts, WORK } from "../../lib/work.ts";
import { type VerbContext, writeInParts, writeOptionsOf } from "../context.ts";
import { writeOptions } from "../options.ts";
import { patched, patchTypeOf } from "../patching.ts";
import type { ApiOutcome } from "../request.ts";
import { shiftTimes } from "../time-edge.ts";
import { apply } from "./apply.ts";
import { placeInNamespace, writtenOutcome } from "./create.ts";
import { requestedKey } from "./get.ts";
import { refuseChangedUid, refuseOddVersion, refuseOtherName } from "./update.ts";

export function* patch(context: VerbContext, subresource?: string): Parts<ApiOutcome> {
  const { tx, kind, info, request } = context;
  const type = patchTypeOf(request, kind);
  if (type === "apply") return yield* apply(context, subresource);
  const options = writeOptions(request, "PatchOptions");
  const current = tx.getByKey(requestedKey(context));
  if (!current) throw notFound(kind, info.name);

  const seen = shiftTimes(kind.schema, inFormOf(kind, current), -request.offsetMs);
  tx.spend((request.body.length + (tx.bodyOf(requestedKey(context))?.length ?? 0)) * WORK.bodyCharacter);
  const next = patched(request, type, seen, kind, { fieldValidation: options.fieldValidation, warn: context.warn });
  yield;
  const object = shiftTimes(kind.schema, next, request.offsetMs);
  placeInNamespace(context, object);
  refuseOtherName(context, object);
  refuseOddVersion(object);
  refuseChangedUid(context, object, current);
  const shared = { ...writeOptionsOf(context, options), subresource };
  const written = yield* writeInParts(context, options, tx.replaceInParts(kind, object, shared));
  return yield* writtenOutcome(context, 200, written, options);
}
