/**
 * Rules that generate: the objects that a rule wants for a trigger, from data or as clones of a source.
 * Source: github.com/kyverno/kyverno pkg/background/generate
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type Client, ServerError } from "../../kubectl/core/client.ts";
import { pathOf, type Resource, type Resources } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { Failure, type Steps } from "../../kubectl/core/session.ts";
import { create, find, list, mergePatch, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import { evaluateConditions } from "./conditions.ts";
import type { PolicyContext } from "./context.ts";
import { parseKind } from "./kinds.ts";
import type { Policy } from "./policies.ts";
import { substitute } from "./substitution.ts";
import { LABELS, labelsOf, MANAGED_BY } from "./update-requests.ts";
import { listOf } from "./validate.ts";

/** The blocks of a rule with their variables resolved: one, or one for each element of its loops. Throws QueryError. */
export function patternsOf(context: PolicyContext, generate: JsonObject): JsonObject[] {
  const { foreach, ...pattern } = generate;
  if (!Array.isArray(foreach)) return [objectIn(substitute(context, pattern))];
  return objectsIn(foreach).flatMap((loop) =>
    listOf(context, loop).flatMap((element, i) => {
      const { list: _list, context: entries, preconditions, ...own } = loop;
      const inner = context.withElement(element, i, 0).withEntries(entries);
      if (!evaluateConditions(inner, preconditions).holds) return [];
      return [{ ...objectIn(substitute(inner, own)), synchronize: generate["synchronize"] ?? false }];
    }),
  );
}

export interface Generation {
  client: Client;
  resources: Resources;
  policy: Policy;
  rule: string;
  trigger: JsonObject;
}

/** Creates or synchronizes what one block wants. Throws Failure. */
export function* applyPattern(generation: Generation, pattern: JsonObject): Steps<void> {
  const { clone, cloneList, data, kind, apiVersion, name, namespace } = pattern;
  if (isJsonObject(cloneList)) return yield* cloneAll(generation, pattern, cloneList);
  const resource = resourceOf(generation.resources, apiVersion, String(kind));
  const target = { resource, name: String(name), namespace: String(namespace ?? "") };
  const isSynchronized = pattern["synchronize"] === true;
  if (!isJsonObject(clone)) return yield* write(generation, target, objectIn(data), isSynchronized);
  const source = pathOf(resource, String(clone["namespace"] ?? ""), String(clone["name"]));
  yield* writeClone(generation, target, source);
}

interface Target {
  resource: Resource;
  name: string;
  namespace: string;
}

export function resourceOf({ all }: Resources, apiVersion: JsonValue | undefined, kind: string): Resource {
  const found = all.find(
    (each) =>
      each.kind === kind &&
      (typeof apiVersion === "string" && apiVersion !== ""
        ? apiVersion === (each.group === "" ? each.version : `${each.group}/${each.version}`)
        : each.isPreferred),
  );
  if (!found) throw new Failure(`unable to convert GVK to GVR for kinds ${String(apiVersion ?? "")}/${kind}`);
  return found;
}

function* cloneAll(generation: Generation, pattern: JsonObject, cloneList: JsonObject): Steps<void> {
  const { namespace: from, kinds, selector } = cloneList;
  const labels = Object.entries(objectIn(objectIn(selector)["matchLabels"])).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  for (const text of Array.isArray(kinds) ? kinds.map(String) : []) {
    const { group, version, kind } = parseKind(text);
    const apiVersion = version === "*" ? "" : group === "*" || group === "" ? version : `${group}/${version}`;
    const resource = resourceOf(generation.resources, apiVersion, kind);
    const query = labels.length === 0 ? "" : `?${new URLSearchParams({ labelSelector: labels.join(",") })}`;
    for (const source of yield* list(generation.client, `${pathOf(resource, String(from ?? ""))}${query}`)) {
      const target = { resource, name: nameOf(source), namespace: String(pattern["namespace"] ?? "") };
      if (target.namespace === namespaceOf(source)) continue;
      yield* writeClone(generation, target, pathOf(resource, namespaceOf(source), nameOf(source)));
    }
  }
}

function* writeClone(generation: Generation, target: Target, sourcePath: string): Steps<void> {
  const source = yield* find(generation.client, sourcePath);
  if (!source) {
    const place = [target.resource.kind, target.namespace, target.name].join("/");
    throw new Failure(`source resource ${place} not found`);
  }
  const { labels, annotations, uid = "" } = metadataOf(source);
  if (objectIn(labels)[LABELS.cloneSource] === undefined) {
    yield* mergePatch(generation.client, sourcePath, { metadata: { labels: { [LABELS.cloneSource]: "" } } });
  }
  const { [LABELS.cloneSource]: _mark, ...own } = objectIn(labels);
  const copy = {
    ...source,
    metadata: { labels: { ...own, [LABELS.sourceUid]: uid }, ...(annotations !== undefined && { annotations }) },
  };
  yield* write(generation, target, copy, true);
}

/** An object that is there is only changed if the rule synchronizes. */
function* write(
  { client, policy, rule, trigger }: Generation,
  { resource, name, namespace }: Target,
  content: JsonObject,
  isSynchronized: boolean,
): Steps<void> {
  const { group, version, kind } = resource;
  const metadata = objectIn(content["metadata"]);
  const object = {
    ...content,
    ...{ apiVersion: group === "" ? version : `${group}/${version}`, kind },
    metadata: {
      ...metadata,
      name,
      ...(resource.isNamespaced && { namespace }),
      labels: { ...objectIn(metadata["labels"]), ...labelsOf(policy, rule, trigger) },
    },
  };
  const path = pathOf(resource, namespace, name);
  const found = yield* find(client, path);
  if (!found) {
    yield* create(client, pathOf(resource, namespace), object);
    return;
  }
  if (!isSynchronized) return;
  const { resourceVersion = "" } = metadataOf(found);
  yield* replace(client, path, { ...object, metadata: { ...object.metadata, resourceVersion } });
}

/** Deletes the objects that a rule has generated; `labels` choose among them. */
export function* deleteGenerated(
  client: Client,
  resource: Resource,
  labels: Readonly<Record<string, string>>,
): Steps<void> {
  const wanted = { ...labels, [MANAGED_BY]: "kyverno" };
  const labelSelector = Object.entries(wanted)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  for (const each of yield* list(client, `${pathOf(resource, "")}?${new URLSearchParams({ labelSelector })}`)) {
    const reply = yield* client.fetch(pathOf(resource, namespaceOf(each), nameOf(each)), { method: "DELETE" });
    if (reply.status >= 400 && reply.status !== 404) throw new ServerError(objectIn(reply.json));
  }
}
