/**
 * `kubectl edit`: objects in a file, which the user's editor changes.
 * Source: k8s.io/kubectl pkg/cmd/util/editor/editoptions.go, editor.go
 */
import { parseAllDocuments } from "yaml";
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { ServerError } from "../core/client.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, OUTPUT, PRINT, VALIDATE } from "../core/command.ts";
import { pathOf, qualifiedName, type Resource, shownName } from "../core/discovery.ts";
import { threeWayMergePatch, threeWayPatch } from "../core/merge-keys.ts";
import { metadataOf, nameOf, namespaceOf } from "../core/objects.ts";
import { type Selected, selectObjects, writeQuery } from "../core/selected.ts";
import { Failure, type Session, type Steps } from "../core/session.ts";
import { objectPrinter } from "../printers/print.ts";
import { yamlText } from "../printers/yaml.ts";

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export const edit: Command = {
  words: ["edit"],
  flags: [
    ...FILES,
    ...PRINT.filter(({ name }) => name !== OUTPUT.name),
    OUTPUT,
    FIELD_MANAGER,
    VALIDATE,
    { name: "output-patch", type: "bool" },
    { name: "save-config", type: "bool", isUnwritten: true },
    { name: "subresource", type: "string" },
    { name: "windows-line-endings", type: "bool" },
  ],
  *run(call) {
    const { session } = call;
    const selected = yield* selectObjects(call, { args: call.args, takesAll: true });
    if (selected.length === 0) throw new Failure("error: edit cancelled, no objects found");
    const original = shownText(selected);
    const path = `/tmp/kubectl-edit-${Number(yield { type: "random" })}.yaml`;
    let before = HEADER + original;
    for (;;) {
      const shown = before;
      session.once(() => session.process.files.write(path, bytesOfText(shown)));
      yield* runEditor(session, path);
      const after = String(yield { type: "file", path });
      const text = withoutComments(after);
      if (text === withoutComments(before)) {
        if (before !== HEADER + original) {
          session.warn(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`);
          throw new Failure("error: Edit cancelled, no valid changes were saved.");
        }
        session.warn("Edit cancelled, no changes made.\n");
        session.once(() => session.process.files.removeFile(path));
        return 0;
      }
      if (text.trim() === "") {
        session.warn("Edit cancelled, saved file was empty.\n");
        return 0;
      }
      const problems = yield* saveAll(call, selected, text);
      if (problems.length === 0) {
        session.once(() => session.process.files.removeFile(path));
        return 0;
      }
      before = `${HEADER}${problems.join("")}#\n${text}`;
    }
  },
};

function shownText(selected: readonly Selected[]): string {
  const plain = selected.map(({ live }) => {
    const { managedFields: _, ...metadata } = metadataOf(live);
    return { ...live, metadata };
  });
  const [only] = plain;
  return yamlText(plain.length === 1 && only ? only : { apiVersion: "v1", items: plain, kind: "List", metadata: {} });
}

/** Throws Failure if the editor fails. */
function* runEditor(session: Session, path: string): Steps<void> {
  const editor = session.env("KUBE_EDITOR") || session.env("EDITOR") || "vi";
  const words = editor.split(" ").filter((word) => word !== "");
  const isPlain = !/["'$\\;|&]/.test(editor);
  const argv = isPlain ? [...words, path] : ["sh", "-c", `${editor} ${path}`];
  const status = Number(yield { type: "program", argv });
  if (status === 127) throw new Failure(`error: unable to launch the editor ${JSON.stringify(editor)}`);
  if (status !== 0) throw new Failure(`error: there was a problem with the editor ${JSON.stringify(editor)}`);
}

function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
}

/** Sends what changed. Returns the comments that tell why the file is opened again. */
function* saveAll(call: Call, selected: readonly Selected[], text: string): Steps<string[]> {
  const { session } = call;
  const edited = objectsOf(text);
  if (typeof edited === "string") {
    const [first] = selected;
    if (first) session.warn(`error: ${qualifiedName(first.resource)} ${JSON.stringify(first.name)} is invalid\n`);
    return [`# The edited file had a syntax error: ${edited}\n`];
  }
  const problems: string[] = [];
  for (const object of edited) {
    const found = selected.find(({ live }) => live["kind"] === object["kind"] && nameOf(live) === nameOf(object));
    if (!found) throw new Failure("error: At least one of apiVersion, kind and name was changed");
    try {
      yield* saveOne(call, found, object);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      session.warn(`error: ${qualifiedName(found.resource)} ${JSON.stringify(found.name)} is invalid\n`);
      const details = error.statusMessage.split("\n").map((line) => `# * ${line}\n`);
      problems.push(
        `# ${qualifiedName(found.resource)} ${JSON.stringify(found.name)} was not valid:\n${details.join("")}`,
      );
    }
  }
  return problems;
}

function objectsOf(text: string): JsonObject[] | string {
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  if (!Array.isArray(documents)) return [];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error) return `error parsing edited-file: ${error.message.split("\n")[0] ?? ""}`;
  return documents.flatMap((document) => {
    const value = document.toJS() as JsonValue;
    if (!isJsonObject(value)) return [];
    return value["kind"] === "List" && Array.isArray(value["items"]) ? value["items"].filter(isJsonObject) : [value];
  });
}

function* saveOne(call: Call, { resource, name, live }: Selected, edited: JsonObject): Steps<void> {
  const { client, session, flags } = call;
  const { managedFields: _, ...metadata } = metadataOf(live);
  const plain = { ...live, metadata };
  const isBuiltIn = isKnown(resource);
  const patch = (isBuiltIn ? threeWayPatch : threeWayMergePatch)(plain, edited, plain);
  if (Object.keys(patch).length === 0) {
    session.print(`${shownName(resource, name)} skipped\n`);
    return;
  }
  if (flags.is("output-patch")) session.print(`Patch: ${JSON.stringify(patch)}\n`);
  const result = yield* client.json(pathOf(resource, namespaceOf(live), name, flags.text("subresource") || undefined), {
    method: "PATCH",
    contentType: isBuiltIn ? "application/strategic-merge-patch+json" : "application/merge-patch+json",
    query: writeQuery(call, "kubectl-edit"),
    body: patch,
  });
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else session.print(`${shownName(resource, name)}${flags.text("output") === "name" ? "" : " edited"}\n`);
}

function isKnown({ group }: Resource): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}
