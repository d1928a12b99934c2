/**
 * `kubectl replace`
 * Source: k8s.io/kubectl pkg/cmd/replace/replace.go
 */
import { ServerError, serverError } from "../core/client.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, FILES, PRINT, VALIDATE } from "../core/command.ts";
import { pathOf, type Resource, shownName } from "../core/discovery.ts";
import { SAVE_CONFIG, saved } from "../core/last-applied.ts";
import { type FileObject, metadataOf, nameOf, namespaceOf, objectsInFiles, resourceOfObject } from "../core/objects.ts";
import { rawRequest } from "../core/raw.ts";
import { dryRunSuffix, writeQuery } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { awaitDeletion } from "../core/watching.ts";
import { objectPrinter } from "../printers/print.ts";

/** The time for the deletion of an object without `--timeout`. */
const DELETION_MS = 5 * 60 * 1_000;

export const replace: Command = {
  words: ["replace"],
  flags: [
    ...FILES,
    ...PRINT,
    DRY_RUN,
    FIELD_MANAGER,
    VALIDATE,
    { name: "force", type: "bool" },
    { name: "grace-period", type: "int", default: "-1" },
    { name: "cascade", type: "string", default: "background", bare: "background" },
    SAVE_CONFIG,
    { name: "raw", type: "string" },
    { name: "subresource", type: "string" },
    { name: "timeout", type: "duration", default: "0s" },
    { name: "wait", type: "bool" },
  ],
  *run(call) {
    const { flags, session } = call;
    if (flags.text("dry-run") !== "none" && flags.is("force")) {
      throw new Failure("error: --dry-run can not be used when --force is set");
    }
    if (flags.int("grace-period") >= 0 && !flags.is("force")) {
      throw new Failure("error: --grace-period must have --force specified");
    }
    if (!flags.has("filename") && !flags.has("kustomize")) throw new Failure("error: must specify one of -f and -k");
    if (flags.text("raw") !== "") return yield* rawRequest(call, "PUT");
    const files = yield* objectsInFiles(call);
    const resources = yield* call.resources();
    if (files.length === 0) throw new Failure("error: no objects passed to replace");
    const wanted = files.map((file) => ({ file, resource: resourceOfObject(file, resources) }));
    if (flags.is("force")) for (const { file, resource } of wanted) yield* deleteFirst(call, file, resource);
    let failures = 0;
    for (const { file, resource } of wanted) {
      try {
        yield* replaceOne(call, file, resource);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        session.warn(`${error.message}\n`);
        failures++;
      }
    }
    return failures > 0 ? 1 : 0;
  },
};

function namespaceFor({ target }: Call, { object }: FileObject, resource: Resource): string {
  return resource.isNamespaced ? namespaceOf(object) || target.namespace : "";
}

function* deleteFirst(call: Call, file: FileObject, resource: Resource): Steps<void> {
  const { client, flags, session } = call;
  const namespace = namespaceFor(call, file, resource);
  const path = pathOf(resource, namespace, nameOf(file.object));
  const period = Math.max(0, flags.int("grace-period"));
  const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: period, propagationPolicy: "Background" };
  const reply = yield* client.fetch(path, { method: "DELETE", body });
  if (reply.status === 404) return;
  if (reply.status >= 400) throw serverError(reply);
  const type = resource.group === "" ? resource.singular : `${resource.singular}.${resource.group}`;
  const from = resource.isNamespaced ? ` from ${namespace} namespace` : "";
  session.print(`${type} ${JSON.stringify(nameOf(file.object))} deleted${from}\n`);
  const untilMs = session.startedAtMs + (flags.duration("timeout") || DELETION_MS);
  const which = { resource, namespace, name: nameOf(file.object), uid: undefined };
  if (yield* awaitDeletion(call, which, untilMs)) return;
  throw new Failure(`error: timed out waiting for the condition on ${resource.name}/${nameOf(file.object)}`);
}

function* replaceOne(call: Call, file: FileObject, resource: Resource): Steps<void> {
  const { client, flags, session } = call;
  const namespace = namespaceFor(call, file, resource);
  const name = nameOf(file.object);
  const metadata = { ...metadataOf(file.object), ...(namespace !== "" && { namespace }) };
  const object = saved({ ...file.object, metadata }, flags);
  let result = object;
  if (flags.text("dry-run") !== "client") {
    const query = writeQuery(call, "kubectl-replace");
    const isNew = flags.is("force");
    const path = pathOf(resource, namespace, isNew ? undefined : name, flags.text("subresource") || undefined);
    try {
      result = yield* client.json(path, { method: isNew ? "POST" : "PUT", query, body: object });
    } catch (error) {
      if (!(error instanceof ServerError) || isNew) throw error;
      throw error.duringWrite(`error when replacing ${JSON.stringify(file.source)}`);
    }
  }
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
  else session.print(`${shownName(resource, name)} replaced${dryRunSuffix(call)}\n`);
}
