/**
 * The suffix that names of generated ConfigMaps and Secrets have: it changes with their contents.
 * Source: k8s.io/kubectl pkg/util/hash/hash.go, sigs.k8s.io/kustomize api/internal/hasher
 */

import { toHex } from "../../../lib/encoding.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { sha256 } from "../../../lib/signing/sha256.ts";
import { compactJson } from "../printers/compact-json.ts";

const LENGTH = 10;
/** Digits that could form words are replaced. */
const REPLACED: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

/** Ten characters. `name` is hashed too; `emptyData` stands for missing data. */
export function contentHash(object: JsonObject, { name, emptyData }: { name: string; emptyData: JsonValue }): string {
  const { kind, data, binaryData, immutable, stringData, type } = object;
  const content: JsonObject = {
    kind: kind ?? "",
    name,
    data: data ?? emptyData,
    ...(immutable !== undefined && { immutable }),
    ...(binaryData !== undefined && { binaryData }),
    ...(kind === "Secret" && { type: type ?? "" }),
    ...(stringData !== undefined && { stringData }),
  };
  const digest = toHex(sha256(new TextEncoder().encode(compactJson(content))));
  return [...digest.slice(0, LENGTH)].map((digit) => REPLACED[digit] ?? digit).join("");
}
