/** PUT of an object or of its status and other whole-object subresources. */
import { notFound } from "../../cluster/refusals.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { decodeBody } from "../body.ts";
import { type VerbContext, write, writeOptionsOf } from "../context.ts";
import { writeOptions } from "../options.ts";
import type { ApiOutcome } from "../request.ts";
import { shiftTimes } from "../time-edge.ts";
import { placeInNamespace, writtenOutcome } from "./create.ts";
import { keyOf } from "./get.ts";

export function update(context: VerbContext, subresource?: string): ApiOutcome {
  const { tx, kind, info, request } = context;
  const options = writeOptions(request, "UpdateOptions");
  const decoded = decodeBody(request, kind, { fieldValidation: options.fieldValidation, warn: context.warn });
  const next = shiftTimes(kind.schema, decoded, request.offsetMs);
  placeInNamespace(context, next);
  refuseOtherName(context, next);
  refuseOddVersion(next);

  const shared = { ...writeOptionsOf(context, options), subresource };
  const exists = tx.bodyOf(keyOf(context)) !== undefined;
  if (!exists && (subresource !== undefined || !kind.createsOnUpdate)) throw notFound(kind, info.name);
  const written = write(context, options, () =>
    exists ? tx.replaceObject(kind, next, shared) : tx.createObject(kind, withoutVersion(next), shared),
  );
  return writtenOutcome(context, exists ? 200 : 201, written, options);
}

/** Throws BadRequest when the object names another than the path does. */
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

/** Versions are opaque to clients, but the server's are numbers. */
export function refuseOddVersion(object: KubernetesObject): void {
  const { resourceVersion } = object.metadata;
  if (!resourceVersion || /^\d+$/.test(resourceVersion)) return;
  throw new ApiError("Unknown", `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
}

function withoutVersion(object: KubernetesObject): KubernetesObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
