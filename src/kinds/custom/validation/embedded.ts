/**
 * Objects within objects (`x-kubernetes-embedded-resource`) have a version, a kind and proper metadata.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { dns1035LabelProblems } from "../../../lib/names.ts";
import { decode } from "../../../schema/index.ts";
import type { JSONSchemaProps, KubernetesObject } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid, required } from "../../validation/field-errors.ts";
import { pathSegmentName, validateObjectMeta } from "../../validation/object-meta.ts";
import { additionalSchema, itemsSchema, ownProperty } from "../schema-parts.ts";

export function validateEmbedded(schema: JSONSchemaProps, value: JsonValue, path = ""): FieldError[] {
  if (Array.isArray(value)) {
    const items = itemsSchema(schema);
    return items ? value.flatMap((item, i) => validateEmbedded(items, item, `${path}[${i}]`)) : [];
  }
  if (!isJsonObject(value)) return [];
  const errors = schema["x-kubernetes-embedded-resource"] ? embeddedProblems(value, path) : [];
  for (const name of Object.keys(value)) {
    const item = value[name];
    if (item === undefined) continue;
    const property = ownProperty(schema, name);
    const additional = additionalSchema(schema);
    if (property) errors.push(...validateEmbedded(property, item, below(path, name)));
    else if (additional) errors.push(...validateEmbedded(additional, item, `${path}[${name}]`));
  }
  return errors;
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function embeddedProblems(object: JsonObject, path: string): FieldError[] {
  const { apiVersion, kind, metadata } = object;
  return [
    ...(apiVersion === undefined ? [required(below(path, "apiVersion"))] : []),
    ...(kind === undefined ? [required(below(path, "kind"))] : []),
    ...(apiVersion === undefined ? [] : apiVersionProblems(apiVersion, below(path, "apiVersion"))),
    ...(kind === undefined ? [] : kindProblems(kind, below(path, "kind"))),
    ...(metadata === undefined ? [] : metadataProblems(metadata, below(path, "metadata"))),
  ];
}

function apiVersionProblems(apiVersion: JsonValue, path: string): FieldError[] {
  if (typeof apiVersion !== "string") return [invalid(path, apiVersion, "must be a string")];
  if (apiVersion === "") return [invalid(path, apiVersion, "must not be empty")];
  if (apiVersion.split("/").length <= 2) return [];
  return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
}

function kindProblems(kind: JsonValue, path: string): FieldError[] {
  if (typeof kind !== "string") return [invalid(path, kind, "must be a string")];
  if (kind === "") return [invalid(path, kind, "must not be empty")];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (problems.length === 0) return [];
  return [invalid(path, kind, `may have mixed case, but should otherwise match: ${problems.join(",")}`)];
}

function metadataProblems(metadata: JsonValue, path: string): FieldError[] {
  const decoded = decode("ObjectMeta", metadata, { fieldValidation: "Ignore" });
  if ("error" in decoded) return [invalid(path, metadata, decoded.error)];
  // Embedded objects need no name.
  const meta = { ...decoded.value, name: decoded.value.name || "fakename" };
  const object: KubernetesObject = { apiVersion: "v1", kind: "Embedded", metadata: meta };
  const namespaced = (meta.namespace ?? "") !== "";
  return validateObjectMeta(object, { namespaced, name: pathSegmentName, path });
}
