/**
 * Printer columns, subresources and selectable fields of a version.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceColumnDefinition)
 */
import type {
  CustomResourceColumnDefinition,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
} from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, invalid, required, tooMany } from "../../validation/field-errors.ts";
import { findField } from "../rules/field-path.ts";

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
const SELECTABLE_TYPES = ["string", "boolean", "integer"];
const MAX_SELECTABLE_FIELDS = 8;

export function validateColumn(column: CustomResourceColumnDefinition, path: string): FieldError[] {
  const { name, type, format, jsonPath } = column;
  const types = `must be one of ${COLUMN_TYPES.join(",")}`;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${path}.name`));
  if (!type) errors.push(required(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${path}.type`, type, types));
  if (format && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalid(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(",")}`));
  }
  if (!jsonPath) return [...errors, required(`${path}.JSONPath`)];
  return [...errors, ...simplePathProblems(jsonPath, `${path}.JSONPath`)];
}

function simplePathProblems(text: string, path: string): FieldError[] {
  return text.startsWith(".") ? [] : [invalid(path, text, "must be a simple json path starting with .")];
}

export function validateSubresources({ scale }: CustomResourceSubresources, path: string): FieldError[] {
  if (!scale) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...pathUnder(specReplicasPath, `${path}.scale.specReplicasPath`, [".spec."], "should be a json path under .spec"),
    ...pathUnder(
      statusReplicasPath,
      `${path}.scale.statusReplicasPath`,
      [".status."],
      "should be a json path under .status",
    ),
    ...(labelSelectorPath
      ? pathUnder(
          labelSelectorPath,
          `${path}.scale.labelSelectorPath`,
          [".spec.", ".status."],
          "should be a json path under either .spec or .status",
        )
      : []),
  ];
}

function pathUnder(text: string | undefined, path: string, roots: readonly string[], detail: string): FieldError[] {
  if (!text) return [required(path)];
  const problems = simplePathProblems(text, path);
  if (problems.length > 0 || roots.some((root) => text.startsWith(root))) return problems;
  return [invalid(path, text, detail)];
}

export function validateSelectableFields(
  fields: readonly SelectableField[],
  schema: JSONSchemaProps | undefined,
  path: string,
): FieldError[] {
  if (fields.length === 0) return [];
  if (!schema) return [invalid(path, "", "may only be set when `version.schema.openAPIV3Schema` is not included")];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = `${path}[${i}].jsonPath`;
    if (!jsonPath) {
      errors.push(required(at));
      continue;
    }
    const found = findField(jsonPath, schema, { allowBrackets: false });
    if ("problem" in found) {
      errors.push(invalid(at, jsonPath, `is an invalid path: ${found.problem}`));
      continue;
    }
    if (/^metadata\b/.test(found.path)) errors.push(invalid(at, jsonPath, "must not point to fields in metadata"));
    if (!SELECTABLE_TYPES.includes(found.schema.type ?? "")) errors.push(invalid(at, jsonPath, WRONG_TYPE));
    if (seen.has(found.path)) errors.push(duplicate(at, jsonPath));
    seen.add(found.path);
  }
  if (seen.size > MAX_SELECTABLE_FIELDS) errors.push(tooMany(path, seen.size, MAX_SELECTABLE_FIELDS));
  return errors;
}

const WRONG_TYPE =
  "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
