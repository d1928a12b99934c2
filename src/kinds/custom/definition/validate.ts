/**
 * Validation of CustomResourceDefinitions.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceDefinition)
 */
import { equalJson } from "../../../lib/json.ts";
import { MAX_SCHEMA_DEPTH } from "../../../lib/limits.ts";
import { dnsSubdomainProblems } from "../../../lib/names.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
  KubernetesObject,
} from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, IMMUTABLE, invalid, notSupported, required } from "../../validation/field-errors.ts";
import { subdomainName, validateObjectMeta, validateObjectMetaUpdate } from "../../validation/object-meta.ts";
import { compiledRulesOf } from "../rules/compile.ts";
import { EffortExceededError } from "../validation/schema.ts";
import { validateApproval } from "./approval.ts";
import { validateConversion } from "./conversion.ts";
import { defaultProblems } from "./default-values.ts";
import { goSchema, goVersions, type InternalSpec, internalSpec, setFields, type VersionParts } from "./internal.ts";
import { labelProblems, missingNames, validateNames } from "./names.ts";
import { RuleCosts } from "./rule-costs.ts";
import { schemaProblems } from "./schema.ts";
import { structuralProblems } from "./structural.ts";
import { validateColumn, validateSelectableFields, validateSubresources } from "./version-parts.ts";

/** The problems of a definition. With `old`, the problems of the update. */
export function validateDefinition(definition: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const { status } = definition;
  return [
    ...metadataProblems(definition, old),
    ...specProblems(definition, old),
    ...(old ? immutableProblems(definition, old) : []),
    ...(status?.acceptedNames ? validateNames(status.acceptedNames, "status.acceptedNames") : []),
    ...storedVersionProblems(definition),
    ...validateApproval(definition, old),
    ...preserveProblems(definition, old),
  ];
}

function metadataProblems(definition: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const object = definition as unknown as KubernetesObject;
  if (old) return validateObjectMetaUpdate(object, old as unknown as KubernetesObject);
  const { group, names } = definition.spec;
  const wanted = `${names.plural}.${group}`;
  const name = (value: string, isPrefix: boolean) => [
    ...subdomainName(value, isPrefix),
    ...(value === wanted ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return validateObjectMeta(object, { namespaced: false, name });
}

function specProblems(definition: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const { spec } = definition;
  const internal = internalSpec(spec);
  const { shared, versions } = internal;
  const hasStatus = (parts: VersionParts) => (parts.subresources ?? shared.subresources)?.status !== undefined;
  const anyStatus = spec.versions.some(({ subresources }) => subresources?.status !== undefined);
  return [
    ...groupProblems(spec.group),
    ...scopeProblems(spec.scope),
    ...(shared.schema ? [] : missingSchemas(internal)),
    ...versions.flatMap(({ version, parts }, i) => {
      const isUnchanged = isUnchangedSchema(version, old);
      return versionProblems(version, parts, `spec.versions[${i}]`, { hasStatus: hasStatus(parts), isUnchanged });
    }),
    ...versionsProblems(internal),
    ...missingNames(spec.names, "spec.names"),
    ...validateNames(spec.names, "spec.names"),
    ...sharedProblems(internal, { hasStatus: anyStatus, isUnchanged: isUnchangedSchema(spec.versions[0], old) }),
    ...(spec.conversion ? validateConversion(spec.conversion, "spec.conversion") : []),
  ];
}

function groupProblems(group: string): FieldError[] {
  if (!group) return [required("spec.group")];
  const problems = dnsSubdomainProblems(group);
  if (problems.length > 0) return [invalid("spec.group", group, problems.join(","))];
  return group.includes(".") ? [] : [invalid("spec.group", group, "should be a domain with at least one dot")];
}

function scopeProblems(scope: string): FieldError[] {
  if (!scope) return [required("spec.scope")];
  const known = ["Cluster", "Namespaced"];
  return known.includes(scope) ? [] : [notSupported("spec.scope", scope, known)];
}

function missingSchemas({ versions }: InternalSpec): FieldError[] {
  return versions.flatMap(({ parts }, i) =>
    parts.schema ? [] : [required(`spec.versions[${i}].schema.openAPIV3Schema`)],
  );
}

function isUnchangedSchema(
  version: CustomResourceDefinitionVersion | undefined,
  old?: CustomResourceDefinition,
): boolean {
  const before = old?.spec.versions.find(({ name }) => name === version?.name);
  return before !== undefined && equalJson(before.schema ?? null, version?.schema ?? null);
}

interface SchemaOptions {
  hasStatus: boolean;
  isUnchanged: boolean;
}

function versionProblems(
  version: CustomResourceDefinitionVersion,
  parts: VersionParts,
  path: string,
  options: SchemaOptions,
): FieldError[] {
  return [
    ...labelProblems(version.name, `${path}.name`, { isNeeded: true }),
    ...deprecationProblems(version, `${path}.deprecationWarning`),
    ...partProblems(parts, path, `${path}.schema`, options),
  ];
}

/** Problems of the parts that all versions share. */
function sharedProblems({ shared }: InternalSpec, options: SchemaOptions): FieldError[] {
  return partProblems(shared, "spec", "spec.validation", options);
}

function partProblems(parts: VersionParts, path: string, schemaPath: string, options: SchemaOptions): FieldError[] {
  const { schema, subresources, columns = [], selectableFields = [] } = parts;
  return [
    ...(schema ? openApiProblems(schema, `${schemaPath}.openAPIV3Schema`, options) : []),
    ...(subresources ? validateSubresources(subresources, `${path}.subresources`) : []),
    ...(columns ?? []).flatMap((column, i) => validateColumn(column, `${path}.additionalPrinterColumns[${i}]`)),
    ...validateSelectableFields(selectableFields ?? [], schema, `${path}.selectableFields`),
  ];
}

function deprecationProblems(version: CustomResourceDefinitionVersion, path: string): FieldError[] {
  const { deprecated, deprecationWarning: warning } = version;
  if (warning === undefined) return [];
  if (!deprecated) return [invalid(path, warning, "can only be set for deprecated versions")];
  const errors: FieldError[] = [];
  if (warning.length > 256) errors.push(invalid(path, warning, "must be <= 256 characters long"));
  if (warning === "") errors.push(invalid(path, warning, "must not be an empty string"));
  const index = warning.search(/[\p{C}\p{Zl}\p{Zp}]/u);
  if (index < 0) return errors;
  const detail = `must only contain printable UTF-8 characters; non-printable character found at index ${index}`;
  return [...errors, invalid(path, warning, detail)];
}

const AT_ROOT_WITH_STATUS =
  "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations";

function openApiProblems(schema: JSONSchemaProps, path: string, options: SchemaOptions): FieldError[] {
  if (isDeeperThan(schema, MAX_SCHEMA_DEPTH)) {
    return [forbidden(path, `must not be nested deeper than ${MAX_SCHEMA_DEPTH} levels`)];
  }
  const errors = options.hasStatus ? rootProblems(schema, path) : [];
  if (schema.nullable) errors.push(forbidden(`${path}.nullable`, "nullable cannot be true at the root"));
  const structural = structuralProblems(schema, path);
  const wrong = structural.length > 0 ? structural : wrongDefaults(schema, path);
  errors.push(...wrong);
  const costs = new RuleCosts({ isUnchanged: options.isUnchanged });
  // Rules are checked only if the schema is structural.
  const rules = wrong.length > 0 ? undefined : compiledRulesOf(schema).root;
  const found = schemaProblems(schema, { path, isRoot: true, isInMetadata: false, rules, times: 1, costs });
  return [...errors, ...found.schema, ...found.rules, ...costs.problems(path)];
}

/** Visits level by level, so that deep schemas cannot overflow the stack. */
function isDeeperThan(schema: JSONSchemaProps, most: number): boolean {
  let level: unknown[] = [schema];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** The status schema is checked separately, so the root may only have a few fields. */
function rootProblems(schema: JSONSchemaProps, path: string): FieldError[] {
  const allowed = new Set(AT_ROOT_WITH_STATUS.split(" "));
  for (const field of setFields(schema)) {
    if (field === "Type" && schema.type !== "object") {
      const detail =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      return [invalid(`${path}.type`, schema.type, detail)];
    }
    if (allowed.has(field)) continue;
    const detail = `only [${AT_ROOT_WITH_STATUS}] fields are allowed at the root of the schema if the status subresource is enabled`;
    return [invalid(path, goSchema(schema), detail)];
  }
  return [];
}

function wrongDefaults(schema: JSONSchemaProps, path: string): FieldError[] {
  try {
    return defaultProblems(schema, path);
  } catch (error) {
    if (error instanceof EffortExceededError) return [invalid(path, "", error.message)];
    throw error;
  }
}

function versionsProblems(internal: InternalSpec): FieldError[] {
  const versions = internal.versions.map(({ version }) => version);
  const errors: FieldError[] = [];
  const isUnique = new Set(versions.map(({ name }) => name)).size === versions.length;
  if (!isUnique) errors.push(invalid("spec.versions", goVersions(internal), "must contain unique version names"));
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const detail = "must have exactly one version marked as storage version";
    errors.push(invalid("spec.versions", goVersions(internal), detail));
  }
  return errors;
}

function immutableProblems(definition: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const { spec } = definition;
  const isEstablished = old.status?.conditions?.some(({ type, status }) => type === "Established" && status === "True");
  const same = (path: string, value: unknown, before: unknown): FieldError[] =>
    value === before ? [] : [invalid(path, value, IMMUTABLE)];
  return [
    ...(isEstablished ? same("spec.scope", spec.scope, old.spec.scope) : []),
    ...(isEstablished ? same("spec.names.kind", spec.names.kind, old.spec.names.kind) : []),
    ...same("spec.group", spec.group, old.spec.group),
    ...same("spec.names.plural", spec.names.plural, old.spec.names.plural),
  ];
}

function storedVersionProblems({ spec, status }: CustomResourceDefinition): FieldError[] {
  const path = "status.storedVersions";
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) return [invalid(path, null, "must have at least one stored version")];
  const errors = spec.versions
    .filter(({ name, storage }) => storage && !stored.includes(name))
    .map(({ name }) => invalid(path, stored, `must have the storage version ${name}`));
  for (const [i, name] of stored.entries()) {
    if (spec.versions.some((version) => version.name === name)) continue;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(`${path}[${i}]`, name, detail));
  }
  return errors;
}

function preserveProblems(definition: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  if (!definition.spec.preserveUnknownFields || old?.spec.preserveUnknownFields) return [];
  const detail =
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
  return [invalid("spec.preserveUnknownFields", true, detail)];
}
