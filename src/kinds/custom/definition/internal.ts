/**
 * A definition in Kubernetes' internal form: parts that are equal in all versions stand once, in the spec, where their
 * problems are reported (`spec.validation.openAPIV3Schema…`). Some messages show the names of the Go types.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/conversion.go
 */
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  JSONSchemaProps,
  SelectableField,
  ValidationRule,
} from "../../../schema/types.ts";

/** The parts of one version, or the parts that all versions share. Undefined parts stand elsewhere or are unset. */
export interface VersionParts {
  /** True if the `validation` part is present, even without a schema. */
  hasSchemaPart: boolean;
  schema?: JSONSchemaProps;
  subresources?: CustomResourceSubresources;
  columns?: readonly CustomResourceColumnDefinition[];
  selectableFields?: readonly SelectableField[];
}

/** Parts that are equal in all versions stand in `shared`; the others stay with their version. */
export interface InternalSpec {
  shared: VersionParts;
  versions: { version: CustomResourceDefinitionVersion; parts: VersionParts }[];
}

/** Splits the versions as Go's conversion to the internal type does. */
export function internalSpec({ versions }: CustomResourceDefinitionSpec): InternalSpec {
  const first = versions[0];
  const shared: VersionParts = { hasSchemaPart: false };
  const alike = (part: (version: CustomResourceDefinitionVersion) => unknown): boolean =>
    first !== undefined && versions.every((version) => equalJson(part(version) ?? null, part(first) ?? null));
  const isAlike = {
    schema: alike((version) => version.schema),
    subresources: alike((version) => version.subresources),
    columns: alike((version) => version.additionalPrinterColumns),
    selectableFields: alike((version) => version.selectableFields),
  };
  if (first && isAlike.schema) Object.assign(shared, schemaPart(first));
  if (first && isAlike.subresources) shared.subresources = first.subresources;
  if (first && isAlike.columns) shared.columns = first.additionalPrinterColumns;
  if (first && isAlike.selectableFields) shared.selectableFields = first.selectableFields;
  const own = versions.map((version) => {
    const parts: VersionParts = isAlike.schema ? { hasSchemaPart: false } : schemaPart(version);
    if (!isAlike.subresources) parts.subresources = version.subresources;
    if (!isAlike.columns) parts.columns = version.additionalPrinterColumns;
    if (!isAlike.selectableFields) parts.selectableFields = version.selectableFields;
    return { version, parts };
  });
  return { shared, versions: own };
}

function schemaPart({ schema }: CustomResourceDefinitionVersion): VersionParts {
  return { hasSchemaPart: schema !== undefined, schema: schema?.openAPIV3Schema };
}

/** Versions in the internal form. */
export function goVersions({ versions }: InternalSpec): JsonValue {
  return versions.map(({ version, parts }) => ({
    Name: version.name,
    Served: version.served ?? false,
    Storage: version.storage ?? false,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: parts.hasSchemaPart ? { OpenAPIV3Schema: parts.schema ? goSchema(parts.schema) : null } : null,
    Subresources: parts.subresources ? goSubresources(parts.subresources) : null,
    AdditionalPrinterColumns: parts.columns ? parts.columns.map(goColumn) : null,
    SelectableFields: parts.selectableFields?.map(({ jsonPath }) => ({ JSONPath: jsonPath })) ?? null,
  }));
}

function goSubresources({ status, scale }: CustomResourceSubresources): JsonValue {
  return {
    Status: status ? {} : null,
    Scale: scale
      ? {
          SpecReplicasPath: scale.specReplicasPath,
          StatusReplicasPath: scale.statusReplicasPath,
          LabelSelectorPath: scale.labelSelectorPath ?? null,
        }
      : null,
  };
}

function goColumn(column: CustomResourceColumnDefinition): JsonValue {
  return {
    Name: column.name,
    Type: column.type,
    Format: column.format ?? "",
    Description: column.description ?? "",
    Priority: column.priority ?? 0,
    JSONPath: column.jsonPath,
  };
}

export function goRule(rule: ValidationRule): JsonValue {
  return {
    Rule: rule.rule ?? "",
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

/** Fields of a schema in order, with their zero values. */
const SCHEMA_FIELDS: readonly (readonly [go: string, json: string, unset: JsonValue])[] = [
  ["ID", "id", ""],
  ["Schema", "$schema", ""],
  ["Ref", "$ref", null],
  ["Description", "description", ""],
  ["Type", "type", ""],
  ["Nullable", "nullable", false],
  ["Format", "format", ""],
  ["Title", "title", ""],
  ["Default", "default", null],
  ["Maximum", "maximum", null],
  ["ExclusiveMaximum", "exclusiveMaximum", false],
  ["Minimum", "minimum", null],
  ["ExclusiveMinimum", "exclusiveMinimum", false],
  ["MaxLength", "maxLength", null],
  ["MinLength", "minLength", null],
  ["Pattern", "pattern", ""],
  ["MaxItems", "maxItems", null],
  ["MinItems", "minItems", null],
  ["UniqueItems", "uniqueItems", false],
  ["MultipleOf", "multipleOf", null],
  ["Enum", "enum", null],
  ["MaxProperties", "maxProperties", null],
  ["MinProperties", "minProperties", null],
  ["Required", "required", null],
  ["Items", "items", null],
  ["AllOf", "allOf", null],
  ["OneOf", "oneOf", null],
  ["AnyOf", "anyOf", null],
  ["Not", "not", null],
  ["Properties", "properties", null],
  ["AdditionalProperties", "additionalProperties", null],
  ["PatternProperties", "patternProperties", null],
  ["Dependencies", "dependencies", null],
  ["AdditionalItems", "additionalItems", null],
  ["Definitions", "definitions", null],
  ["ExternalDocs", "externalDocs", null],
  ["Example", "example", null],
  ["XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", null],
  ["XEmbeddedResource", "x-kubernetes-embedded-resource", false],
  ["XIntOrString", "x-kubernetes-int-or-string", false],
  ["XListMapKeys", "x-kubernetes-list-map-keys", null],
  ["XListType", "x-kubernetes-list-type", null],
  ["XMapType", "x-kubernetes-map-type", null],
  ["XValidations", "x-kubernetes-validations", null],
];

/** The Go names of the fields that a schema sets, in their order. */
export function setFields(schema: JSONSchemaProps): string[] {
  const given = schema as JsonObject;
  return SCHEMA_FIELDS.filter(([, json, unset]) => (given[json] ?? unset) !== unset).map(([go]) => go);
}

export function goSchema(schema: JSONSchemaProps): JsonObject {
  const given = schema as JsonObject;
  return Object.fromEntries(
    SCHEMA_FIELDS.map(([go, json, unset]) => [go, given[json] === undefined ? unset : goField(go, given[json])]),
  );
}

function goField(name: string, value: JsonValue): JsonValue {
  switch (name) {
    case "Items":
      return Array.isArray(value)
        ? { Schema: null, JSONSchemas: value.map((item) => goSchema(item as JSONSchemaProps)) }
        : { Schema: goSchema(value as JSONSchemaProps), JSONSchemas: null };
    case "AllOf":
    case "OneOf":
    case "AnyOf":
      return (value as JSONSchemaProps[]).map(goSchema);
    case "Not":
      return goSchema(value as JSONSchemaProps);
    case "Properties":
    case "PatternProperties":
    case "Definitions":
      return Object.fromEntries(
        Object.entries(value as Record<string, JSONSchemaProps>).map(([k, v]) => [k, goSchema(v)]),
      );
    case "AdditionalProperties":
    case "AdditionalItems":
      return isJsonObject(value)
        ? { Allows: true, Schema: goSchema(value as JSONSchemaProps) }
        : { Allows: value, Schema: null };
    case "XValidations":
      return (value as unknown as ValidationRule[]).map(goRule);
    default:
      return value;
  }
}
