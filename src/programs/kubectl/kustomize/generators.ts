/**
 * `configMapGenerator` and `secretGenerator`
 * Source: sigs.k8s.io/kustomize api/internal/generators
 */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";
import type { BuiltResource } from "./resource.ts";

export interface GeneratorInput {
  kind: "ConfigMap" | "Secret";
  entry: JsonObject;
  /** `generatorOptions` of the kustomization. */
  options: JsonObject;
  /** The bytes of a file of the folder. */
  read(path: string): string;
}

export function generated({ kind, entry, options, read }: GeneratorInput): BuiltResource {
  const name = String(entry["name"] ?? "");
  if (name === "") throw new Failure(`error: missing metadata.name in object of ${kind}`);
  const own = objectIn(entry["options"]);
  const labels = { ...objectIn(options["labels"]), ...objectIn(own["labels"]) };
  const annotations = { ...objectIn(options["annotations"]), ...objectIn(own["annotations"]) };
  const isImmutable = own["immutable"] === true || options["immutable"] === true;
  const object: JsonObject = {
    apiVersion: "v1",
    ...dataOf(kind, valuesOf(entry, read, `${kind.toLowerCase()} ${name}`)),
    ...(isImmutable && { immutable: true }),
    kind,
    metadata: {
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(Object.keys(labels).length > 0 && { labels }),
      name,
      ...(entry["namespace"] !== undefined && { namespace: entry["namespace"] }),
    },
    ...(kind === "Secret" && { type: entry["type"] ?? "Opaque" }),
  };
  const needsHash = own["disableNameSuffixHash"] !== true && options["disableNameSuffixHash"] !== true;
  return { object, needsHash, originalName: name };
}

function dataOf(kind: string, values: ReadonlyMap<string, string>): JsonObject {
  const [data, binaryData]: [JsonObject, JsonObject] = [{}, {}];
  for (const [key, bytes] of values) {
    const text = textOfBytes(bytes);
    if (kind === "Secret") data[key] = btoa(bytes);
    else if (text.includes("\ufffd")) binaryData[key] = btoa(bytes);
    else data[key] = text;
  }
  return {
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
    ...(Object.keys(data).length > 0 && { data }),
  };
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
}

/** Byte strings by key. `owner`: the generated object, in the refusal of a key that stands twice. Throws Failure. */
function valuesOf(entry: JsonObject, read: (path: string) => string, owner: string): Map<string, string> {
  const values = new Map<string, string>();
  const add = (key: string, value: string) => {
    if (values.has(key)) throw new Failure(`error: ${owner} illegally repeats the key \`${key}\``);
    values.set(key, value);
  };
  for (const path of [...textsIn(entry["envs"]), ...textsIn(entry["env"])]) {
    for (const line of read(path).split(/\r?\n/)) {
      const plain = line.replace(/^\s+/, "");
      const equals = plain.indexOf("=");
      if (plain === "" || plain.startsWith("#")) continue;
      add(equals < 0 ? plain : plain.slice(0, equals), equals < 0 ? "" : plain.slice(equals + 1));
    }
  }
  for (const source of textsIn(entry["files"])) {
    const [key = "", path] = source.split(/=(.*)/s);
    add(path === undefined ? (key.split("/").at(-1) ?? "") : key, read(path ?? key));
  }
  for (const literal of textsIn(entry["literals"])) {
    const equals = literal.indexOf("=");
    if (equals <= 0) throw new Failure(`error: invalid literal source ${literal}, expected key=value`);
    const value = literal.slice(equals + 1);
    const [, quoted] = /^(["'])(.*)\1$/s.exec(value) ?? [];
    add(literal.slice(0, equals), bytesOfText(quoted === undefined ? value : value.slice(1, -1)));
  }
  return values;
}
