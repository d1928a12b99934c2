/** The schema at run time: types as data, for built-in kinds and custom resources alike. */

import type { ObjectMeta } from "./generated/types.ts";

export type * from "./generated/types.ts";

/** The common fields of all stored objects. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** The forms of JSON scalars. */
export type ScalarKind =
  | "string"
  | "int32"
  | "int64"
  | "boolean"
  | "double"
  /** Bytes in base64. */
  | "bytes"
  | "quantity"
  | "intOrString"
  /** RFC 3339 to the second. */
  | "time"
  /** RFC 3339 to the microsecond. */
  | "microTime"
  /** Anything. */
  | "json"
  /** Any object, kept as it is. */
  | "object";

export interface ScalarType {
  kind: "scalar";
  scalar: ScalarKind;
  /** The name in decoding errors: `int32`, `v1.PullPolicy`. */
  goName: string;
}

export interface ListType {
  kind: "list";
  items: SchemaType;
  /** The unit of ownership within the list: the whole list, each value, or each item by its keys. */
  listType: "atomic" | "set" | "map";
  /** Fields that identify an item of a `map` list. */
  keys: readonly string[];
}

export interface MapType {
  kind: "map";
  values: SchemaType;
  /** Owned and replaced as a whole. */
  atomic: boolean;
}

export interface StructType {
  kind: "struct";
  /** Name in the table, such as `PodSpec`. */
  name: string;
  /** Name of the Go type, which decoding errors mention. */
  goName: string;
  /** The same with its package: `v1.PodSpec`. */
  qualifiedGoName: string;
  /** Owned and replaced as a whole. */
  atomic: boolean;
  /** In Go's order. */
  fields: ReadonlyMap<string, Field>;
  /** Undeclared fields are kept (custom resources with `x-kubernetes-preserve-unknown-fields`). */
  keepsUnknown?: boolean;
  /** Empty values are kept: the object stays as written (custom resources). */
  keepsEmpty?: boolean;
  /** Type of undeclared fields (custom resources with both properties and additionalProperties). */
  otherFields?: SchemaType;
}

export type SchemaType = ScalarType | ListType | MapType | StructType;

export interface Field {
  name: string;
  type: SchemaType;
  required: boolean;
  /**
   * The written form of an empty field: absent (`unset`: a pointer's zero is not empty; `zero`: it is), its zero value,
   * or null.
   */
  whenEmpty: "left out when unset" | "left out when zero" | "written as zero" | "written as null";
  /** Struct or map owned and replaced as a whole. */
  atomic: boolean;
  /** Strategic merge patch: lists merge by this field; `""` for lists of plain values; undefined: replaced. */
  mergeKey?: string;
  /** Strategic merge patch: a patch may carry `$retainKeys`. */
  retainKeys: boolean;
  /** Strategic merge patch: objects are replaced as well. */
  replaces: boolean;
  /** Declared default, apart from zero values. */
  default?: string | number | boolean;
}

/** A type by its name in the table (`Pod`), by its full name (`io.k8s.api.core.v1.Pod`), or itself. */
export type TypeReference = string | SchemaType;
