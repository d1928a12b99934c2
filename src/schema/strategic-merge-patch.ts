/**
 * Strategic merge patch. Lists with a merge key are merged item by item. Directives in the patch (`$patch`,
 * `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) control the merge.
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
 */
import { cloneJson, defineField, equalJson, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { formatGoValue } from "./go-format.ts";
import { inServerOrder, itemKind, mergeKeyOf, Positions, partition } from "./merge-lists.ts";
import { catchingPatchFailure, type PatchError, PatchFailure } from "./patch-error.ts";
import { resolveStruct } from "./table.ts";
import type { Field, ListType, SchemaType, TypeReference } from "./types.ts";

/** The patched object, which shares nothing with its sources. It must still be decoded: values may have wrong types. */
export function strategicMergePatch(
  type: TypeReference,
  current: JsonObject,
  patch: JsonValue,
): { value: JsonObject } | PatchError {
  if (!isJsonObject(patch)) return { error: "invalid JSON document", code: 400 };
  return catchingPatchFailure(() => ({
    value: mergeObject(resolveStruct(type), cloneJson(current), cloneJson(patch)),
  }));
}

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const ORDER_PREFIX = "$setElementOrder/";
const DELETE_PREFIX = "$deleteFromPrimitiveList/";

/** The schema of a member; undefined for free-form parts. */
type MemberSchema = Pick<Field, "type" | "mergeKey" | "replaces"> | undefined;

function memberSchema(type: SchemaType | undefined, key: string): MemberSchema {
  if (type?.kind === "map") return { type: type.values, replaces: false };
  if (type?.kind !== "struct") return undefined;
  return type.fields.get(key) ?? (type.otherFields && { type: type.otherFields, replaces: false });
}

/** Both arguments may be changed. */
function mergeObject(type: SchemaType | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  if (DIRECTIVE in patch) return replacedObject(patch);
  retainKeys(original, patch);
  mergeOrderedLists(type, original, patch);
  for (const patchKey of Object.keys(patch)) {
    const isDeletion = patchKey.startsWith(DELETE_PREFIX);
    const key = isDeletion ? patchKey.slice(DELETE_PREFIX.length) : patchKey;
    mergeMember({ schema: memberSchema(type, key), original, key, value: patch[patchKey] ?? null, isDeletion });
  }
  return original;
}

/** `$patch` in an object applies to the whole object. */
function replacedObject(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive === "delete") return {};
  if (directive !== "replace") {
    throw new PatchFailure(`unknown patch type: ${formatGoValue(directive)} in map: ${formatGoValue(patch)}`, 500);
  }
  delete patch[DIRECTIVE];
  return patch;
}

/** `$retainKeys` clears every field of the original that it does not list. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  const kept = patch[RETAIN_KEYS];
  if (kept === undefined) return;
  delete patch[RETAIN_KEYS];
  const isListed = (key: string) => Array.isArray(kept) && kept.includes(key);
  const needsListing = (key: string) =>
    patch[key] !== null && !key.startsWith(DELETE_PREFIX) && !key.startsWith(ORDER_PREFIX);
  if (!Array.isArray(kept) || Object.keys(patch).some((key) => needsListing(key) && !isListed(key))) {
    throw new PatchFailure("invalid patch format of retainKeys", 400);
  }
  for (const key of Object.keys(original)) if (!isListed(key)) delete original[key];
}

interface MemberMerge {
  schema: MemberSchema;
  original: JsonObject;
  key: string;
  value: JsonValue;
  isDeletion: boolean;
}

function mergeMember({ schema, original, key, value, isDeletion }: MemberMerge): void {
  if (value === null) {
    delete original[key];
    return;
  }
  const before = Object.hasOwn(original, key) ? original[key] : undefined;
  if (isJsonObject(before) && isJsonObject(value)) {
    defineField(original, key, schema?.replaces ? value : mergeObject(schema?.type, before, value));
  } else if (Array.isArray(before) && Array.isArray(value)) {
    original[key] = mergeList({ schema, before, patch: value, isDeletion });
  } else if (!isDeletion) {
    const added = withoutDirectives(withoutNulls(value));
    if (added === undefined) delete original[key];
    else defineField(original, key, added);
  }
}

interface ListMerge {
  schema: MemberSchema;
  before: JsonValue[];
  patch: JsonValue[];
  isDeletion: boolean;
}

function mergeList({ schema, before, patch, isDeletion }: ListMerge): JsonValue[] {
  const mergeKey = schema?.mergeKey;
  if (mergeKey === undefined && !isDeletion) return patch;
  if (before.length === 0 && patch.length === 0) return before;
  if (itemKind([before, patch]) === "scalar") {
    if (isDeletion) {
      const deleted = new Positions(patch, "");
      return before.filter((item) => deleted.of(item) < 0);
    }
    const all = [...before, ...patch];
    const first = new Positions(all, "");
    const merged = all.filter((item, index) => first.of(item) === index);
    return inServerOrder({ ...partition(merged, patch, ""), patchOrder: patch, serverOrder: before, mergeKey: "" });
  }
  if (!mergeKey) throw new PatchFailure(`cannot merge lists without merge key for ${schema?.type.kind ?? "map"}`, 500);
  const items = schema?.type.kind === "list" ? (schema.type as ListType).items : undefined;
  const special = applySpecialItems(before as JsonObject[], patch as JsonObject[], mergeKey);
  const merged = mergeItems(items, special.before, special.patch, mergeKey);
  const order = { patchOrder: special.patch, serverOrder: special.before, mergeKey };
  return inServerOrder({ ...partition(merged, special.patch, mergeKey), ...order });
}

/**
 * Items that are directives: `{$patch: delete, name: x}` deletes x; with `{$patch: replace}` the rest of the patch is
 * the list.
 */
function applySpecialItems(before: JsonObject[], patch: JsonObject[], mergeKey: string) {
  const deleted: JsonValue[] = [];
  let replaces = false;
  const plain: JsonObject[] = [];
  for (const item of patch) {
    const directive = item[DIRECTIVE];
    if (directive === undefined) plain.push(item);
    else if (directive === "replace") replaces = true;
    else if (directive === "delete") deleted.push(mergeKeyOf(item, mergeKey));
    else if (directive === "merge") throw new PatchFailure("merging lists cannot yet be specified in the patch", 500);
    else throw new PatchFailure(`unknown patch type: ${formatGoValue(directive)} in map: ${formatGoValue(item)}`, 500);
  }
  if (replaces) return { before: plain, patch: [] };
  const keys = new Positions(deleted, "");
  const isDeleted = (item: JsonObject) => item[mergeKey] !== undefined && keys.ofKey(item[mergeKey]) >= 0;
  return { before: before.filter((item) => !isDeleted(item)), patch: plain };
}

function mergeItems(
  items: SchemaType | undefined,
  before: JsonObject[],
  patch: JsonObject[],
  mergeKey: string,
): JsonObject[] {
  const result = [...before];
  const positions = new Positions(before, mergeKey);
  for (const item of patch) {
    const index = positions.of(item);
    if (index >= 0) result[index] = mergeObject(items, cloneJson(result[index]!), item);
    else positions.add(item, result.push(item) - 1);
  }
  return result;
}

/** `$setElementOrder/x`: merges list x here and sorts it by the directive. */
function mergeOrderedLists(type: SchemaType | undefined, original: JsonObject, patch: JsonObject): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(ORDER_PREFIX)) continue;
    const order = patch[directive];
    delete patch[directive];
    const key = directive.slice(ORDER_PREFIX.length);
    const before = listAt(original, key);
    const patched = listAt(patch, key);
    if (!Array.isArray(order)) throw new PatchFailure("invalid patch format of setElementOrder list", 400);
    const schema = memberSchema(type, key);
    const mergeKey = schema?.mergeKey ?? "";
    checkOrder(patched ?? [], order, mergeKey);
    if (!before && !patched) continue;
    const merged = mergeWithPatched({ schema, before, patched });
    original[key] = inServerOrder({
      ...partition(merged, order, mergeKey),
      patchOrder: order,
      serverOrder: before ?? [],
      mergeKey,
    });
    delete patch[key];
  }
}

function mergeWithPatched(lists: { schema: MemberSchema; before?: JsonValue[]; patched?: JsonValue[] }): JsonValue[] {
  const { schema, before, patched } = lists;
  if (!before) return withoutDirectives(patched!) as JsonValue[];
  return patched ? mergeList({ schema, before: cloneJson(before), patch: patched, isDeletion: false }) : before;
}

function listAt(object: JsonObject, key: string): JsonValue[] | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined || value === null || Array.isArray(value)) return value ?? undefined;
  throw new PatchFailure(
    `expected a []interface {}, but received a ${isJsonObject(value) ? "map" : typeof value}`,
    500,
  );
}

/** The items of the patch must be in the order of the directive. */
function checkOrder(patched: JsonValue[], order: JsonValue[], mergeKey: string): void {
  if (order.length === 0) return;
  const itemKey = (item: JsonValue) => (mergeKey === "" ? item : mergeKeyOf(item, mergeKey));
  let at = 0;
  for (const item of patched) {
    if (isJsonObject(item) && DIRECTIVE in item) continue;
    while (at < order.length && !equalJson(itemKey(order[at]!), itemKey(item))) at++;
    if (at === order.length) {
      const lists = `${formatGoValue(patched)}\n doesn't match $setElementOrder list:\n${formatGoValue(order)}\n`;
      throw new PatchFailure(`The order in patch list:\n${lists}`, 500);
    }
    at++;
  }
}

/** Added values keep no nulls … */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === null || item === undefined) delete value[key];
    else defineField(value, key, withoutNulls(item));
  }
  return value;
}

/** … and no directives. A value that consists of a directive only is dropped. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (DIRECTIVE in value) return undefined;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key === RETAIN_KEYS || key.startsWith(ORDER_PREFIX) || key.startsWith(DELETE_PREFIX)) continue;
    const item = withoutDirectives(value[key]!);
    if (item !== undefined) defineField(result, key, item);
  }
  return result;
}
