/**
 * `kubectl edit`
 * Source: k8s.io/kubectl pkg/cmd/edit/edit.go, pkg/cmd/util/editor/editoptions.go (`visitToPatch`)
 */
import { equalJson, type JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, OUTPUT, PRINT, VALIDATE } from "../../core/command.ts";
import { pathOf, type Resource, shownName } from "../../core/discovery.ts";
import { SAVE_CONFIG } from "../../core/last-applied.ts";
import { threeWayMergePatch, threeWayPatch } from "../../core/merge-keys.ts";
import { metadataOf } from "../../core/objects.ts";
import { selectObjects, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { validation } from "../../core/validation.ts";
import { objectPrinter } from "../../printers/print.ts";
import { type Edited, editObjects } from "./editor.ts";

/** The comment at the top of the file. */
export const EDIT_HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
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
    SAVE_CONFIG,
    { name: "output-patch", type: "bool" },
    { name: "subresource", type: "string" },
    { name: "windows-line-endings", type: "bool" },
  ],
  *run(call) {
    const selected = yield* selectObjects(call, { args: call.args, takesAll: true });
    if (selected.length === 0) throw new Failure("error: edit cancelled, no objects found");
    const edited = selected.map(({ live, ...one }) => ({ ...one, object: live }));
    return yield* editObjects(call, edited, {
      header: EDIT_HEADER,
      save: (original, object) => patchObject(call, original, object),
    });
  },
};

/** Sends the difference to the object before. Throws Failure, and ServerError. */
function* patchObject(call: Call, originals: readonly Edited[], object: JsonObject): Steps<void> {
  const { client, session, flags } = call;
  const original = originals.find((one) => metadataOf(one.object)["uid"] === metadataOf(object)["uid"]);
  if (!original) throw new Failure("error: no original object found for the edited one");
  const { resource, namespace, name } = original;
  const { managedFields, ...metadata } = metadataOf(original.object);
  const before: JsonObject = { ...original.object, metadata };
  if (equalJson(before, object)) {
    session.print(`${shownName(resource, name)} skipped\n`);
    return;
  }
  const isSame = ["apiVersion", "kind"].every((field) => before[field] === object[field]);
  if (!isSame || metadata["name"] !== metadataOf(object)["name"]) {
    throw new Failure("error: At least one of apiVersion, kind and name was changed");
  }
  const isBuiltIn = isKnown(resource);
  const patch = (isBuiltIn ? threeWayPatch : threeWayMergePatch)(before, object, before);
  if (flags.is("output-patch")) session.print(`Patch: ${JSON.stringify(patch)}\n`);
  const result = yield* client.json(pathOf(resource, namespace, name, flags.text("subresource") || undefined), {
    method: "PATCH",
    contentType: isBuiltIn ? "application/strategic-merge-patch+json" : "application/merge-patch+json",
    query: { ...writeQuery(call, "kubectl-edit"), ...validation(call) },
    body: patch,
  });
  const print = objectPrinter(flags, session);
  if (print) session.print(print(result));
  else session.print(`${shownName(resource, name)}${flags.text("output") === "name" ? "" : " edited"}\n`);
}

function isKnown({ group }: Resource): boolean {
  return !group.includes(".") || group.endsWith(".k8s.io");
}
