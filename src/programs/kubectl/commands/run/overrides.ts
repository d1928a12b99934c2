/**
 * `--overrides`: a patch of the object that a command made from its flags.
 * Source: k8s.io/kubectl pkg/cmd/util/override_options.go, helpers.go (`Merge`)
 */
import { type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../../../../lib/json.ts";
import type { FlagSpec, Flags } from "../../core/flags.ts";
import { jsonMerge, strategicMerge } from "../../core/local-patch.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { applyOperations } from "../../kustomize/json-patch.ts";
import { withEmptyParts } from "../../printers/typed.ts";

export const OVERRIDE_FLAGS: readonly FlagSpec[] = [
  { name: "overrides", type: "string" },
  { name: "override-type", type: "string", default: "merge" },
];

/** The object with the override of the flags. Throws Failure. */
export function overridden(object: JsonObject, flags: Flags): JsonObject {
  const source = flags.text("overrides");
  return source === "" ? object : withEmptyParts(patched(object, parsed(source), flags.text("override-type")));
}

function patched(object: JsonObject, patch: JsonValue, type: string): JsonObject {
  switch (type) {
    case "json":
      return objectIn(applyOperations(object, objectsIn(patch)));
    case "merge":
      return jsonMerge(object, objectIn(patch));
    case "strategic":
      return strategicMerge(object, objectIn(patch));
    default:
      throw new Failure(`error: invalid override type: ${type}`);
  }
}

function parsed(source: string): JsonValue {
  try {
    return parseJson(source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new Failure("error: Invalid JSON Patch");
  }
}
