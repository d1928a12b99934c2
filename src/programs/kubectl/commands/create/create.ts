/**
 * `kubectl create -f`
 * Source: k8s.io/kubectl pkg/cmd/create/create.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError, serverError } from "../../core/client.ts";
import { type Command, FILES, SELECTOR } from "../../core/command.ts";
import { pathOf, shownName } from "../../core/discovery.ts";
import { saved } from "../../core/last-applied.ts";
import { metadataOf, nameOf, namespaceOf, objectsInFiles, readText, resourceOfObject } from "../../core/objects.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure } from "../../core/session.ts";
import { objectPrinter } from "../../printers/print.ts";
import { CREATE_FLAGS } from "./from-flags.ts";

export const create: Command = {
  words: ["create"],
  flags: [
    ...FILES,
    ...CREATE_FLAGS,
    SELECTOR,
    { name: "raw", type: "string" },
    { name: "edit", type: "bool", isUnwritten: true },
    { name: "windows-line-endings", type: "bool" },
  ],
  *run(call) {
    const { session, flags, client, target } = call;
    if (flags.has("raw")) {
      const body =
        flags.text("filename") === "-" ? String(yield { type: "input" }) : readText(session, flags.text("filename"));
      const reply = yield* client.fetch(flags.text("raw"), { method: "POST", body });
      if (reply.status >= 400) throw serverError(reply);
      session.print(reply.text);
      return 0;
    }
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
