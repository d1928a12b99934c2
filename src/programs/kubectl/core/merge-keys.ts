/**
 * How lists of Kubernetes' own kinds are merged: by the key of their entries. Lists without a key are replaced.
 * Source: the fields `x-kubernetes-patch-merge-key` of the API's OpenAPI documents
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn } from "./parts.ts";

/** Merge keys by the name of the list's field. The first key that all entries have counts. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  conditions: ["type"],
  containers: ["name"],
  env: ["name"],
  ephemeralContainers: ["name"],
  hostAliases: ["ip"],
  imagePullSecrets: ["name"],
  initContainers: ["name"],
  ownerReferences: ["uid"],
  ports: ["containerPort", "port"],
  secrets: ["name"],
  taints: ["key"],
  topologySpreadConstraints: ["topologyKey"],
  volumeDevices: ["devicePath"],
  volumeMounts: ["mountPath"],
  volumes: ["name"],
};

/** Lists of texts that are merged as sets. */
const SETS: ReadonlySet<string> = new Set(["finalizers"]);

/** The key by which a list of objects is merged; undefined: the list is replaced. */
export function mergeKeyOf(field: string, list: readonly JsonValue[]): string | undefined {
  return KEYS[field]?.find((key) => list.every((entry) => isJsonObject(entry) && key in entry));
}

/**
 * The strategic merge patch that brings `current` to `modified`: the fields that the manifest sets, and removals of
 * fields that an earlier manifest (`original`) had and this one has not. All other values stay.
 */
export function threeWayPatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const [field, wanted] of Object.entries(modified)) {
    const present = current[field];
    if (wanted === null) {
      if (present !== undefined) patch[field] = null;
      continue;
    }
    const part = wanted === undefined ? undefined : patchOfField(field, original[field], wanted, present);
    if (part !== undefined) patch[field] = part;
  }
  for (const field of Object.keys(original)) {
    if (!(field in modified) && field in current) patch[field] = null;
  }
  return patch;
}

/** Undefined: nothing changes. */
function patchOfField(
  field: string,
  original: JsonValue | undefined,
  wanted: JsonValue,
  present: JsonValue | undefined,
): JsonValue | undefined {
  if (isJsonObject(wanted)) {
    if (!isJsonObject(present)) return wanted;
    const inner = threeWayPatch(objectIn(original), wanted, present);
    return Object.keys(inner).length > 0 ? inner : undefined;
  }
  if (Array.isArray(wanted)) return patchOfList(field, original, wanted, present);
  return equal(wanted, present) ? undefined : wanted;
}

function patchOfList(
  field: string,
  original: JsonValue | undefined,
  wanted: readonly JsonValue[],
  present: JsonValue | undefined,
): JsonValue | undefined {
  if (!Array.isArray(present)) return [...wanted];
  const before = Array.isArray(original) ? original : [];
  const key = mergeKeyOf(field, [...wanted, ...present]);
  if (key === undefined) {
    if (SETS.has(field) && wanted.every((one) => present.includes(one))) return undefined;
    return equal([...wanted], present) ? undefined : [...wanted];
  }
  const entryOf = (list: readonly JsonValue[], value: JsonValue | undefined) =>
    list.find((one): one is JsonObject => isJsonObject(one) && one[key] === value);
  const changed: JsonObject[] = [];
  for (const entry of wanted as readonly JsonObject[]) {
    const now = entryOf(present, entry[key]);
    if (!now) {
      changed.push(entry);
      continue;
    }
    const inner = threeWayPatch(entryOf(before, entry[key]) ?? {}, entry, now);
    if (Object.keys(inner).length > 0) changed.push({ ...inner, [key]: entry[key] ?? null });
  }
  for (const entry of before) {
    if (!isJsonObject(entry) || entryOf(wanted, entry[key]) || !entryOf(present, entry[key])) continue;
    changed.push({ $patch: "delete", [key]: entry[key] ?? null });
  }
  return changed.length > 0 ? changed : undefined;
}

/** The JSON merge patch for kinds without merge keys. */
export function threeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const [field, wanted] of Object.entries(modified)) {
    const present = current[field];
    if (isJsonObject(wanted) && isJsonObject(present)) {
      const before = original[field];
      const inner = threeWayMergePatch(objectIn(before), wanted, present);
      if (Object.keys(inner).length > 0) patch[field] = inner;
    } else if (!equal(wanted, present)) patch[field] = wanted;
  }
  for (const field of Object.keys(original)) {
    if (!(field in modified) && field in current) patch[field] = null;
  }
  return patch;
}

function equal(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, i) => equal(one, b[i]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key], b[key]));
}
