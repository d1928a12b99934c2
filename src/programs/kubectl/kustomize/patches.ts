/**
 * Patches and replacements of a kustomization.
 * Source: sigs.k8s.io/kustomize api/internal/builtins/PatchTransformer.go, ReplacementTransformer.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { jsonMerge, strategicMerge } from "../core/local-patch.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";
import { readYamlFile } from "./documents.ts";
import { applyOperations } from "./json-patch.ts";
import { type BuiltResource, builtName, kindOf } from "./resource.ts";

/** Applies one patch: a part of an object, or operations on the target. Throws Failure. */
export function patched(resources: readonly BuiltResource[], text: string, target: JsonObject | undefined) {
  const patch = readYamlFile(text);
  if (Array.isArray(patch)) {
    if (!target) throw new Failure("error: must specify a target for JSON patch");
    return resources.map((one) =>
      isTarget(one, target) ? { ...one, object: objectIn(applyOperations(one.object, objectsIn(patch))) } : one,
    );
  }
  if (!isJsonObject(patch)) throw new Failure("error: unable to parse SM or JSON patch from [patch]");
  const chosen = target ?? {
    kind: patch["kind"] ?? "",
    name: objectIn(patch["metadata"])["name"] ?? "",
  };
  const isMatch = (one: BuiltResource) => isTarget(one, chosen);
  if (!resources.some(isMatch) && !target) {
    throw new Failure(
      `error: no resource matches strategic merge patch "${String(patch["kind"])}.v1.[noGrp]/${String(chosen["name"])}.[noNs]"`,
    );
  }
  if (patch["$patch"] === "delete") return resources.filter((one) => !isMatch(one));
  return resources.map((one) => (isMatch(one) ? { ...one, object: merged(one.object, patch, target) } : one));
}

/** A patch for a target leaves the target's type and name as they are. */
function merged(object: JsonObject, patch: JsonObject, target: JsonObject | undefined): JsonObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = patch;
  const { name: ___, namespace: ____, ...kept } = objectIn(metadata);
  const own = target || Object.keys(kept).length > 0 ? { ...rest, metadata: kept } : rest;
  const apiVersion = String(object["apiVersion"]);
  const isCustom = apiVersion.includes(".") && !/\.k8s\.io\//.test(apiVersion);
  return isCustom ? jsonMerge(object, own) : strategicMerge(object, own, { prepends: true });
}

/** Texts of a target are regular expressions of the whole name. */
function isTarget(resource: BuiltResource, target: JsonObject): boolean {
  const [version = "", group = ""] = String(resource.object["apiVersion"]).split("/").reverse();
  const { labels = {}, annotations = {}, namespace = "default" } = objectIn(resource.object["metadata"]);
  const matches = (wanted: JsonValue | undefined, ...values: string[]) =>
    wanted === undefined || values.some((value) => new RegExp(`^(?:${String(wanted)})$`).test(value));
  return (
    matches(target["kind"], kindOf(resource)) &&
    matches(target["name"], builtName(resource), resource.originalName) &&
    matches(target["group"], group) &&
    matches(target["version"], version) &&
    matches(target["namespace"], String(namespace)) &&
    hasPairs(labels, target["labelSelector"]) &&
    hasPairs(annotations, target["annotationSelector"])
  );
}

function hasPairs(map: JsonValue, selector: JsonValue | undefined): boolean {
  if (typeof selector !== "string") return true;
  return selector.split(",").every((pair) => {
    const [key = "", value] = pair.split(/==?(.*)/s);
    return value === undefined ? key in objectIn(map) : objectIn(map)[key] === value;
  });
}

/** `replacements`: a field's value is copied into fields of other objects. Throws Failure. */
export function replaced(resources: readonly BuiltResource[], replacement: JsonObject): BuiltResource[] {
  const source = objectIn(replacement["source"]);
  const { fieldPath = "metadata.name", options: _, ...select } = source;
  const from = resources.find((one) => isTarget(one, select));
  if (!from) throw new Failure(`error: nothing selected by ${JSON.stringify(select)}`);
  const value = partOf(valueAt(from.object, pathOf(String(fieldPath))), objectIn(source["options"]));
  if (value === undefined)
    throw new Failure(`error: fieldPath \`${String(fieldPath)}\` is missing for replacement source`);
  return objectsIn(replacement["targets"]).reduce<BuiltResource[]>(
    (all, target) => {
      const paths = Array.isArray(target["fieldPaths"]) ? target["fieldPaths"].map(String) : ["metadata.name"];
      const rejected = objectsIn(target["reject"]);
      const options = objectIn(target["options"]);
      return all.map((one) => {
        if (!isTarget(one, objectIn(target["select"])) || rejected.some((reject) => isTarget(one, reject))) return one;
        const write = (object: JsonValue, path: string) => written(object, pathOf(path), value, options);
        return { ...one, object: objectIn(paths.reduce<JsonValue>(write, one.object)) };
      });
    },
    [...resources],
  );
}

/** `spec.containers.[name=web].image`: dots in brackets and `\.` do not separate. */
function pathOf(text: string): string[] {
  const parts = text.match(/(?:\[[^\]]*\]|\\\.|[^.])+/g) ?? [];
  return parts.map((part) => part.replaceAll("\\.", "."));
}

function entryOf(list: readonly JsonValue[], part: string): number[] {
  const [, key, wanted] = /^\[([^=]+)=(.*)\]$/.exec(part) ?? [];
  if (part === "*") return [...list.keys()];
  if (key === undefined) return /^\d+$/.test(part) ? [Number(part)] : [];
  return [...list.keys()].filter((i) => String(objectIn(list[i])[key]) === wanted);
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, part) => {
    if (Array.isArray(inner)) return inner[entryOf(inner, part)[0] ?? -1];
    return isJsonObject(inner) ? inner[part] : undefined;
  }, value);
}

function partOf(value: JsonValue | undefined, { delimiter, index = 0 }: JsonObject): JsonValue | undefined {
  return typeof delimiter === "string" && delimiter !== "" ? String(value).split(delimiter)[Number(index)] : value;
}

function written(object: JsonValue, path: readonly string[], value: JsonValue, options: JsonObject): JsonValue {
  const [part = "", ...rest] = path;
  if (path.length === 0) return withPart(object, value, options);
  if (Array.isArray(object)) {
    const chosen = entryOf(object, part);
    return object.map((one, i) => (chosen.includes(i) ? written(one, rest, value, options) : one));
  }
  if (!isJsonObject(object)) return object;
  const inner = object[part];
  if (inner === undefined && options["create"] !== true) {
    throw new Failure(`error: unable to find field ${JSON.stringify(path.join("."))} in replacement target`);
  }
  return { ...object, [part]: written(inner ?? {}, rest, value, options) };
}

function withPart(before: JsonValue, value: JsonValue, { delimiter, index = 0 }: JsonObject): JsonValue {
  if (typeof delimiter !== "string" || delimiter === "") return value;
  const parts = String(before).split(delimiter);
  const at = Number(index);
  if (at < 0) parts.unshift(String(value));
  else if (at >= parts.length) parts.push(String(value));
  else parts[at] = String(value);
  return parts.join(delimiter);
}
