/** The three client-side kinds of patch, applied to an object and decoded again. */
import { codecOf } from "../kinds/codec.ts";
import type { KindDefinition } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { defineField, isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue } from "../lib/json.ts";
import { formatGoValue, jsonMergePatch, jsonPatch, type PatchError, strategicMergePatch } from "../schema/index.ts";
import { describeJson } from "../schema/scalars.ts";
import type { KubernetesObject } from "../schema/types.ts";
import {
  bodyText,
  decodeAs,
  type Expected,
  isError,
  mediaType,
  type ParsedBody,
  parseText,
  refuseLargeBody,
} from "./body.ts";
import type { FieldValidation } from "./options.ts";
import type { ApiRequest } from "./request.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** The type of the patch, by the content type. Throws UnsupportedMediaType. */
export function patchTypeOf(request: ApiRequest, kind?: Pick<KindDefinition, "codec">): PatchType {
  const type = PATCH_TYPES[mediaType(request)];
  const acceptedTypes = kind && codecOf(kind).patchMediaTypes;
  if (acceptedTypes && !acceptedTypes.includes(mediaType(request) || "none")) {
    const accepted = `accepted media types include: ${acceptedTypes}`;
    throw new ApiError("UnsupportedMediaType", `the body of the request was in an unknown format - ${accepted}`);
  }
  if (!type) throw new ApiError("UnsupportedMediaType", "415: Unsupported Media Type", {});
  return type;
}

export interface PatchOptions {
  fieldValidation: FieldValidation;
  warn: (message: string) => void;
}

/** The patched and decoded object. Throws BadRequest, Invalid and other refusals of a patch. */
export function patched(
  request: ApiRequest,
  type: Exclude<PatchType, "apply">,
  current: KubernetesObject,
  expected: Expected,
  options: PatchOptions,
): KubernetesObject {
  const patch = parsePatch(request, type, options.fieldValidation);
  const result = runPatch(type, current as unknown as JsonObject, patch.value, expected);
  // If the result does not decode, the message quotes a strategic patch itself, and the result of other patches.
  const quoted =
    type === "strategic" ? formatGoValue(patch.value) : quoteResult(result.value, type === "merge" ? patch.value : {});
  return decodePatched(result.value, expected, {
    ...options,
    quoted,
    isStrategic: type === "strategic",
    problems: [...patch.duplicates, ...result.problems],
    // A merge patch has the shape of its result, so its odd numbers are at the same paths.
    oddNumbers: type === "merge" ? patch.oddNumbers : undefined,
  });
}

function parsePatch(
  request: ApiRequest,
  type: Exclude<PatchType, "apply">,
  fieldValidation: FieldValidation,
): ParsedBody {
  refuseLargeBody(request.body);
  try {
    const patch = parseText(bodyText(request), { isYaml: false });
    // Without validation, Kubernetes' patch libraries read the patch later and less strictly.
    if (type === "strategic" || fieldValidation !== "Ignore") refuseUnread(patch, type);
    // Go reads null as an empty list or map; a merge patch must not be null.
    if (patch.value === null && type !== "merge") return { ...patch, value: type === "json" ? [] : {} };
    return patch;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    // Strategic patches are read by other code, which adds no preamble to the error.
    throw new ApiError("BadRequest", type === "strategic" ? error.message : `error decoding patch: ${error.message}`);
  }
}

/** Refuses a patch that Go's decoder cannot read as a map or as operations. Throws JsonSyntaxError. */
function refuseUnread({ value, oddNumbers }: ParsedBody, type: Exclude<PatchType, "apply">): void {
  const isOperations = type === "json";
  if (!isOperations && value !== null && !isJsonObject(value)) {
    const where = "Go value of type map[string]interface {}";
    throw new JsonSyntaxError(`json: cannot unmarshal ${describeJson(value)} into ${where}`);
  }
  for (const literal of oddNumbers?.values() ?? []) {
    if (Number.isFinite(Number(literal))) continue;
    const where = isOperations ? "Go struct field jsonPatchOp.value" : "Go value";
    throw new JsonSyntaxError(`json: cannot unmarshal number ${literal} into ${where} of type float64`);
  }
}

function runPatch(
  type: Exclude<PatchType, "apply">,
  current: JsonObject,
  patch: JsonValue,
  expected: Expected,
): { value: JsonValue; problems: string[] } {
  switch (type) {
    case "json": {
      const result = jsonPatch(current, patch);
      if ("error" in result) throw patchRefusal(result);
      return { value: result.value, problems: result.strictErrors };
    }
    case "merge": {
      const result = jsonMergePatch(current, patch);
      if ("error" in result) throw patchRefusal(result);
      return { value: result.value, problems: [] };
    }
    case "strategic": {
      const result = strategicMergePatch(expected.schema, current, patch);
      if ("error" in result) throw patchRefusal(result);
      return { value: ofKind(result.value, expected), problems: [] };
    }
  }
}

/** The value with the kind's own kind and apiVersion: a strategic patch cannot change them. */
function ofKind(value: JsonValue, { group, version, kind }: Expected): JsonValue {
  return isJsonObject(value) ? { ...value, kind, apiVersion: group === "" ? version : `${group}/${version}` } : value;
}

export function patchRefusal({ error, code }: PatchError): ApiError {
  switch (code) {
    case 400:
      return new ApiError("BadRequest", error);
    case 413:
      return new ApiError("RequestEntityTooLarge", error);
    case 422:
      return new ApiError("Invalid", "the server rejected our request due to an error in our request", {});
    case 500:
      return new ApiError("Unknown", error);
  }
}

function decodePatched(
  value: JsonValue,
  expected: Expected,
  options: PatchOptions & {
    quoted: string;
    isStrategic: boolean;
    problems: readonly string[];
    oddNumbers: ParsedBody["oddNumbers"];
  },
): KubernetesObject {
  const { quoted, fieldValidation } = options;
  if (!isJsonObject(value)) throw invalidPatch(quoted, "the patched value is no object");
  refuseOtherType(value, expected, quoted);
  const from = options.isStrategic ? "map" : "json";
  const { oddNumbers } = options;
  const decoded = decodeAs(expected, value, { fieldValidation, from, oddNumbers });
  if (isError(decoded)) throw invalidPatch(quoted, decoded.error);
  const problems = fieldValidation === "Ignore" ? [] : [...options.problems];
  const strictErrors = fieldValidation === "Strict" ? [...problems, ...decoded.strictErrors] : [];
  if (strictErrors.length > 0) throw invalidPatch(quoted, `strict decoding error: ${strictErrors.join(", ")}`);
  for (const warning of [...problems, ...decoded.warnings]) options.warn(warning);
  return { ...decoded.value, metadata: decoded.value.metadata ?? {} };
}

/** The result as Kubernetes' patch library writes it: merged maps sorted by field name, others unchanged. */
function quoteResult(value: JsonValue, patch: JsonValue): string {
  return JSON.stringify(sortedWhereMerged(value, patch));
}

function sortedWhereMerged(value: JsonValue | undefined, patch: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value) || !isJsonObject(patch)) return value;
  const sorted: JsonObject = {};
  for (const field of Object.keys(value).sort())
    defineField(sorted, field, sortedWhereMerged(value[field], patch[field]));
  return sorted;
}

function refuseOtherType(value: JsonObject, expected: Expected, quoted: string): void {
  const groupVersion = expected.group === "" ? expected.version : `${expected.group}/${expected.version}`;
  const { kind, apiVersion } = value;
  if (kind === expected.kind && apiVersion === groupVersion) return;
  throw invalidPatch(
    quoted,
    `no kind "${kind ?? ""}" is registered for version "${apiVersion ?? ""}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
  );
}

function invalidPatch(quoted: string, why: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(quoted)}: ${why}`;
  return new ApiError("Invalid", ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
  });
}
