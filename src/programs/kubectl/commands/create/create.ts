/**
 * `kubectl create -f`
 * Source: k8s.io/kubectl pkg/cmd/create/create.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import { type Call, type Command, FILES, SELECTOR } from "../../core/command.ts";
import { pathOf, type Resources, shownName } from "../../core/discovery.ts";
import { saved } from "../../core/last-applied.ts";
import {
  type FileObject,
  metadataOf,
  nameOf,
  namespaceOf,
  objectsInFiles,
  resourceOfObject,
} from "../../core/objects.ts";
import { rawRequest } from "../../core/raw.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { validation } from "../../core/validation.ts";
import { objectPrinter } from "../../printers/print.ts";
import { EDIT_HEADER } from "../edit/edit.ts";
import { editObjects } from "../edit/editor.ts";
import { CREATE_FLAGS } from "./from-flags.ts";

export const create: Command = {
  words: ["create"],
  flags: [
    ...FILES,
    ...CREATE_FLAGS,
    SELECTOR,
    { name: "raw", type: "string" },
    { name: "edit", type: "bool" },
    { name: "windows-line-endings", type: "bool" },
  ],
  *run(call) {
    const { session, flags, client, target } = call;
    if (flags.text("raw") !== "") return yield* rawRequest(call, "POST");
    if (call.args.length > 0) {
      throw new Failure(
        `error: Unexpected args: [${call.args.join(" ")}]\nSee 'kubectl create -h' for help and examples`,
      );
    }
    if (flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure("error: must specify one of -f and -k");
    }
    const objects = yield* objectsInFiles(call);
    if (objects.length === 0) throw new Failure("error: no objects passed to create");
    const resources = yield* call.resources();
    if (flags.is("edit")) return yield* createEdited(call, objects, resources);
    let failures = 0;
    const print = objectPrinter(flags, session);
    for (const file of objects) {
      try {
        const resource = resourceOfObject(file, resources);
        const namespace = resource.isNamespaced ? namespaceOf(file.object) || target.namespace : "";
        const metadata = { ...metadataOf(file.object), ...(namespace !== "" && { namespace }) };
        let result: JsonObject = saved({ ...file.object, metadata }, flags);
        if (flags.text("dry-run") !== "client") {
          const query = writeQuery(call, "kubectl-create");
          result = yield* client.json(pathOf(resource, namespace), { method: "POST", query, body: result });
        }
        if (print) session.print(print(result));
        else if (flags.text("output") === "name") session.print(`${shownName(resource, nameOf(result))}\n`);
        else session.print(`${shownName(resource, nameOf(result))} created${dryRunSuffix(call)}\n`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const shown =
          error instanceof ServerError
            ? error.duringWrite(`error when creating ${JSON.stringify(file.source)}`)
            : error;
        session.warn(`${shown.message}\n`);
        failures++;
      }
    }
    return failures > 0 ? 1 : 0;
  },
};

/** `--edit`: each object is edited before it is created. */
function* createEdited(call: Call, files: readonly FileObject[], resources: Resources): Steps<number> {
  const { client, session, target } = call;
  for (const file of files) {
    const resource = resourceOfObject(file, resources);
    const namespace = resource.isNamespaced ? namespaceOf(file.object) || target.namespace : "";
    const metadata = { ...metadataOf(file.object), ...(namespace !== "" && { namespace }) };
    const edited = { resource, namespace, name: nameOf(file.object), object: { ...file.object, metadata } };
    yield* editObjects(call, [edited], {
      header: EDIT_HEADER,
      *save(_, object) {
        const query = { ...writeQuery(call, "kubectl-create"), ...validation(call) };
        const created = yield* client.json(pathOf(resource, namespace), { method: "POST", query, body: object });
        session.print(`${shownName(resource, nameOf(created))} created\n`);
      },
    });
  }
  return 0;
}
