/**
 * The annotation in which `kubectl apply` keeps the manifest that it applied last.
 * Source: k8s.io/kubectl pkg/util/apply.go
 */
import { isJsonObject, type JsonObject, JsonSyntaxError, parseJson } from "../../../lib/json.ts";
import type { FlagSpec, Flags } from "./flags.ts";
import { metadataOf } from "./objects.ts";
import { objectIn } from "./parts.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
export const SAVE_CONFIG: FlagSpec = { name: "save-config", type: "bool" };

/** The manifest as text; undefined for an object that was never applied. */
export function lastAppliedText(live: JsonObject): string | undefined {
  const text = objectIn(metadataOf(live)["annotations"])[LAST_APPLIED];
  return typeof text === "string" ? text : undefined;
}

/** The manifest; undefined without one, and if it cannot be read. */
export function lastApplied(live: JsonObject): JsonObject | undefined {
  const text = lastAppliedText(live);
  if (text === undefined) return undefined;
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The object with itself in its annotation. */
export function withLastApplied(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  const { [LAST_APPLIED]: _, ...kept } = objectIn(metadata["annotations"]);
  const plain = { ...object, metadata: { ...metadata, annotations: kept } };
  const text = manifestText(plain);
  return { ...object, metadata: { ...metadata, annotations: { ...kept, [LAST_APPLIED]: text } } };
}

/** A manifest as the annotation has it. */
export function manifestText(object: JsonObject): string {
  return `${JSON.stringify(sortedJson(object))}\n`;
}

/** The object of a file that a command writes: with the annotation if `--save-config` asks for it, or if it has one. */
export function saved(object: JsonObject, flags: Flags): JsonObject {
  return flags.is(SAVE_CONFIG.name) || lastAppliedText(object) !== undefined ? withLastApplied(object) : object;
}

/** As `saved`, for an object that kubectl made from flags: its type and its name come first. */
export function savedOwn(object: JsonObject, flags: Flags): JsonObject {
  if (!flags.is(SAVE_CONFIG.name)) return object;
  const { apiVersion = "", kind = "", metadata, ...content } = object;
  const { name = "", namespace, labels, ...more } = objectIn(metadata);
  const ordered = {
    ...{ kind, apiVersion },
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels !== undefined && { labels }), ...more },
    ...content,
  };
  const annotations = { ...objectIn(more["annotations"]), [LAST_APPLIED]: `${JSON.stringify(ordered)}\n` };
  return { ...object, metadata: { ...objectIn(metadata), annotations } };
}

function sortedJson<V>(value: V): V {
  if (Array.isArray(value)) return value.map(sortedJson) as V;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedJson(inner)])) as V;
}
