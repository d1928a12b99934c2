/**
 * A partial object: it selects objects and gives the values of their fields. It is validated against the kind's schema, so
 * a misspelt field is the check's mistake and not the student's.
 */
import { builtInKinds } from "../../../kinds/cluster-kinds.ts";
import { apiVersion, type KindDefinition, type Kinds } from "../../../kinds/kind.ts";
import { MAX_EXPECTATION_DEPTH } from "../../../lib/limits.ts";
import { isQuantity } from "../../../lib/quantity.ts";
import { resolveType } from "../../../schema/index.ts";
import type { SchemaType } from "../../../schema/types.ts";
import { CheckError, type GradedCluster } from "../check.ts";
import { show } from "../show.ts";
import { countedField, parseCount } from "./count.ts";
import { expectedFieldType, hasFields, mayBeList } from "./field-types.ts";

export type PlainObject = Readonly<Record<string, unknown>>;

/** Objects of one kind, by name or by labels. */
export interface SelectedBy {
  kind: KindDefinition;
  /** Null: any. */
  name: string | null;
  /** Null: any namespace, or a cluster-scoped kind. */
  namespace: string | null;
  labels: Readonly<Record<string, string>>;
  /** The fields that must match, without the selecting ones. */
  fields: PlainObject;
  /** `Deployment named web in namespace default`. */
  describedBy: string;
}

export interface Expectation extends SelectedBy {
  schema: SchemaType;
}

const DEFAULT_NAMESPACE = "default";
const EVERY_NAMESPACE = "*";

/**
 * Reads an expectation for a cluster. A custom resource is read in each cluster, against its definition there. Throws
 * CheckError that names the mistake; for a built-in kind already here, before a cluster is known.
 */
export function expectationReader(value: unknown): (cluster: Pick<GradedCluster, "kinds">) => Expectation {
  if (mayBeCustom(value)) return ({ kinds }) => readExpectation(value, kinds);
  const expectation = readExpectation(value, builtInKinds);
  return () => expectation;
}

/** Groups of definitions have a dot in their name. */
function mayBeCustom(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { apiVersion: version, kind } = value;
  if (typeof version !== "string" || typeof kind !== "string") return false;
  return /\..*\//.test(version) && !builtInKinds.byApiVersion(version, kind);
}

function readExpectation(value: unknown, kinds: Kinds): Expectation {
  if (!isPlainObject(value)) throw new CheckError("must be an object with apiVersion and kind");
  const { apiVersion: version, kind: kindName, metadata = {}, ...fields } = value;
  const kind = kindNamed(version, kindName, kinds);
  if (!isPlainObject(metadata)) throw new CheckError("metadata must be an object");
  const { name = null, namespace, labels = {}, ...otherMetadata } = metadata;
  if (name !== null && (typeof name !== "string" || name === "")) throw new CheckError("metadata.name must be a text");
  if (!isTextMap(labels)) throw new CheckError("metadata.labels must be texts by name");
  if (namespace !== undefined && typeof namespace !== "string")
    throw new CheckError("metadata.namespace must be a text");
  if (namespace !== undefined && !kind.namespaced) {
    throw new CheckError(`metadata.namespace: a ${kind.kind} is in no namespace`);
  }
  // Labels select only without a name; with a name they are compared like other fields.
  const expected: PlainObject = {
    ...metadataFields(
      name === null ? otherMetadata : { ...otherMetadata, ...(Object.keys(labels).length > 0 && { labels }) },
    ),
    ...fields,
  };
  const schema = resolveType(kind.schema);
  validate(schema, expected, "", 0);
  const selected = {
    kind,
    name,
    namespace: selectedNamespace(kind, namespace),
    labels: name === null ? labels : {},
  };
  return { ...selected, fields: expected, schema, describedBy: describeSelection(selected) };
}

/** The default name of a check. */
export function describeExpectation(value: unknown): string {
  if (!isPlainObject(value) || !isPlainObject(value["metadata"] ?? {})) return "object";
  const { kind, metadata } = value as { kind?: unknown; metadata?: PlainObject };
  const name =
    metadata?.["name"] ?? Object.entries((metadata?.["labels"] as PlainObject | undefined) ?? {})[0]?.join("=");
  return [kind, name].filter((part) => typeof part === "string").join(" ") || "object";
}

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function selectedNamespace(kind: KindDefinition, namespace: string | undefined): string | null {
  if (!kind.namespaced || namespace === EVERY_NAMESPACE) return null;
  return namespace ?? DEFAULT_NAMESPACE;
}

function metadataFields(metadata: PlainObject): PlainObject {
  return isSet(metadata) ? { metadata } : {};
}

function isSet(value: PlainObject): boolean {
  return Object.keys(value).length > 0;
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return isPlainObject(value) && Object.values(value).every((entry) => typeof entry === "string");
}

function kindNamed(version: unknown, name: unknown, kinds: Kinds): KindDefinition {
  if (typeof version !== "string" || typeof name !== "string") throw new CheckError("apiVersion and kind are needed");
  const kind = kinds.byApiVersion(version, name);
  if (kind) return kind;
  const others = kinds.stored.filter((candidate) => candidate.kind.toLowerCase() === name.toLowerCase());
  const hint = others.map((other) => `${apiVersion(other)} ${other.kind}`).join(" or ");
  throw new CheckError(`there is no kind ${name} in ${version}${hint && `; did you mean ${hint}?`}`);
}

function describeSelection({ kind, name, namespace, labels }: Omit<SelectedBy, "fields" | "describedBy">): string {
  const labelled = Object.entries(labels).map(([key, label]) => `${key}=${label}`);
  const which = name !== null ? ` named ${name}` : labelled.length > 0 ? ` labelled ${labelled.join(",")}` : "";
  const where = !kind.namespaced ? "" : namespace === null ? " in any namespace" : ` in namespace ${namespace}`;
  return `${kind.kind}${which}${where}`;
}

// ---- Against the schema

function validate(type: SchemaType, expected: unknown, path: string, depth: number): void {
  if (depth > MAX_EXPECTATION_DEPTH) throw new CheckError(`${path}: nested deeper than ${MAX_EXPECTATION_DEPTH}`);
  // Null: the field must not be set.
  if (expected === null) return;
  switch (type.kind) {
    case "scalar":
      validateScalar(type.scalar, expected, path);
      return;
    case "list":
      if (!Array.isArray(expected)) throw new CheckError(`${path} is a list, so a list is to be expected of it`);
      for (const [i, item] of expected.entries()) validate(type.items, item, `${path}[${i}]`, depth + 1);
      return;
    case "map":
    case "struct": {
      if (!isPlainObject(expected)) throw new CheckError(`${path} has fields, so an object is to be expected of it`);
      for (const [name, item] of Object.entries(expected)) validateField(type, name, item, path, depth);
    }
  }
}

function validateField(
  type: Extract<SchemaType, { kind: "map" | "struct" }>,
  name: string,
  expected: unknown,
  path: string,
  depth: number,
): void {
  const counted = countedField(name);
  if (counted !== null) {
    parseCount(expected, join(path, name));
    let inner: SchemaType | undefined = type;
    for (const field of counted.split(".")) inner = inner && expectedFieldType(inner, field);
    if (!inner) throw new CheckError(`${join(path, counted)}: there is no such field`);
    if (!hasFields(inner) && !mayBeList(inner)) {
      throw new CheckError(`${join(path, counted)} is neither a list nor a map`);
    }
    return;
  }
  const inner = expectedFieldType(type, name);
  if (!inner) throw new CheckError(`${join(path, name)}: there is no such field`);
  validate(inner, expected, join(path, name), depth + 1);
}

function validateScalar(scalar: string, expected: unknown, path: string): void {
  const wanted = SCALAR_TESTS[scalar];
  if (wanted && !wanted.test(expected)) throw new CheckError(`${path} is ${wanted.name}, not ${show(expected)}`);
}

const isText = (value: unknown) => typeof value === "string";
const SCALAR_TESTS: Readonly<Record<string, { name: string; test(value: unknown): boolean }>> = {
  string: { name: "a text", test: isText },
  int32: { name: "a whole number", test: Number.isInteger },
  int64: { name: "a whole number", test: Number.isInteger },
  boolean: { name: "true or false", test: (value) => typeof value === "boolean" },
  double: { name: "a number", test: (value) => typeof value === "number" },
  quantity: { name: "a quantity", test: (value) => isQuantity(String(value)) },
  intOrString: { name: "a number or a text", test: (value) => isText(value) || Number.isInteger(value) },
  time: { name: "a time", test: isText },
  microTime: { name: "a time", test: isText },
};

/** `spec.template`, `metadata.labels[app.kubernetes.io/name]`. */
export function join(path: string, name: string): string {
  if (path === "") return name;
  return /^[\w-]+(\(length\))?$/.test(name) ? `${path}.${name}` : `${path}[${name}]`;
}
