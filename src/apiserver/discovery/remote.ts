/** The resources of an aggregated API server, from the entries of its APIResourceList. */
import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { ServedResource, ServedSubresource } from "./served.ts";

/** Entries named `resource/subresource` belong to the resource before them. */
export function remoteResources(entries: readonly JsonObject[]): ServedResource[] {
  const named = entries.map((entry) => ({ entry, parts: textOf(entry["name"]).split("/") }));
  return named
    .filter(({ parts }) => parts.length === 1)
    .map(({ entry, parts: [name = ""] }) => ({
      name,
      singularName: textOf(entry["singularName"]),
      namespaced: entry["namespaced"] === true,
      kind: textOf(entry["kind"]),
      verbs: textsOf(entry["verbs"]),
      ...(Array.isArray(entry["shortNames"]) && { shortNames: textsOf(entry["shortNames"]) }),
      ...(Array.isArray(entry["categories"]) && { categories: textsOf(entry["categories"]) }),
      ...(typeof entry["storageVersionHash"] === "string" && { storageVersionHash: entry["storageVersionHash"] }),
      isCustom: true,
      subresources: named
        .filter(({ parts }) => parts.length === 2 && parts[0] === name)
        .map(({ entry: sub, parts: [, subName = ""] }) => remoteSubresource(sub, subName)),
    }));
}

function remoteSubresource(entry: JsonObject, name: string): ServedSubresource {
  return {
    name,
    verbs: textsOf(entry["verbs"]),
    kind: textOf(entry["kind"]),
    group: textOf(entry["group"]),
    version: textOf(entry["version"]),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
