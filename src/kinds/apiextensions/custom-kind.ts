/**
 * Turns a CustomResourceDefinition into kind definitions: one for each version, all over the same stored objects.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
 */

import { storageVersionHash } from "../../lib/hash.ts";
import type { JsonObject } from "../../lib/json.ts";
import { readableJsonPath } from "../../lib/json-path.ts";
import { compareVersions } from "../../lib/versions.ts";
import type { CustomResourceDefinition, Decoded, DecodeError, FieldValidation } from "../../schema/index.ts";
import type { CustomResourceDefinitionVersion, KubernetesObject } from "../../schema/types.ts";
import { openApiOf } from "../custom/index.ts";
import type { Codec, Convert, FieldGetter, KindDefinition, SubresourceDefinition } from "../kind.ts";
import { SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";
import { isTrue } from "./conditions.ts";
import { convertingCodec } from "./conversion.ts";
import { customScale } from "./custom-scale.ts";
import { customStrategy } from "./custom-strategy.ts";
import { printerColumns } from "./printer-columns.ts";
import { ShownForms } from "./shown-forms.ts";
import { type Structure, structureOf } from "./structure.ts";
import { inNameOrder, unstructuredCodec } from "./unstructured.ts";

/** Empty until the definition is established. */
export interface CustomKinds {
  /** The version that is stored, served or not; undefined until the definition is established. */
  stored: KindDefinition | undefined;
  served: readonly KindDefinition[];
}

const NONE: CustomKinds = { stored: undefined, served: [] };
/** Keyed by the definition object: every write makes a new object. */
const made = new WeakMap<CustomResourceDefinition, CustomKinds>();

/** Computed once per definition object. */
export function customKindsOf(definition: CustomResourceDefinition): CustomKinds {
  let kinds = made.get(definition);
  if (!kinds) {
    kinds = isTrue(definition, "Established") ? makeKinds(definition) : NONE;
    made.set(definition, kinds);
  }
  return kinds;
}

function makeKinds(definition: CustomResourceDefinition): CustomKinds {
  const { versions, conversion } = definition.spec;
  const storage = versions.find((version) => version.storage);
  if (!storage) return NONE;
  const kinds = versions.map((version) => {
    const kind = kindOf(definition, version, storage);
    if (conversion?.strategy !== "Webhook" || versions.length === 1) return kind;
    const withConversion = (convert: Convert) => convertedKind(kind, { definition, version, storage }, convert);
    return { ...kind, custom: { ...kind.custom!, withConversion } };
  });
  return { stored: kinds[versions.indexOf(storage)], served: kinds.filter((_, i) => versions[i]!.served) };
}

/** In the order in which the API server lists them for custom resources. */
const VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"] as const;
const VERBS_WHILE_TERMINATING = ["delete", "deletecollection", "get", "list", "watch"] as const;

function kindOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage: CustomResourceDefinitionVersion,
): KindDefinition {
  const { spec, status } = definition;
  const { group } = spec;
  const names = status.acceptedNames;
  const { kind, listKind } = names;
  const namespaced = spec.scope === "Namespaced";
  const structure = structureOf({ group, version: version.name, kind }, version);
  const { subresources } = version;
  const scale = subresources?.scale && customScale(subresources.scale);
  const isTerminating = isTrue(definition, "Terminating");
  const codec = codecOfVersion(structure, definition, version, storage);
  return {
    group,
    version: version.name,
    kind,
    ...(listKind && { listKind }),
    plural: spec.names.plural,
    singular: names.singular ?? "",
    ...(names.shortNames?.length && { shortNames: names.shortNames }),
    ...(names.categories?.length && { categories: names.categories }),
    namespaced,
    schema: structure.type,
    verbs: VERBS,
    ...(isTerminating && { shownVerbs: VERBS_WHILE_TERMINATING }),
    storageVersionHash: storageVersionHash(group, storage.name, kind),
    subresources: subresourcesOf(version),
    ...(scale && { scale }),
    selectableFields: selectableFieldsOf(version, codec),
    strategy: customStrategy(structure, { namespaced, subresources }),
    columns: printerColumns(version.additionalPrinterColumns),
    ...(version.deprecated && { deprecation: version.deprecationWarning ?? deprecationOf(definition, version) }),
    hasGeneration: true,
    requiresResourceVersion: true,
    codec,
    custom: { isTerminating, openApi: () => openApiOfVersion(definition, version) },
    // Objects that were written under another schema or version are converted to this one.
    ...(mayDiffer(definition) && { presentAtRead: codec.fromStored }),
  };
}

/** The kind over objects that a webhook converts between the versions. */
function convertedKind(
  kind: KindDefinition,
  { definition, version, storage }: VersionOf,
  convert: Convert,
): KindDefinition {
  const names = { group: kind.group, kind: kind.kind };
  const codec = convertingCodec(kind.codec!, {
    convert: (objects, apiVersion) => convert(definition, objects, apiVersion),
    own: {
      apiVersion: `${kind.group}/${version.name}`,
      structure: structureOf({ ...names, version: version.name }, version),
    },
    stored: {
      apiVersion: `${kind.group}/${storage.name}`,
      structure: structureOf({ ...names, version: storage.name }, storage),
    },
  });
  return {
    ...kind,
    ...{ codec, presentAtRead: codec.fromStored },
    selectableFields: selectableFieldsOf(version, codec),
  };
}

interface VersionOf {
  definition: CustomResourceDefinition;
  version: CustomResourceDefinitionVersion;
  storage: CustomResourceDefinitionVersion;
}

function mayDiffer({ metadata, spec }: CustomResourceDefinition): boolean {
  return (metadata.generation ?? 1) > 1 || spec.versions.length > 1;
}

function codecOfVersion(
  structure: Structure,
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  storage: CustomResourceDefinitionVersion,
): Codec {
  const { group } = definition.spec;
  const shown = new ShownForms();
  const isStored = version === storage;
  return {
    ...unstructuredCodec,
    decode: (_schema, value, { fieldValidation }) => decodeStructure(structure, value, fieldValidation),
    fromStored: (stored) => {
      if (!mayDiffer(definition)) return stored;
      let object = shown.get(stored);
      if (!object) {
        object = inNameOrder({ ...structure.read(stored), apiVersion: `${group}/${version.name}` });
        shown.set(stored, object);
      }
      return object;
    },
    toStored: (_schema, object) =>
      inNameOrder(isStored ? object : { ...object, apiVersion: `${group}/${storage.name}` }),
  };
}

function decodeStructure(
  structure: Structure,
  value: JsonObject,
  fieldValidation: FieldValidation,
): Decoded<KubernetesObject> | DecodeError {
  const read = structure.decode(value);
  if ("error" in read) return read;
  const problems = read.unknown.map((path) => `unknown field "${path}"`);
  return {
    value: read.value as unknown as KubernetesObject,
    warnings: fieldValidation === "Warn" ? problems : [],
    strictErrors: fieldValidation === "Strict" ? problems : [],
  };
}

function openApiOfVersion(definition: CustomResourceDefinition, version: CustomResourceDefinitionVersion) {
  const { group } = definition.spec;
  const { kind } = definition.status.acceptedNames;
  return openApiOf(version.schema?.openAPIV3Schema, { group, version: version.name, kind }, version.selectableFields);
}

function subresourcesOf({ subresources = {} }: CustomResourceDefinitionVersion) {
  const { status, scale } = subresources;
  const found: Record<string, SubresourceDefinition> = {};
  if (status) found["status"] = STATUS_SUBRESOURCE;
  if (scale) found["scale"] = SCALE_SUBRESOURCE;
  return found;
}

/** Selectors name fields of the requested version, so they read stored objects in its form. */
function selectableFieldsOf({ selectableFields = [] }: CustomResourceDefinitionVersion, { fromStored }: Codec) {
  const getters: Record<string, FieldGetter<KubernetesObject>> = {};
  for (const { jsonPath } of selectableFields) {
    const select = readableJsonPath(jsonPath);
    if (select) getters[jsonPath.replace(/^\./, "")] = (object) => String(select(fromStored(object) as never)[0] ?? "");
  }
  return getters;
}

/** `example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget`, where a newer version is served. */
function deprecationOf({ spec }: CustomResourceDefinition, { name }: CustomResourceDefinitionVersion): string {
  const { group, versions, names } = spec;
  const [better] = versions
    .filter((other) => other.served && !other.deprecated && compareVersions(other.name, name) < 0)
    .map((other) => other.name)
    .sort(compareVersions);
  const deprecated = `${group}/${name} ${names.kind} is deprecated`;
  return better === undefined ? deprecated : `${deprecated}; use ${group}/${better} ${names.kind}`;
}
