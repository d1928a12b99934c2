/**
 * Reads objects in Kubernetes' protobuf encoding, which kubectl from 1.32 on uses for what it creates. The result is what the same
 * client would have sent as JSON, but for zero values, which the encoding always has; decoding by schema drops them.
 *
 * Sources: Protocol Buffers' "Encoding"; `runtime.Unknown` of apimachinery for the envelope; its `Time`, `Quantity`, `IntOrString` and
 * `FieldsV1` for types with a form of their own.
 */
import { encodeBytes } from "../lib/base64.ts";
import { defineField, type JsonObject, type JsonValue, parseJson } from "../lib/json.ts";
import { protobufFields } from "./generated/protobuf.ts";
import { resolveStruct, typeNameOfKind } from "./table.ts";
import type { Field, ScalarKind, SchemaType, StructType } from "./types.ts";

/** The bytes are no message, or no type is known for it. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** Every message begins with it, before the envelope. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
/** As deep as a Kubernetes type goes, and deeper; JSONSchemaProps alone has no end. */
const MAX_DEPTH = 64;

/** Decodes an object with its envelope. @throws ProtobufError */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  const { apiVersion, kind, raw } = readEnvelope(new Reader(bytes.subarray(MAGIC.length)));
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  // Every group version has this one.
  const typeName = kind === "DeleteOptions" ? kind : typeNameOfKind(group ?? "", version ?? "", kind);
  if (typeName === undefined || protobufFields[typeName] === undefined) {
    throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  const object: JsonObject = { apiVersion, kind };
  readMessage(new Reader(raw), { struct: resolveStruct(typeName), numbers: typeName, into: object, depth: 0 });
  return object;
}

/** `runtime.Unknown`: 1 type meta (1 apiVersion, 2 kind), 2 the object, 3 and 4 encodings that nobody uses. */
function readEnvelope(reader: Reader): { apiVersion: string; kind: string; raw: Uint8Array } {
  const envelope: { apiVersion: string; kind: string; raw: Uint8Array } = {
    apiVersion: "",
    kind: "",
    raw: new Uint8Array(),
  };
  for (const field of reader.fields()) {
    if (field.number === 2) envelope.raw = field.bytes();
    if (field.number !== 1) continue;
    for (const inner of new Reader(field.bytes()).fields()) {
      if (inner.number === 1) envelope.apiVersion = inner.text();
      if (inner.number === 2) envelope.kind = inner.text();
    }
  }
  return envelope;
}

interface Target {
  /** Gives the types of the fields. */
  struct: StructType;
  /** Key of `protobufFields` that gives the names. */
  numbers: string;
  into: JsonObject;
  depth: number;
}

function readMessage(reader: Reader, target: Target): void {
  if (target.depth > MAX_DEPTH) throw new ProtobufError("the message is nested too deeply");
  const names = namesOf(target.numbers);
  for (const value of reader.fields()) {
    const name = names.get(value.number);
    if (name === undefined) continue; // as any decoder: what it does not know, it skips
    if (name.startsWith("+")) {
      readMessage(new Reader(value.bytes()), { ...target, numbers: `.${name.slice(1)}`, depth: target.depth + 1 });
      continue;
    }
    const field = target.struct.fields.get(name);
    if (field) addValue(target.into, field, value, target.depth);
  }
}

/** Sets a field, or adds to it: lists and maps come one item at a time. */
function addValue(into: JsonObject, field: Field, value: FieldValue, depth: number): void {
  const { name, type } = field;
  if (type.kind === "list") {
    const list = (into[name] as JsonValue[] | undefined) ?? [];
    list.push(readValue(type.items, value, depth));
    defineField(into, name, list);
  } else if (type.kind === "map") {
    const map = (into[name] as JsonObject | undefined) ?? {};
    const entry = readEntry(value, type.values, depth);
    defineField(map, entry.key, entry.value);
    defineField(into, name, map);
  } else {
    defineField(into, name, readValue(type, value, depth));
  }
}

/** A map's entry is a message: 1 key, 2 value. */
function readEntry(entry: FieldValue, valueType: SchemaType, depth: number): { key: string; value: JsonValue } {
  let key = "";
  let value: JsonValue = null;
  for (const field of new Reader(entry.bytes()).fields()) {
    if (field.number === 1) key = field.text();
    if (field.number === 2) value = readValue(valueType, field, depth);
  }
  return { key, value };
}

function readValue(type: SchemaType, value: FieldValue, depth: number): JsonValue {
  switch (type.kind) {
    case "scalar":
      return readScalar(type.scalar, value);
    case "struct": {
      const into: JsonObject = {};
      readMessage(new Reader(value.bytes()), { struct: type, numbers: type.name, into, depth: depth + 1 });
      return into;
    }
    case "list": {
      // A list inside a map or a list is wrapped into a message of its own: 1 items.
      const items = [...new Reader(value.bytes()).fields()].filter((field) => field.number === 1);
      return items.map((item) => readValue(type.items, item, depth + 1));
    }
    case "map": {
      const { key, value: item } = readEntry(value, type.values, depth + 1);
      const map: JsonObject = {};
      defineField(map, key, item);
      return map;
    }
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
      return raw === undefined || raw === "" ? null : parseJson(raw);
    }
  }
}

/** 1 which of both it is, 2 the integer, 3 the string. */
function readIntOrString(value: FieldValue): JsonValue {
  const isString = partOf(value, 1)?.integer() === 1n;
  return isString ? (partOf(value, 3)?.text() ?? "") : integerValue(partOf(value, 2)?.integer() ?? 0n);
}

/** 1 seconds since the epoch, 2 nanoseconds; an empty message is no time. */
function readTime(value: FieldValue, scalar: "time" | "microTime"): JsonValue {
  const seconds = partOf(value, 1)?.integer();
  if (seconds === undefined) return null;
  const nanoseconds = Number(partOf(value, 2)?.integer() ?? 0n);
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, "2026-01-01T00:00:00".length);
  if (scalar === "time") return `${text}Z`;
  const microseconds = Math.floor(nanoseconds / 1000);
  return `${text}.${String(microseconds).padStart(6, "0")}Z`;
}

function partOf(value: FieldValue, number: number): FieldValue | undefined {
  let found: FieldValue | undefined;
  for (const field of new Reader(value.bytes()).fields()) if (field.number === number) found = field;
  return found;
}

function integerValue(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : parseJson(String(value));
}

const namesByType = new Map<string, ReadonlyMap<number, string>>();

function namesOf(typeName: string): ReadonlyMap<number, string> {
  let names = namesByType.get(typeName);
  if (!names) {
    let number = 0;
    const parsed = new Map<number, string>();
    for (const part of (protobufFields[typeName] ?? "").split(",")) {
      const [given, name] = part.includes("=") ? part.split("=") : [undefined, part];
      number = given === undefined ? number + 1 : Number(given);
      parsed.set(number, name ?? "");
    }
    names = parsed;
    namesByType.set(typeName, names);
  }
  return names;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** One field as it stands in the message; what it means depends on the type that is asked for. */
class FieldValue {
  readonly number: number;
  readonly #wireType: number;
  readonly #bytes: Uint8Array;
  readonly #integer: bigint;

  constructor(number: number, wireType: number, bytes: Uint8Array, integer: bigint) {
    this.number = number;
    this.#wireType = wireType;
    this.#bytes = bytes;
    this.#integer = integer;
  }

  bytes(): Uint8Array {
    this.#expect(LENGTH_DELIMITED);
    return this.#bytes;
  }

  text(): string {
    this.#expect(LENGTH_DELIMITED);
    return new TextDecoder().decode(this.#bytes);
  }

  integer(): bigint {
    this.#expect(VARINT);
    return BigInt.asIntN(64, this.#integer);
  }

  double(): number {
    this.#expect(FIXED_64);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset, 8).getFloat64(0, true);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType)
      throw new ProtobufError(`wrong wireType = ${this.#wireType} for field ${this.number}`);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  *fields(): Generator<FieldValue> {
    while (this.#position < this.#bytes.length) {
      const tag = Number(this.#varint());
      const wireType = tag & 7;
      const number = tag >>> 3;
      if (wireType === VARINT) yield new FieldValue(number, wireType, this.#bytes, this.#varint());
      else yield new FieldValue(number, wireType, this.#take(this.#lengthOf(wireType)), 0n);
    }
  }

  #lengthOf(wireType: number): number {
    if (wireType === LENGTH_DELIMITED) return Number(this.#varint());
    if (wireType === FIXED_64) return 8;
    if (wireType === FIXED_32) return 4;
    throw new ProtobufError(`illegal wireType ${wireType}`);
  }

  #take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new ProtobufError("unexpected EOF");
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new ProtobufError("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("integer overflow");
  }
}
