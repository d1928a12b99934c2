/**
 * Validation of ConfigMaps: keys, total size, and the fields that `immutable` freezes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateConfigMap, ValidateConfigMapUpdate)
 */
import { decodedLength } from "../../lib/encoding.ts";
import { equalJson } from "../../lib/json.ts";
import { configKeyProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { ConfigMap } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, tooLong } from "../validation/field-errors.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

/** The limit for all values of one object together. */
export const MAX_DATA_BYTES = 1024 * 1024;
export const FROZEN = "field is immutable when `immutable` is set";

export function validateConfigMap(configMap: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(configMap, { namespaced: true });
  let bytes = 0;
  for (const [key, value] of Object.entries(configMap.data ?? {})) {
    errors.push(...invalidFor(`data[${key}]`, key, configKeyProblems(key)));
    if (configMap.binaryData && Object.hasOwn(configMap.binaryData, key)) {
      errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    }
    bytes += utf8Length(value);
  }
  for (const [key, value] of Object.entries(configMap.binaryData ?? {})) {
    errors.push(...invalidFor(`binaryData[${key}]`, key, configKeyProblems(key)));
    bytes += decodedLength(value);
  }
  // The path is the whole object, which Kubernetes prints as brackets.
  if (bytes > MAX_DATA_BYTES) errors.push(tooLong("[]", MAX_DATA_BYTES));
  return errors;
}

export function validateConfigMapUpdate(configMap: ConfigMap, old: ConfigMap): FieldError[] {
  const errors = validateObjectMetaUpdate(configMap, old);
  if (!old.immutable) return errors;
  if (!configMap.immutable) errors.push(forbidden("immutable", FROZEN));
  if (!equalJson(configMap.data ?? {}, old.data ?? {})) errors.push(forbidden("data", FROZEN));
  if (!equalJson(configMap.binaryData ?? {}, old.binaryData ?? {})) errors.push(forbidden("binaryData", FROZEN));
  return errors;
}
