/**
 * Checks the type of a value.
 *
 * Kubernetes: k8s.io/kube-openapi/pkg/validation/validate/type.go
 */
import { isBigInteger, type JsonValue } from "../../../lib/json.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";
import { type Problem, wrongType } from "./result.ts";

/** The types that a schema allows; int-or-string is two. */
function typesOf(schema: JSONSchemaProps): readonly string[] {
  if (schema["x-kubernetes-int-or-string"]) return ["integer", "string"];
  return schema.type ? [schema.type] : [];
}

interface GoKind {
  type: string;
  format: string;
}

/** The type that the server's decoder gives a JSON value. */
function goKindOf(value: JsonValue): GoKind {
  if (Array.isArray(value)) return { type: "array", format: "" };
  if (isBigInteger(value) || Number.isInteger(value)) return { type: "integer", format: "int64" };
  if (typeof value === "number") return { type: "number", format: "float64" };
  return { type: typeof value, format: "" };
}

export function typeProblem(
  schema: JSONSchemaProps,
  format: string,
  value: JsonValue,
  path: string,
): Problem | undefined {
  const types = typesOf(schema);
  if (types.length === 0 && format === "") return undefined;
  if (value === null) {
    const isAllowed = types.length === 0 || schema.nullable;
    return isAllowed ? undefined : wrongType(path, types.join(","), "null");
  }
  const found = goKindOf(value);
  const fits = types.includes(found.type) || (found.type === "integer" && types.includes("number"));
  const isTextOrList = typeof value === "string" || Array.isArray(value);
  if (format !== "" && !isTextOrList && !fits && format !== found.format) return wrongType(path, format, found.format);
  // A string with a format is checked by its format.
  if (format !== "" && isTextOrList && !types.includes("number") && !types.includes("integer")) return undefined;
  return fits ? undefined : wrongType(path, types.join(","), found.type);
}
