/**
 * Kyverno's functions of objects, lists, encodings and versions.
 * Source: github.com/kyverno/kyverno pkg/engine/jmespath/functions.go
 */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { parse as parseYaml } from "yaml";
import { bytesOfBase64, textOfBytes } from "../../../../../lib/bytes.ts";
import { encodeBase64, toHex } from "../../../../../lib/encoding.ts";
import { equalJson, isJsonObject, type JsonObject, type JsonValue, parseJsonIfValid } from "../../../../../lib/json.ts";
import { sha256 } from "../../../../../lib/signing/sha256.ts";
import { textOf, type Value } from "../values.ts";
import type { Functions } from "./function.ts";
import { functionError } from "./text.ts";
import { isInRange } from "./versions.ts";

const bytes = (value: Value | undefined) => new TextEncoder().encode(String(value));

function itemsOf(list: Value, keyName: string, valueName: string): JsonValue[] {
  const entries: [JsonValue, JsonValue][] = Array.isArray(list)
    ? list.map((value, i) => [i, value])
    : Object.keys(list as JsonObject)
        .sort()
        .map((key) => [key, (list as JsonObject)[key] ?? null]);
  return entries.map(([key, value]) => ({ [keyName]: key, [valueName]: value }));
}

export const DATA_FUNCTIONS: Functions = {
  base64_decode: {
    args: ["string"],
    call([value]) {
      try {
        return textOfBytes(bytesOfBase64(String(value)));
      } catch {
        throw functionError("base64_decode", "illegal base64 data");
      }
    },
  },
  base64_encode: { args: ["string"], call: ([value]) => encodeBase64(String(value)) },
  items: {
    args: ["object|array", "string", "string"],
    call: ([list = null, key, value]) => itemsOf(list, String(key), String(value)),
  },
  label_match: {
    args: ["object", "object"],
    call: ([wanted, labels]) =>
      Object.entries(wanted as JsonObject).every(([key, value]) => equalJson((labels as JsonObject)[key], value)),
  },
  lookup: {
    args: ["object|array", "string|number"],
    call: ([data, key]) =>
      isJsonObject(data) ? (data[String(key)] ?? null) : ((data as JsonValue[])[Number(key)] ?? null),
  },
  md5: { args: ["string"], call: ([value]) => toHex(md5(bytes(value))) },
  object_from_lists: {
    args: ["array", "array"],
    call: ([keys, values]) =>
      Object.fromEntries(
        (keys as JsonValue[]).map((key, i) => [textOf(key) ?? "", (values as JsonValue[])[i] ?? null]),
      ),
  },
  parse_json: {
    args: ["string"],
    call([value]) {
      const parsed = parseJsonIfValid(String(value));
      if (parsed === undefined) throw functionError("parse_json", "invalid JSON");
      return parsed;
    },
  },
  parse_yaml: {
    args: ["string"],
    call([value]) {
      try {
        return parseYaml(String(value)) as JsonValue;
      } catch (error) {
        throw functionError("parse_yaml", error instanceof Error ? error.message : "invalid YAML");
      }
    },
  },
  semver_compare: { args: ["string", "string"], call: ([version, range]) => isInRange(String(version), String(range)) },
  sha1: { args: ["string"], call: ([value]) => toHex(sha1(bytes(value))) },
  sha256: { args: ["string"], call: ([value]) => toHex(sha256(bytes(value))) },
};
