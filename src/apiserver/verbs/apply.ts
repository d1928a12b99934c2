/** Server-side apply: a PATCH with all fields that its manager wants to own. Creates a missing object. */
import { conflict, notFound } from "../../cluster/refusals.ts";
import { apiVersion } from "../../kinds/kind.ts";
import { inFormOf } from "../../kinds/view.ts";
import { ApiError } from "../../lib/api-error.ts";
import { isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue } from "../../lib/json.ts";
import { formatTime } from "../../lib/time.ts";
import { type Parts, workOfPass } from "../../lib/work.ts";
import { type Applied, applyPatch } from "../../schema/index.ts";
import { describeJson } from "../../schema/scalars.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { YamlError, yamlWarnings } from "../../yaml/yaml.ts";
import { bodyText, decodeValue, parseInParts, refuseLargeBody } from "../body.ts";
import { type VerbContext, writeInParts, writeOptionsOf } from "../context.ts";
import { type WriteRequestOptions, writeOptions } from "../options.ts";
import { patchRefusal } from "../patching.ts";
import type { ApiOutcome } from "../request.ts";
import { shiftTimes } from "../time-edge.ts";
import { placeInNamespace, writtenOutcome } from "./create.ts";
import { requestedKey } from "./get.ts";
import { refuseChangedUid, refuseOddVersion, refuseOtherName } from "./update.ts";

export function* apply(context: VerbContext, subresource?: string): Parts<ApiOutcome> {
  const { tx, kind, info, request } = context;
  const options = writeOptions(request, "PatchOptions", true);
  const live = tx.getByKey(requestedKey(context));
  if (!live && subresource !== undefined) throw notFound(kind, info.name);
  const merged = yield* mergeConfiguration(context, options, { live, subresource });
  refuseUid(context, merged, live);
  placeInNamespace(context, merged);
  refuseOtherName(context, merged);
  refuseOddVersion(merged);
  const { managedFields } = merged.metadata;
  const shared = { ...writeOptionsOf(context, options), subresource, operation: "Apply" as const, managedFields };
  const work = live ? tx.replaceInParts(kind, merged, shared) : tx.createInParts(kind, merged, shared);
  const written = yield* writeInParts(context, options, work);
  return yield* writtenOutcome(context, live ? 200 : 201, written, options);
}

function* parseConfiguration(context: VerbContext, options: WriteRequestOptions): Parts<JsonValue> {
  const { request, tx } = context;
  refuseLargeBody(request.body);
  try {
    const { value, duplicates } = yield* parseInParts(bodyText(request), {
      isYaml: true,
      spend: (work) => tx.spend(work),
    });
    if (duplicates.length > 0 && options.fieldValidation === "Strict") {
      throw new ApiError(
        "BadRequest",
        `error strict decoding YAML: error converting YAML to JSON: ${duplicates.join(", ")}`,
      );
    }
    if (options.fieldValidation === "Warn") for (const warning of yamlWarnings(duplicates)) context.warn(warning);
    if (value !== null && !isJsonObject(value)) throw notAMap(value);
    return value;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof YamlError)) throw error;
    throw new ApiError("BadRequest", `error decoding YAML: error converting YAML to JSON: ${error.message}`);
  }
}

function notAMap(value: JsonValue): ApiError {
  const why = `json: cannot unmarshal ${describeJson(value)} into Go value of type map[string]interface {}`;
  return new ApiError("BadRequest", `error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
}

/** Refuses a configuration whose uid is not the live object's. */
function refuseUid(context: VerbContext, merged: KubernetesObject, live: KubernetesObject | undefined): void {
  const { uid } = merged.metadata;
  if (!uid) return;
  if (live) {
    refuseChangedUid(context, merged, live);
    return;
  }
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw conflict(context.kind, context.info.name, why);
}

/**
 * Merges the request's configuration into the live object. The result has new managedFields and is in cluster time.
 * Throws BadRequest, Conflict and other refusals of a configuration.
 */
export function* mergeConfiguration(
  context: VerbContext,
  options: WriteRequestOptions,
  given: { live: KubernetesObject | undefined; subresource: string | undefined },
): Parts<KubernetesObject> {
  const { tx, kind, request } = context;
  const { subresource } = given;
  const applied = yield* parseConfiguration(context, options);
  // The configuration is in the caller's time, so the merge happens there.
  const result = applyPatch(kind.schema, {
    live: given.live && shiftTimes(kind.schema, inFormOf(kind, given.live), -request.offsetMs),
    applied: withMetadata(applied),
    manager: options.manager,
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    subresource,
    force: options.force,
    time: formatTime(tx.nowMs - request.offsetMs),
  });
  tx.spend(workOfPass(2 * request.body.length));
  yield;
  if ("error" in result) throw patchRefusal(result);
  if ("conflicts" in result) {
    const { message, causes } = result.conflicts;
    throw new ApiError("Conflict", message, { causes });
  }
  return decoded(context, result);
}

function decoded({ kind, request, warn }: VerbContext, { object, managedFields }: Applied): KubernetesObject {
  // Unknown fields were refused before. The decoder reports all other invalid values.
  const next = decodeValue(object, kind, { fieldValidation: "Ignore", warn });
  return shiftTimes(kind.schema, { ...next, metadata: { ...next.metadata, managedFields } }, request.offsetMs);
}

/** Adds metadata if it is missing, like Go's decoder. */
function withMetadata(applied: JsonValue): JsonValue {
  if (!isJsonObject(applied) || isJsonObject(applied["metadata"])) return applied;
  return { ...(applied as JsonObject), metadata: {} };
}
