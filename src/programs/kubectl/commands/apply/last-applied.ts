/**
 * `kubectl apply view-last-applied` and `set-last-applied`
 * Source: k8s.io/kubectl pkg/cmd/apply/apply_view_last_applied.go, apply_set_last_applied.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { ALL, type Command, DRY_RUN, FILES, PRINT, SELECTOR } from "../../core/command.ts";
import { pathOf, type Resource, shownName } from "../../core/discovery.ts";
import { LAST_APPLIED, lastAppliedText, manifestText } from "../../core/last-applied.ts";
import { fetchObject, metadataOf, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "../../core/objects.ts";
import { objectIn } from "../../core/parts.ts";
import { dryRunSuffix, NOTHING_NAMED, selectObjects } from "../../core/selected.ts";
import { Failure } from "../../core/session.ts";
import { usageError } from "../../core/usage.ts";
import { objectPrinter } from "../../printers/print.ts";
import { yamlText } from "../../printers/yaml.ts";

export const viewLastApplied: Command = {
  words: ["apply", "view-last-applied"],
  flags: [...FILES, SELECTOR, ALL, { name: "output", short: "o", type: "string", default: "yaml" }],
  *run(call) {
    const { flags, session } = call;
    const texts: string[] = [];
    for (const { live } of yield* selectObjects(call, { args: call.args, takesAll: true })) {
      const text = lastAppliedText(live);
      if (text !== undefined) texts.push(text);
    }
    const output = flags.text("output");
    if (output !== "json" && output !== "yaml") {
      throw usageError(call, `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
    }
    for (const text of texts) {
      const object = JSON.parse(text) as JsonObject;
      session.print(output === "yaml" ? yamlText(object) : `${JSON.stringify(object, null, 2)}\n`);
    }
    return 0;
  },
};

interface Change {
  resource: Resource;
  namespace: string;
  name: string;
  live: JsonObject;
  text: string;
}

export const setLastApplied: Command = {
  words: ["apply", "set-last-applied"],
  flags: [...FILES, ...PRINT, DRY_RUN, { name: "create-annotation", type: "bool" }],
  *run(call) {
    const { flags, session, client, target } = call;
    if (flags.list("filename").length === 0 && !flags.has("kustomize")) throw new Failure(NOTHING_NAMED);
    const changes: Change[] = [];
    const resources = yield* call.resources();
    for (const file of yield* objectsInFiles(call)) {
      const resource = resourceOfObject(file, resources);
      const namespace = resource.isNamespaced ? namespaceOf(file.object) || target.namespace : "";
      const object =
        namespace === "" ? file.object : { ...file.object, metadata: { ...metadataOf(file.object), namespace } };
      const name = nameOf(object);
      const live = yield* fetchObject(call, { resource, name }, namespace);
      const before = lastAppliedText(live);
      if (before === undefined && !flags.is("create-annotation")) {
        throw new Failure(
          `error: no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
        );
      }
      const text = manifestText(object);
      if (before?.trim() === text.trim()) session.print(`set-last-applied ${name}: no changes required.\n`);
      else changes.push({ resource, namespace, name, live, text });
    }
    const print = objectPrinter(flags, session);
    for (const { resource, namespace, name, live, text } of changes) {
      const isWritten = flags.text("dry-run") !== "client";
      const query = flags.text("dry-run") === "server" ? { dryRun: "All" } : {};
      const body = { metadata: { annotations: { [LAST_APPLIED]: text } } };
      const contentType = "application/merge-patch+json";
      const path = pathOf(resource, namespace, name);
      const result = isWritten ? yield* client.json(path, { method: "PATCH", contentType, query, body }) : live;
      const shown = shownName(resource, name);
      if (print) session.print(print(objectIn(result)));
      else session.print(flags.text("output") === "name" ? `${shown}\n` : `${shown} configured${dryRunSuffix(call)}\n`);
    }
    return 0;
  },
};
