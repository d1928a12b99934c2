/**
 * `kubectl apply`, client-side with the annotation of the last manifest, and server-side.
 * Source: k8s.io/kubectl pkg/cmd/apply/apply.go, patcher.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { awaitChange } from "../../core/changes.ts";
import { ServerError } from "../../core/client.ts";
import {
  type Call,
  type Command,
  DRY_RUN,
  FIELD_MANAGER,
  FILES,
  PRINT,
  SELECTOR,
  VALIDATE,
} from "../../core/command.ts";
import { pathOf, type Resource, shownName } from "../../core/discovery.ts";
import { LAST_APPLIED, lastApplied, withLastApplied } from "../../core/last-applied.ts";
import { threeWayMergePatch, threeWayPatch } from "../../core/merge-keys.ts";
import {
  type FileObject,
  metadataOf,
  nameOf,
  namespaceOf,
  objectsInFiles,
  resourceOfObject,
} from "../../core/objects.ts";
import { objectIn } from "../../core/parts.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { validation } from "../../core/validation.ts";
import { objectPrinter } from "../../printers/print.ts";
import { checkPrune, deleteOptions, prune, prunedResources } from "./prune.ts";

export const apply: Command = {
  words: ["apply"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    DRY_RUN,
    FIELD_MANAGER,
    VALIDATE,
    { name: "server-side", type: "bool" },
    { name: "force-conflicts", type: "bool" },
    { name: "force", type: "bool" },
    { name: "overwrite", type: "bool", default: "true" },
    { name: "prune", type: "bool" },
    { name: "prune-allowlist", type: "array" },
    { name: "all", type: "bool" },
    { name: "wait", type: "bool" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "cascade", type: "string", default: "background", bare: "background" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "openapi-patch", type: "bool", default: "true" },
    { name: "subresource", type: "string" },
  ],
  *run(call) {
    const { session, flags } = call;
    if (call.args.length > 0) {
      throw new Failure(
        `error: Unexpected args: [${call.args.join(" ")}]\nSee 'kubectl apply -h' for help and examples`,
      );
    }
    if (flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure("error: must specify one of -f and -k");
    }
    if (flags.is("server-side") && flags.text("dry-run") === "client") {
      throw new Failure(
        "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
      );
    }
    if (flags.is("force-conflicts") && !flags.is("server-side")) {
      throw new Failure("error: --force-conflicts only works with --server-side");
    }
    checkPrune(call);
    const objects = yield* objectsInFiles(call);
    const resources = yield* call.resources();
    const pruned = flags.is("prune") ? prunedResources(call, resources) : [];
    if (objects.length === 0) throw new Failure("error: no objects passed to apply");
    const results: JsonObject[] = [];
    const failures: Failure[] = [];
    for (const file of objects) {
      try {
        const resource = resourceOfObject(file, resources);
        const { object, verb } = yield* applyOne(call, file, resource);
        results.push(object);
        if (flags.text("output") === "name") session.print(`${shownName(resource, nameOf(object))}\n`);
        else if (!objectPrinter(flags, session))
          session.print(`${shownName(resource, nameOf(object))} ${verb}${dryRunSuffix(call)}\n`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
    }
    for (const { message } of failures) session.warn(`${message}\n`);
    const print = objectPrinter(flags, session);
    if (print && results.length === 1) session.print(print(results[0]!));
    if (print && results.length > 1) {
      session.print(print({ apiVersion: "v1", items: results, kind: "List", metadata: { resourceVersion: "" } }));
    }
    if (failures.length === 0 && flags.is("prune")) yield* prune(call, pruned, results);
    return failures.length > 0 ? 1 : 0;
  },
};

interface Applied {
  object: JsonObject;
  verb: "created" | "configured" | "unchanged" | "serverside-applied";
}

function* applyOne(call: Call, file: FileObject, resource: Resource): Steps<Applied> {
  const { target, flags } = call;
  const given = namespaceOf(file.object);
  if (given !== "" && flags.text("namespace") && given !== flags.text("namespace") && resource.isNamespaced) {
    throw new Failure(
      `error: the namespace from the provided object "${given}" does not match the namespace "${flags.text("namespace")}". You must pass '--namespace=${given}' to perform this operation.`,
    );
  }
  const namespace = resource.isNamespaced ? given || target.namespace : "";
  const object = withNamespace(file.object, namespace);
  try {
    if (flags.is("server-side")) return yield* applyOnServer(call, resource, object);
    return yield* applyOnClient(call, resource, object);
  } catch (error) {
    if (error instanceof ServerError) throw error.duringWrite(`error when applying ${file.source}`);
    if (error instanceof CreationRefusal)
      throw error.refusal.duringWrite(`error when creating ${JSON.stringify(file.source)}`);
    throw error;
  }
}

function withNamespace(object: JsonObject, namespace: string): JsonObject {
  return namespace === "" ? object : { ...object, metadata: { ...metadataOf(object), namespace } };
}

/** The path of the object, or of its part that `--subresource` names. */
function objectPath({ flags }: Call, resource: Resource, object: JsonObject): string {
  return pathOf(resource, namespaceOf(object), nameOf(object), flags.text("subresource") || undefined);
}

function* applyOnServer(call: Call, resource: Resource, object: JsonObject): Steps<Applied> {
  const { client, flags } = call;
  const result = yield* client.json(objectPath(call, resource, object), {
    method: "PATCH",
    contentType: "application/apply-patch+yaml",
    query: { ...writeQuery(call, "kubectl"), force: String(flags.is("force-conflicts")), ...validation(call) },
    body: object,
  });
  return { object: result, verb: "serverside-applied" };
}

function* applyOnClient(call: Call, resource: Resource, object: JsonObject): Steps<Applied> {
  const { client, session, flags } = call;
  const path = objectPath(call, resource, object);
  const annotated = withLastApplied(object);
  const query = { ...writeQuery(call, "kubectl-client-side-apply"), ...validation(call) };
  const live = yield* fetchIfPresent(call, path);
  if (!live) {
    if (flags.text("dry-run") === "client") return { object: annotated, verb: "created" };
    return { object: yield* createOnServer(call, resource, annotated, query), verb: "created" };
  }
  const original = lastApplied(live);
  if (!original) {
    session.warn(
      `Warning: resource ${resource.name}${resource.group && `.${resource.group}`}/${nameOf(object)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  const isKnown = isBuiltIn(resource);
  const patch = (isKnown ? threeWayPatch : threeWayMergePatch)(original ?? {}, annotated, live);
  if (Object.keys(patch).length === 0) return { object: live, verb: "unchanged" };
  if (flags.text("dry-run") === "client") return { object: live, verb: "configured" };
  const contentType = isKnown ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  try {
    const result = yield* client.json(path, { method: "PATCH", contentType, query, body: patch });
    const isSame = metadataOf(result)["resourceVersion"] === metadataOf(live)["resourceVersion"];
    return { object: result, verb: isSame && flags.text("dry-run") !== "server" ? "unchanged" : "configured" };
  } catch (error) {
    const isForced = flags.is("force") && error instanceof ServerError && FORCED.includes(error.reason);
    if (!isForced) throw error;
    yield* remove(call, resource, path);
    return { object: yield* createOnServer(call, resource, annotated, query), verb: "configured" };
  }
}

/** Refusals of a change that `--force` answers by making the object anew. */
const FORCED = ["Conflict", "Invalid"];

/** A refusal of the creation of an object, which is worded in another way than that of a change. */
class CreationRefusal extends Error {
  override name = "CreationRefusal";
  readonly refusal: ServerError;

  constructor(refusal: ServerError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

function* createOnServer(
  { client }: Call,
  resource: Resource,
  body: JsonObject,
  query: Readonly<Record<string, string | undefined>>,
): Steps<JsonObject> {
  try {
    return yield* client.json(pathOf(resource, namespaceOf(body)), { method: "POST", query, body });
  } catch (error) {
    throw error instanceof ServerError ? new CreationRefusal(error) : error;
  }
}

/** Deletes an object and waits until it is gone. */
function* remove(call: Call, resource: Resource, path: string): Steps<void> {
  yield* call.client.json(path, { method: "DELETE", body: deleteOptions(call) });
  while (yield* fetchIfPresent(call, path)) yield* awaitChange([`${resource.group || "core"}/${resource.name}`]);
}

/** The object on the server, and what an apply would make of it (`kubectl diff`). */
export function* mergedOnServer(
  call: Call,
  file: FileObject,
  resource: Resource,
): Steps<{ live: JsonObject | undefined; merged: JsonObject }> {
  const { client, target, flags } = call;
  const namespace = resource.isNamespaced ? namespaceOf(file.object) || target.namespace : "";
  const object = withNamespace(file.object, namespace);
  const path = pathOf(resource, namespace, nameOf(object));
  const live = yield* fetchIfPresent(call, path);
  const fieldManager = flags.text("field-manager") || "kubectl-client-side-apply";
  if (flags.is("server-side")) {
    const force = String(flags.is("force-conflicts"));
    const query = { dryRun: "All", fieldManager: flags.text("field-manager") || "kubectl", force };
    const contentType = "application/apply-patch+yaml";
    return { live, merged: yield* client.json(path, { method: "PATCH", contentType, query, body: object }) };
  }
  const query = { dryRun: "All", fieldManager };
  if (!live) {
    const merged = yield* client.json(pathOf(resource, namespace), { method: "POST", query, body: object });
    return { live, merged };
  }
  const isKnown = isBuiltIn(resource);
  const patch = (isKnown ? threeWayPatch : threeWayMergePatch)(lastApplied(live) ?? {}, withAnnotations(object), live);
  if (Object.keys(patch).length === 0) return { live, merged: live };
  const contentType = isKnown ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
  return { live, merged: yield* client.json(path, { method: "PATCH", contentType, query, body: patch }) };
}

function withAnnotations(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  return { ...object, metadata: { ...metadata, annotations: objectIn(metadata["annotations"]) } };
}

/** Kinds with merge keys. */
function isBuiltIn({ group }: Resource): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}

function* fetchIfPresent({ client }: Call, path: string): Steps<JsonObject | undefined> {
  try {
    return yield* client.json(path);
  } catch (error) {
    if (error instanceof ServerError && error.reason === "NotFound") return undefined;
    throw error;
  }
}
