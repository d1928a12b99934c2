/**
 * Reads objects in Kubernetes' protobuf encoding, which kubectl from 1.32 on uses for creates. The result equals the
 * client's JSON except for zero values, which the encoding always contains. Decoding by schema drops them.
 * Sources: Protocol Buffers' "Encoding"; apimachinery's `runtime.Unknown` for the envelope, and its `Time`, `Quantity`,
 * `IntOrString` and `FieldsV1` for types with a form of their own.
 */
import { InvariantError } from "../lib/assert.ts";
import { encodeBytes } from "../lib/encoding.ts";
import { defineField, type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../lib/json.ts";
import { MAX_PROTOBUF_DEPTH } from "../lib/limits.ts";
import { protobufFields } from "./generated/protobuf.ts";
import { FIXED_64, type FieldValue, ProtobufError, ProtobufReader, VARINT } from "./protobuf-reader.ts";
import { resolveStruct, typeNameOfKind } from "./table.ts";
import type { Field, ScalarKind, SchemaType, StructType } from "./types.ts";

/** The first bytes of every message, before the envelope. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
/** Times are written with four digits of the year, as RFC 3339 has them. */
const [MIN_SECONDS, MAX_SECONDS] = [-62_167_219_200n, 253_402_300_799n];

export { ProtobufError } from "./protobuf-reader.ts";

/** Decodes an object with its envelope. @throws ProtobufError */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  const { apiVersion, kind, raw } = readEnvelope(new ProtobufReader(bytes.subarray(MAGIC.length)));
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  // Every group version has this one.
  const typeName = kind === "DeleteOptions" ? kind : typeNameOfKind(group ?? "", version ?? "", kind);
  if (typeName === undefined || protobufFields[typeName] === undefined) {
    throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  const object: JsonObject = { apiVersion, kind };
  readMessage(new ProtobufReader(raw), { struct: resolveStruct(typeName), numbers: typeName, into: object, depth: 0 });
  return object;
}

/** `runtime.Unknown`: 1 type meta (1 apiVersion, 2 kind), 2 the object, 3 and 4 encodings that are unused. */
function readEnvelope(reader: ProtobufReader): { apiVersion: string; kind: string; raw: Uint8Array } {
  const envelope: { apiVersion: string; kind: string; raw: Uint8Array } = {
    apiVersion: "",
    kind: "",
    raw: new Uint8Array(),
  };
  for (const field of reader.fields()) {
    if (field.number === 2) envelope.raw = field.bytes();
    if (field.number !== 1) continue;
    for (const inner of new ProtobufReader(field.bytes()).fields()) {
      if (inner.number === 1) envelope.apiVersion = inner.text();
      if (inner.number === 2) envelope.kind = inner.text();
    }
  }
  return envelope;
}

interface Target {
  /** The types of the fields. */
  struct: StructType;
  /** Key of `protobufFields` with the names of the fields. */
  numbers: string;
  into: JsonObject;
  depth: number;
}

function readMessage(reader: ProtobufReader, target: Target): void {
  if (target.depth > MAX_PROTOBUF_DEPTH) throw new ProtobufError("the message is nested too deeply");
  const names = namesOf(target.numbers);
  for (const value of reader.fields()) {
    const named = names.get(value.number);
    if (named === undefined) continue; // Unknown fields are skipped, as in every decoder.
    const { name, wrapper } = named;
    if (name.startsWith("+")) {
      readMessage(new ProtobufReader(value.bytes()), {
        ...target,
        numbers: `.${name.slice(1)}`,
        depth: target.depth + 1,
      });
      continue;
    }
    const field = target.struct.fields.get(name);
    if (field) addValue(target.into, field, value, { depth: target.depth, wrapper });
  }
}

/** The encoding of a value besides its type. */
interface Reading {
  depth: number;
  /** The message that wraps the field's value, or each value of its map. */
  wrapper?: string;
}

/** Sets a field, or adds to it: lists and maps come one item at a time. */
function addValue(into: JsonObject, field: Field, value: FieldValue, reading: Reading): void {
  const { name, type } = field;
  if (type.kind === "list" && reading.wrapper === undefined) {
    const list = (into[name] as JsonValue[] | undefined) ?? [];
    for (const item of itemsOf(type.items, value)) list.push(readValue(type.items, item, reading));
    defineField(into, name, list);
  } else if (type.kind === "map") {
    const map = (into[name] as JsonObject | undefined) ?? {};
    const entry = readEntry(value, type.values, reading);
    defineField(map, entry.key, entry.value);
    defineField(into, name, map);
  } else {
    defineField(into, name, readValue(type, value, reading));
  }
}

/** Numbers may be packed: several values in one field. */
function itemsOf(type: SchemaType, value: FieldValue): Iterable<FieldValue> {
  if (type.kind !== "scalar") return [value];
  if (type.scalar === "double") return value.numbers(FIXED_64);
  const isVarint = type.scalar === "int32" || type.scalar === "int64" || type.scalar === "boolean";
  return isVarint ? value.numbers(VARINT) : [value];
}

/** A map's entry is a message: 1 key, 2 value. */
function readEntry(entry: FieldValue, valueType: SchemaType, reading: Reading): { key: string; value: JsonValue } {
  let key = "";
  let value: JsonValue | undefined;
  for (const field of new ProtobufReader(entry.bytes()).fields()) {
    if (field.number === 1) key = field.text();
    if (field.number === 2) value = readValue(valueType, field, reading);
  }
  return { key, value: value ?? zeroOf(valueType) };
}

/** The value of a map entry without one: other encoders omit zero values. */
function zeroOf(type: SchemaType): JsonValue {
  if (type.kind === "struct" || type.kind === "map") return {};
  if (type.kind === "list") return [];
  switch (type.scalar) {
    case "string":
    case "bytes":
      return "";
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "double":
    case "intOrString":
      return 0;
    case "quantity":
      return "0";
    case "time":
    case "microTime":
    case "json":
    case "object":
      return null;
  }
}

function readValue(type: SchemaType, value: FieldValue, reading: Reading): JsonValue {
  if (reading.wrapper !== undefined) return readWrapped(reading.wrapper, value, reading.depth);
  const depth = reading.depth + 1;
  switch (type.kind) {
    case "scalar":
      return readScalar(type.scalar, value);
    case "struct":
      return readStruct(type, value, depth);
    case "list": {
      // A list inside a map or a list is wrapped in a message: 1 items.
      const items = [...new ProtobufReader(value.bytes()).fields()].filter((field) => field.number === 1);
      return items.map((item) => readValue(type.items, item, { depth }));
    }
    case "map": {
      const { key, value: item } = readEntry(value, type.values, { depth });
      const map: JsonObject = {};
      defineField(map, key, item);
      return map;
    }
  }
}

function readStruct(type: StructType, value: FieldValue, depth: number): JsonObject {
  const into: JsonObject = {};
  readMessage(new ProtobufReader(value.bytes()), { struct: type, numbers: type.name, into, depth });
  return into;
}

/** The JSON value of a message that is not an object in JSON. */
function readWrapped(wrapper: string, value: FieldValue, outerDepth: number): JsonValue {
  const depth = outerDepth + 1;
  const partsOf = (number: number) =>
    [...new ProtobufReader(value.bytes()).fields()].filter((field) => field.number === number);
  const schemaOf = (part: FieldValue) => readStruct(resolveStruct("JSONSchemaProps"), part, depth);
  const schemaIn = (number: number) => partsOf(number).map(schemaOf).at(-1);
  switch (wrapper) {
    case "JSONSchemaPropsOrBool":
      return schemaIn(2) ?? partsOf(1).at(-1)?.integer() === 1n;
    case "JSONSchemaPropsOrArray": {
      const schemas = partsOf(2).map(schemaOf);
      return schemas.length > 0 ? schemas : (schemaIn(1) ?? null);
    }
    case "JSONSchemaPropsOrStringArray": {
      const properties = partsOf(2).map((part) => part.text());
      return properties.length > 0 ? properties : (schemaIn(1) ?? null);
    }
    case "Verbs":
      return partsOf(1).map((part) => part.text());
    default:
      throw new InvariantError(`no reader for the message ${wrapper}`);
  }
}

function readScalar(scalar: ScalarKind, value: FieldValue): JsonValue {
  switch (scalar) {
    case "string":
      return value.text();
    case "boolean":
      return value.integer() !== 0n;
    case "int32":
    case "int64":
      return integerValue(value.integer());
    case "double":
      return value.double();
    case "bytes":
      return encodeBytes(value.bytes());
    case "quantity":
      return partOf(value, 1)?.text() ?? "0";
    case "intOrString":
      return readIntOrString(value);
    case "time":
    case "microTime":
      return readTime(value, scalar);
    case "json":
    case "object": {
      const raw = partOf(value, 1)?.text();
      return raw === undefined || raw === "" ? null : parseRaw(raw);
    }
  }
}

/** 1 the type, 2 the integer, 3 the string. */
function readIntOrString(value: FieldValue): JsonValue {
  const isString = partOf(value, 1)?.integer() === 1n;
  return isString ? (partOf(value, 3)?.text() ?? "") : integerValue(partOf(value, 2)?.integer() ?? 0n);
}

/** 1 seconds since the epoch, 2 nanoseconds; an empty message is an unset time. */
function readTime(value: FieldValue, scalar: "time" | "microTime"): JsonValue {
  const seconds = partOf(value, 1)?.integer();
  if (seconds === undefined) return null;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) throw new ProtobufError(`time ${seconds} is out of range`);
  const nanoseconds = Number(partOf(value, 2)?.integer() ?? 0n);
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, "2026-01-01T00:00:00".length);
  if (scalar === "time") return `${text}Z`;
  const microseconds = Math.floor(nanoseconds / 1000);
  return `${text}.${String(microseconds).padStart(6, "0")}Z`;
}

/** A value that Go keeps as raw JSON. */
function parseRaw(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new ProtobufError(error.message) : error;
  }
}

function partOf(value: FieldValue, number: number): FieldValue | undefined {
  let found: FieldValue | undefined;
  for (const field of new ProtobufReader(value.bytes()).fields()) if (field.number === number) found = field;
  return found;
}

function integerValue(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : parseJson(String(value));
}

interface NamedField {
  name: string;
  wrapper?: string;
}

const namesByType = new Map<string, ReadonlyMap<number, NamedField>>();

/** Fields of a message by number: reads a line of `protobufFields`. */
function namesOf(typeName: string): ReadonlyMap<number, NamedField> {
  let names = namesByType.get(typeName);
  if (!names) {
    let number = 0;
    const parsed = new Map<number, NamedField>();
    for (const part of (protobufFields[typeName] ?? "").split(",")) {
      const [given, text = ""] = part.includes("=") ? part.split("=") : [undefined, part];
      number = given === undefined ? number + 1 : Number(given);
      const [name = "", wrapper] = text.split("|");
      parsed.set(number, { name, wrapper });
    }
    names = parsed;
    namesByType.set(typeName, names);
  }
  return names;
}
