/**
 * An encoder for Kubernetes' protobuf form, written from the format's description without code of the decoder. It writes
 * every field, as Go's generated encoders do. Field numbers come from the generated table, types from the schema.
 */
import { protobufFields } from "../../src/schema/generated/protobuf.ts";
import { resolveStruct, typeNameOfKind } from "../../src/schema/table.ts";
import type { SchemaType, StructType } from "../../src/schema/types.ts";

type Bytes = number[];
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** The object in its envelope, as a typed Go client sends it. */
export function encodeProtobuf(object: JsonObject): Uint8Array {
  const [apiVersion, kind] = [String(object["apiVersion"]), String(object["kind"])];
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const typeName = typeNameOfKind(group, version, kind);
  if (typeName === undefined) throw new Error(`no type for ${apiVersion} ${kind}`);
  const typeMeta = [...delimited(1, utf8(apiVersion)), ...delimited(2, utf8(kind))];
  const raw = message(resolveStruct(typeName), typeName, object);
  return Uint8Array.from([...MAGIC, ...delimited(1, typeMeta), ...delimited(2, raw)]);
}

/** Number, name and wrapper of each field of a message. */
export function numberedFields(typeName: string): { number: number; name: string; wrapper?: string }[] {
  const line = protobufFields[typeName];
  if (line === undefined) throw new Error(`no field numbers for ${typeName}`);
  if (line === "") return [];
  let next = 1;
  return line.split(",").map((part) => {
    const [, given, name = "", wrapper] = /^(?:(\d+)=)?([^|]+)(?:\|(\w+))?$/.exec(part) ?? [];
    const number = given === undefined ? next : Number(given);
    next = number + 1;
    return { number, name, wrapper };
  });
}

function message(struct: StructType, typeName: string, object: JsonObject): Bytes {
  return numberedFields(typeName).flatMap(({ number, name, wrapper }) => {
    if (name.startsWith("+")) return delimited(number, message(struct, `.${name.slice(1)}`, object));
    const value = object[name];
    const type = struct.fields.get(name)?.type;
    if (type === undefined) throw new Error(`${typeName} has no field ${name}`);
    return value === undefined ? [] : field(number, type, value, wrapper);
  });
}

function field(number: number, type: SchemaType, value: Json, wrapper?: string): Bytes {
  if (type.kind === "map") {
    return Object.entries(value as JsonObject).flatMap(([key, item]) =>
      delimited(number, [...delimited(1, utf8(key)), ...single(2, type.values, item, wrapper)]),
    );
  }
  if (type.kind === "list" && wrapper === undefined) {
    return (value as Json[]).flatMap((item) => single(number, type.items, item));
  }
  return single(number, type, value, wrapper);
}

function single(number: number, type: SchemaType, value: Json, wrapper?: string): Bytes {
  if (wrapper !== undefined) return delimited(number, wrapped(wrapper, value));
  if (type.kind === "struct") return delimited(number, message(type, type.name, value as JsonObject));
  if (type.kind === "list") return delimited(number, field(1, type, value));
  if (type.kind === "map") throw new Error("no message has a map within a map");
  switch (type.scalar) {
    case "string":
      return delimited(number, utf8(value as string));
    case "boolean":
      return varintField(number, value ? 1n : 0n);
    case "int32":
    case "int64":
      return varintField(number, BigInt(value as number));
    case "double":
      return [...varint(BigInt((number << 3) | 1)), ...new Uint8Array(new Float64Array([value as number]).buffer)];
    case "bytes":
      return delimited(number, [...Buffer.from(value as string, "base64")]);
    case "quantity":
      return delimited(number, delimited(1, utf8(value as string)));
    case "intOrString":
      return delimited(number, intOrString(value));
    case "time":
    case "microTime":
      return delimited(number, time(value as string));
    case "json":
    case "object":
      return delimited(number, delimited(1, utf8(JSON.stringify(value))));
  }
}

function intOrString(value: Json): Bytes {
  const isText = typeof value === "string";
  return [
    ...varintField(1, isText ? 1n : 0n),
    ...varintField(2, BigInt(isText ? 0 : (value as number))),
    ...delimited(3, utf8(isText ? value : "")),
  ];
}

function time(text: string): Bytes {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? "";
  const seconds = Math.floor(Date.parse(text) / 1000);
  return [...varintField(1, BigInt(seconds)), ...varintField(2, BigInt(fraction.padEnd(9, "0")))];
}

/** Follows the messages of these names in apiextensions' generated.proto. */
function wrapped(wrapper: string, value: Json): Bytes {
  const schema = (number: number, item: Json) =>
    delimited(number, message(resolveStruct("JSONSchemaProps"), "JSONSchemaProps", item as JsonObject));
  const isObject = typeof value === "object" && !Array.isArray(value);
  switch (wrapper) {
    case "JSONSchemaPropsOrBool":
      return isObject ? [...varintField(1, 1n), ...schema(2, value)] : varintField(1, value ? 1n : 0n);
    case "JSONSchemaPropsOrArray":
      return isObject ? schema(1, value) : (value as Json[]).flatMap((item) => schema(2, item));
    case "JSONSchemaPropsOrStringArray":
      return isObject ? schema(1, value) : (value as string[]).flatMap((item) => delimited(2, utf8(item)));
    case "Verbs":
      return (value as string[]).flatMap((item) => delimited(1, utf8(item)));
    default:
      throw new Error(`no form for ${wrapper}`);
  }
}

function varintField(number: number, value: bigint): Bytes {
  return [...varint(BigInt(number << 3)), ...varint(value)];
}

function delimited(number: number, bytes: readonly number[]): Bytes {
  return [...varint(BigInt((number << 3) | 2)), ...varint(BigInt(bytes.length)), ...bytes];
}

function varint(value: bigint): Bytes {
  const bytes: Bytes = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

function utf8(text: string): Bytes {
  return [...new TextEncoder().encode(text)];
}
