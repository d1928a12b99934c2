/**
 * `kubectl patch`
 * Source: k8s.io/kubectl pkg/cmd/patch/patch.go
 */
import { equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { serverError } from "../core/client.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, FILES, LOCAL, PRINT } from "../core/command.ts";
import { pathOf, type Resource, shownName } from "../core/discovery.ts";
import { jsonMerge, strategicMerge } from "../core/local-patch.ts";
import { metadataOf, readText } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { forEachObject, isLocal, isOffline, writeQuery } from "../core/selected.ts";
import { Failure } from "../core/session.ts";
import { DocumentError, readYaml } from "../core/yaml-documents.ts";
import { applyOperations } from "../kustomize/json-patch.ts";
import { objectPrinter } from "../printers/print.ts";

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

export const patch: Command = {
  words: ["patch"],
  flags: [
    ...FILES,
    ...PRINT,
    DRY_RUN,
    FIELD_MANAGER,
    { name: "patch", short: "p", type: "string" },
    { name: "patch-file", type: "string" },
    { name: "type", type: "string", default: "strategic" },
    { name: "subresource", type: "string" },
    LOCAL,
  ],
  *run(call) {
    const { session, flags, client } = call;
    const type = flags.text("type").toLowerCase();
    const contentType = TYPES[type];
    if (contentType === undefined) {
      throw new Failure(
        `error: --type must be one of [json merge strategic], not ${JSON.stringify(flags.text("type"))}`,
      );
    }
    const source = flags.has("patch-file") ? readText(session, flags.text("patch-file")) : flags.text("patch");
    if (source === "")
      throw new Failure("error: must specify --patch or --patch-file containing the contents of the patch");
    // JSON is sent as it is written, and the server tells what is wrong with it.
    const body = /^\s*\{/.test(source) && !isLocal(call) ? source : parsed(source);
    const subresource = flags.text("subresource") || undefined;
    const isFile = flags.has("filename") || flags.has("kustomize");
    return yield* forEachObject(call, { args: call.args }, function* ({ resource, name, namespace, live }) {
      if (isOffline(call)) {
        printLocally(call, { resource, name, live, type, patch: parsed(source) });
        return;
      }
      const reply = yield* client.fetch(pathOf(resource, namespace, name, subresource), {
        method: "PATCH",
        contentType,
        query: writeQuery(call, "kubectl-patch"),
        body,
      });
      if (reply.status >= 400) throw serverError(reply);
      const result = objectIn(reply.json);
      const print = objectPrinter(flags, session);
      const isSame = equalJson(withoutFields(result), withoutFields(live));
      const shown = result["kind"] === "Scale" ? `scale.autoscaling/${name}` : shownName(resource, name);
      if (print) session.print(print(result));
      else if (flags.text("output") === "name") session.print(`${shown}\n`);
      else session.print(`${shown} patched${isSame && !isFile ? " (no change)" : ""}\n`);
    });
  },
};

function withoutFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

interface LocalPatch {
  resource: Resource;
  name: string;
  live: JsonObject;
  type: string;
  patch: JsonValue;
}

/** A dry run of the client, or `--local`. */
function printLocally({ flags, session }: Call, { resource, name, live, type, patch: wanted }: LocalPatch): void {
  const result =
    type === "json"
      ? objectIn(applyOperations(live, objectsIn(wanted)))
      : (type === "merge" ? jsonMerge : strategicMerge)(live, objectIn(wanted));
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
  else session.print(`${shownName(resource, name)} patched${equalJson(live, result) ? " (no change)" : ""}\n`);
}

function parsed(source: string): JsonValue {
  try {
    return readYaml(source);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Failure(`error: unable to parse ${JSON.stringify(source)}: ${error.message}`);
  }
}
