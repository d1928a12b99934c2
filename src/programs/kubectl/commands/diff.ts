/**
 * `kubectl diff`
 * Source: k8s.io/kubectl pkg/cmd/diff/diff.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { unifiedDiff } from "../../../lib/unified-diff.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, SELECTOR } from "../core/command.ts";
import type { Resource } from "../core/discovery.ts";
import { metadataOf, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { yamlText } from "../printers/yaml.ts";
import { mergedOnServer } from "./apply/apply.ts";
import { prunedObjects, prunedResources } from "./apply/prune.ts";

/** The exit code of a failure; 1 stands for differences. */
const FAILED = 2;

export const diff: Command = {
  words: ["diff"],
  flags: [
    ...FILES,
    SELECTOR,
    FIELD_MANAGER,
    { name: "server-side", type: "bool" },
    { name: "force-conflicts", type: "bool" },
    { name: "show-managed-fields", type: "bool" },
    { name: "concurrency", type: "int" },
    { name: "prune", type: "bool" },
    { name: "prune-allowlist", type: "array" },
  ],
  *run(call) {
    try {
      return yield* compareAll(call);
    } catch (error) {
      if (error instanceof Failure) throw new Failure(error.message, FAILED);
      throw error;
    }
  },
};

function* compareAll(call: Call): Steps<number> {
  const { flags, session } = call;
  if (!flags.has("filename") && !flags.has("kustomize")) throw new Failure("error: must specify one of -f and -k");
  const files = yield* objectsInFiles(call);
  const resources = yield* call.resources();
  const pruned = flags.is("prune") ? prunedResources(call, resources) : [];
  const parts: { name: string; text: string }[] = [];
  const compared: JsonObject[] = [];
  for (const file of files) {
    const resource = resourceOfObject(file, resources);
    const { live, merged } = yield* mergedOnServer(call, file, resource);
    compared.push(merged);
    const [before, after] = [textOf(call, live), textOf(call, merged)];
    const name = fileName(call, file.object, resource);
    if (before === after) continue;
    parts.push({ name, text: patchText({ before, after, name, nowMs: session.startedAtMs }) });
  }
  for (const { type, object } of flags.is("prune") ? yield* prunedObjects(call, pruned, compared) : []) {
    const name = fileName(call, object, type);
    parts.push({
      name,
      text: patchText({ before: textOf(call, object), after: "", name, nowMs: session.startedAtMs }),
    });
  }
  session.print(
    parts
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ text }) => text)
      .join(""),
  );
  return parts.length > 0 ? 1 : 0;
}

/** `apps.v1.Deployment.default.web` */
function fileName({ target }: Call, object: JsonObject, { group, version, kind, isNamespaced }: Resource): string {
  const namespace = isNamespaced ? namespaceOf(object) || target.namespace : "";
  return `${group === "" ? "" : `${group}.`}${version}.${kind}.${namespace}.${nameOf(object)}`;
}

function textOf({ flags }: Call, object: JsonObject | undefined): string {
  if (!object) return "";
  const { managedFields, ...metadata } = metadataOf(object);
  const shown = flags.is("show-managed-fields") && managedFields ? { ...metadata, managedFields } : metadata;
  return yamlText(masked({ ...object, metadata: shown }));
}

/** Values of Secrets are not shown. */
function masked(object: JsonObject): JsonObject {
  if (object["kind"] !== "Secret" || !("data" in object)) return object;
  const data = Object.fromEntries(Object.keys(objectIn(object["data"])).map((key) => [key, "***"]));
  return { ...object, data };
}

interface Patch {
  before: string;
  after: string;
  name: string;
  nowMs: number;
}

function patchText({ before, after, name, nowMs }: Patch): string {
  const [live, merged] = [`/tmp/LIVE-${nowMs}/${name}`, `/tmp/MERGED-${nowMs}/${name}`];
  const at = `${new Date(nowMs).toISOString().replace("T", " ").replace("Z", "")}000000 +0000`;
  const body =
    before === ""
      ? added(after)
      : after === ""
        ? removed(before)
        : unifiedDiff(before.slice(0, -1), after.slice(0, -1));
  return `diff -u -N ${live} ${merged}\n--- ${live}\t${at}\n+++ ${merged}\t${at}\n${body}`;
}

function removed(text: string): string {
  const lines = text.slice(0, -1).split("\n");
  return `@@ -1,${lines.length} +0,0 @@\n${lines.map((line) => `-${line}\n`).join("")}`;
}

function added(text: string): string {
  const lines = text.slice(0, -1).split("\n");
  return `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;
}
