/**
 * `anyOf`, `oneOf`, `allOf` and `not`.
 *
 * Kubernetes: k8s.io/kube-openapi/pkg/validation/validate/schema_props.go
 */
import type { JSONSchemaProps } from "../../../schema/types.ts";
import { placeless, Result } from "./result.ts";

/** `check` validates the value at `path` with one schema. */
export function validateAlternatives(schema: JSONSchemaProps, path: string, check: Check): Result {
  const result = new Result();
  const whole = JSON.stringify(path);
  if (schema.anyOf?.length) result.merge(validateAny(schema.anyOf, check, whole));
  if (schema.oneOf?.length) result.merge(validateOne(schema.oneOf, check, whole));
  if (schema.allOf?.length) result.merge(validateAll(schema.allOf, check, whole));
  if (schema.not && check(schema.not).isValid) result.add(placeless(`${whole} must not validate the schema (not)`));
  result.matches++;
  return result;
}

type Check = (schema: JSONSchemaProps) => Result;

function validateAny(schemas: readonly JSONSchemaProps[], check: Check, whole: string): Result {
  let best: Result | undefined;
  for (const schema of schemas) {
    const result = check(schema);
    if (result.isValid) return new Result().merge(result);
    if (best === undefined || result.matches > best.matches) best = result;
  }
  return new Result().add(placeless(`${whole} must validate at least one schema (anyOf)`)).merge(best!);
}

function validateOne(schemas: readonly JSONSchemaProps[], check: Check, whole: string): Result {
  let best: Result | undefined;
  const valid: Result[] = [];
  for (const schema of schemas) {
    const result = check(schema);
    if (result.isValid) valid.push(result);
    else if (valid.length === 0 && (best === undefined || result.matches > best.matches)) best = result;
  }
  if (valid.length === 1) return new Result().merge(valid[0]!);
  const found = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  const result = new Result().add(placeless(`${whole} must validate one and only one schema (oneOf). ${found}`));
  return valid.length === 0 ? result.merge(best!) : result;
}

function validateAll(schemas: readonly JSONSchemaProps[], check: Check, whole: string): Result {
  const result = new Result();
  const parts = schemas.map(check);
  const valid = parts.filter((part) => part.isValid).length;
  result.merge(...parts);
  if (valid === parts.length) return result;
  const none = valid === 0 ? ". None validated" : "";
  return result.add(placeless(`${whole} must validate all the schemas (allOf)${none}`));
}
