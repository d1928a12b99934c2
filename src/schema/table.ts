/**
 * Types by name, parsed from the generated table at their first use. scripts/schema/render-table.ts describes the
 * format of a line.
 */
import { assert } from "../lib/assert.ts";
import { packages, typeLines, typesByKind } from "./generated/schema.ts";
import type {
  Field,
  ListType,
  MapType,
  ScalarKind,
  ScalarType,
  SchemaType,
  StructType,
  TypeReference,
} from "./types.ts";

/** The type of a reference. Throws for an unknown name: names come from code, never from requests. */
export function resolveType(reference: TypeReference): SchemaType {
  return typeof reference === "string" ? structNamed(plainName(reference)) : reference;
}

/** The type of a field of a struct, or of a map's values; undefined for an undeclared field. */
export function fieldType(type: SchemaType, name: string): SchemaType | undefined {
  if (type.kind === "map") return type.values;
  return type.kind === "struct" ? (type.fields.get(name)?.type ?? type.otherFields) : undefined;
}

/** Like `resolveType`, for objects. */
export function resolveStruct(reference: TypeReference): StructType {
  const type = resolveType(reference);
  assert(type.kind === "struct", "an object type is meant");
  return type;
}

/** The name of the type of a built-in kind; the core group is empty. */
export function typeNameOfKind(group: string, version: string, kind: string): string | undefined {
  const key = `${group}/${version}/${kind}`;
  return Object.hasOwn(typesByKind, key) ? typesByKind[key] : undefined;
}

let kindsOfTypes: Map<string, [string, string, string][]> | undefined;

/** The group, version and kind of objects of a type; empty for types that are only parts. */
export function kindsOfType(name: string): [string, string, string][] {
  if (!kindsOfTypes) {
    kindsOfTypes = new Map();
    for (const [key, type] of Object.entries(typesByKind)) {
      const kind = key.split("/") as [string, string, string];
      kindsOfTypes.set(type, [...(kindsOfTypes.get(type) ?? []), kind]);
    }
  }
  return kindsOfTypes.get(name) ?? [];
}

/** All names in the table. */
export function typeNames(): string[] {
  return Object.keys(typeLines);
}

function scalarType(scalar: ScalarKind, goName = GO_NAMES[scalar]): ScalarType {
  return { kind: "scalar", scalar, goName };
}

interface TypeIdentity {
  package: string;
  goName: string;
}

let identities: Map<string, TypeIdentity> | undefined;

function identityOf(name: string): TypeIdentity | undefined {
  if (!identities) {
    identities = new Map();
    for (const [packageName, entries] of Object.entries(packages)) {
      for (const entry of entries.split(",")) {
        const [plain, goName = plain] = entry.split("=") as [string, string?];
        identities.set(plain, { package: packageName, goName });
      }
    }
  }
  return identities.get(name);
}

let plainNames: Map<string, string> | undefined;

function plainName(name: string): string {
  if (!name.includes(".")) return name;
  if (!plainNames) {
    plainNames = new Map();
    for (const plain of typeNames()) {
      const identity = identityOf(plain);
      if (identity) plainNames.set(`${identity.package}.${identity.goName}`, plain);
    }
  }
  return plainNames.get(name) ?? name;
}

/** `io.k8s.api.core.v1.Pod` for `Pod`. */
export function fullNameOf(name: string): string {
  const identity = identityOf(name);
  assert(identity !== undefined, `there is a type ${name}`);
  return `${identity.package}.${identity.goName}`;
}

const structs = new Map<string, StructType>();

function structNamed(name: string): StructType {
  let struct = structs.get(name);
  if (!struct) {
    const line = Object.hasOwn(typeLines, name) ? typeLines[name] : undefined;
    assert(line !== undefined, `there is a type ${name}`);
    struct = lazyStruct(name, line);
    structs.set(name, struct);
  }
  return struct;
}

const ATOMIC_MARK = "@atomic,";

/** Types refer to each other in circles, so fields are parsed at their first use. */
function lazyStruct(name: string, line: string): StructType {
  const identity = identityOf(name) ?? { package: "", goName: name };
  const atomic = line.startsWith(ATOMIC_MARK);
  const fieldsText = atomic ? line.slice(ATOMIC_MARK.length) : line;
  let fields: ReadonlyMap<string, Field> | undefined;
  return {
    kind: "struct",
    name,
    goName: identity.goName,
    qualifiedGoName: `${identity.package.slice(identity.package.lastIndexOf(".") + 1)}.${identity.goName}`,
    atomic,
    get fields() {
      fields ??= parseFields(fieldsText);
      return fields;
    },
  };
}

function parseFields(text: string): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const part of text.split(",")) {
    if (part === "") continue;
    const field = parseField(part);
    fields.set(field.name, field);
  }
  return fields;
}

const FIELD = /^([^!~^:]+?)(!?)([-~^]?):(\S+)(?: (.*))?$/;
const WHEN_EMPTY: Record<string, Field["whenEmpty"]> = {
  "": "left out when unset",
  "-": "left out when zero",
  "~": "written as zero",
  "^": "written as null",
};

function parseField(part: string): Field {
  const match = FIELD.exec(part);
  assert(match !== null, `the table's field reads: ${part}`);
  const [, name, required, mark, code, attributeText] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  const attributes = attributeText?.split(" ") ?? [];
  const type = parseType(code, attributes);
  const mergeAttribute = attributes.find((attribute) => attribute === "merge" || attribute.startsWith("merge="));
  const defaultAttribute = attributes.find((attribute) => attribute.startsWith("="));
  return {
    name,
    type,
    required: required === "!",
    whenEmpty: WHEN_EMPTY[mark]!,
    atomic: isAtomic(type, attributes),
    mergeKey: mergeAttribute === undefined ? undefined : mergeAttribute.slice("merge=".length),
    retainKeys: attributes.includes("retain"),
    replaces: attributes.includes("replace"),
    default: defaultAttribute === undefined ? undefined : (JSON.parse(defaultAttribute.slice(1)) as Field["default"]),
  };
}

function isAtomic(type: SchemaType, attributes: readonly string[]): boolean {
  if (attributes.includes("atomic")) return true;
  return type.kind === "struct" && type.atomic && !attributes.includes("granular");
}

const SCALARS: Record<string, ScalarKind> = {
  s: "string",
  i: "int32",
  l: "int64",
  b: "boolean",
  d: "double",
  y: "bytes",
  q: "quantity",
  o: "intOrString",
  t: "time",
  m: "microTime",
  j: "json",
  r: "object",
};

const GO_NAMES: Record<ScalarKind, string> = {
  string: "string",
  int32: "int32",
  int64: "int64",
  boolean: "bool",
  double: "float64",
  bytes: "[]uint8",
  quantity: "resource.Quantity",
  intOrString: "intstr.IntOrString",
  time: "v1.Time",
  microTime: "v1.MicroTime",
  json: "interface {}",
  object: "runtime.RawExtension",
};

const plainScalars = new Map<string, ScalarType>();

function parseType(code: string, attributes: readonly string[]): SchemaType {
  if (code.startsWith("[")) return parseList(code, attributes);
  if (code.startsWith("{")) return mapType(parseType(code.slice(1, -1), []), attributes.includes("atomic"));
  if (code.startsWith("s'")) return scalarType("string", code.slice(2));
  const scalar = SCALARS[code];
  if (scalar === undefined) return structNamed(code);
  let type = plainScalars.get(code);
  if (!type) {
    type = scalarType(scalar);
    plainScalars.set(code, type);
  }
  return type;
}

function parseList(code: string, attributes: readonly string[]): ListType {
  const items = parseType(code.slice(1, -1), []);
  const keys = attributes.find((attribute) => attribute.startsWith("map="));
  if (keys) return { kind: "list", items, listType: "map", keys: keys.slice("map=".length).split("+") };
  return { kind: "list", items, listType: attributes.includes("set") ? "set" : "atomic", keys: [] };
}

function mapType(values: SchemaType, atomic: boolean): MapType {
  return { kind: "map", values, atomic };
}

/** The type as Go prints it in decoding errors: `[]v1.Container`, `map[string]string`. */
export function goTypeName(type: SchemaType): string {
  switch (type.kind) {
    case "scalar":
      return type.goName;
    case "list":
      return `[]${goTypeName(type.items)}`;
    case "map":
      return `map[string]${goTypeName(type.values)}`;
    case "struct":
      return type.qualifiedGoName;
  }
}
