/**
 * `kubectl apply edit-last-applied`: the annotation of the last manifest in the user's editor.
 * Source: k8s.io/kubectl pkg/cmd/apply/apply_edit_last_applied.go, pkg/cmd/util/editor/editoptions.go
 */
import { equalJson, type JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, FIELD_MANAGER, FILES, PRINT, VALIDATE } from "../../core/command.ts";
import { pathOf, shownName } from "../../core/discovery.ts";
import { LAST_APPLIED, lastApplied, manifestText } from "../../core/last-applied.ts";
import { metadataOf, nameOf } from "../../core/objects.ts";
import { selectObjects, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { type Edited, editObjects } from "../edit/editor.ts";

const HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

export const editLastApplied: Command = {
  words: ["apply", "edit-last-applied"],
  flags: [...FILES, ...PRINT, FIELD_MANAGER, VALIDATE, { name: "windows-line-endings", type: "bool" }],
  *run(call) {
    const selected = yield* selectObjects(call, { args: call.args, takesAll: true });
    const edited = selected.flatMap(({ live, ...one }): Edited[] => {
      const object = lastApplied(live);
      return object ? [{ ...one, object }] : [];
    });
    if (edited.length === 0) {
      throw new Failure(
        "error: no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`",
      );
    }
    return yield* editObjects(call, edited, { header: HEADER, save: (all, object) => save(call, all, object) });
  },
};

function* save(call: Call, edited: readonly Edited[], object: JsonObject): Steps<void> {
  const { client, session } = call;
  const original =
    edited.find((one) => one.object["kind"] === object["kind"] && one.name === nameOf(object)) ?? edited[0];
  if (!original) return;
  const { resource, namespace } = original;
  const name = nameOf(object);
  if (equalJson(withoutManagedFields(original.object), object)) {
    session.print(`${shownName(resource, name)} skipped\n`);
    return;
  }
  yield* client.json(pathOf(resource, namespace, name), {
    method: "PATCH",
    contentType: "application/merge-patch+json",
    query: writeQuery(call, "kubectl-last-applied"),
    body: { metadata: { annotations: { [LAST_APPLIED]: manifestText(object) } } },
  });
  session.print(`${shownName(resource, name)} edited\n`);
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}
