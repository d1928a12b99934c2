/**
 * Objects in a file, which the user's editor changes. A file that cannot be saved is opened again with the reasons.
 * Source: k8s.io/kubectl pkg/cmd/util/editor/editoptions.go, editor.go
 */
import { bytesOfText } from "../../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { qualifiedName, type Resource } from "../../core/discovery.ts";
import { saved } from "../../core/last-applied.ts";
import { metadataOf, objectsOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { type Round, repeat } from "../../core/repeat.ts";
import { Failure, type Session, type Steps } from "../../core/session.ts";
import { DocumentError, readYaml } from "../../core/yaml-documents.ts";
import { compactJson } from "../../printers/compact-json.ts";
import { jsonText, yamlText } from "../../printers/yaml.ts";

/** An object that is edited. */
export interface Edited {
  resource: Resource;
  name: string;
  namespace: string;
  object: JsonObject;
}

/** The work of a command on the file. */
export interface EditMode {
  /** The comment at the top of the file. */
  header: string;
  /** Saves one object of the file. Throws ServerError for a refusal, and Failure to give up. */
  save(original: readonly Edited[], object: JsonObject): Steps<void>;
}

/** Why the file is opened again. */
interface Reason {
  head: string;
  others: string[];
}

/** A round of the editor. */
interface EditState {
  reasons: Reason[];
  /** The text of the last round, if it could not be saved; then `path` is its file. */
  rejected?: string;
  path?: string;
}

/** Opens the objects in the editor until they are saved. Returns the exit code. Throws Failure. */
export function* editObjects(call: Call, edited: readonly Edited[], mode: EditMode): Steps<number> {
  const { session, flags } = call;
  const isJson = flags.text("output") === "json";
  const shown = textOf(
    edited.map(({ object }) => withoutManagedFields(object)),
    isJson,
  );
  return yield* repeat<EditState, number>({ reasons: [] }, function* (state) {
    const before = state.rejected ?? shown;
    const content = `${isJson ? "" : headerOf(mode, state.reasons)}${before}`;
    const suffix = String(yield { type: "random" });
    const path = `/tmp/kubectl-edit-${suffix}${isJson ? ".json" : ".yaml"}`;
    session.once(() => session.process.files.write(path, bytesOfText(content)));
    yield* runEditor(session, path);
    const after = String(yield { type: "file", path });
    if (state.rejected !== undefined && comparable(after) === comparable(state.rejected)) {
      throw preserved(session, path, new Failure("error: Edit cancelled, no valid changes were saved."));
    }
    const old = state.path;
    if (old !== undefined) session.once(() => session.process.files.removeFile(old));
    return yield* saveFile(call, { edited, mode, shown, path, after });
  });
}

interface SavedFile {
  edited: readonly Edited[];
  mode: EditMode;
  /** The text before the first edit. */
  shown: string;
  path: string;
  after: string;
}

function* saveFile(call: Call, { edited, mode, shown, path, after }: SavedFile): Steps<Round<EditState, number>> {
  const { session, flags } = call;
  const again = (reasons: Reason[]): Round<EditState, number> => ({
    next: { reasons, rejected: withoutComments(after), path },
  });
  const [first] = edited;
  const problem = problemOf(withoutComments(after));
  if (problem !== undefined && first) {
    session.warn(`error: ${subject(first)} is invalid\n`);
    const why = `<nil>: Invalid value: "The edited file failed validation": ${problem}`;
    return again([{ head: `${subject(first)} was not valid`, others: [why] }]);
  }
  const unchanged = comparable(after) === comparable(shown);
  if (unchanged || withoutComments(after).trim() === "") {
    session.once(() => session.process.files.removeFile(path));
    session.warn(unchanged ? "Edit cancelled, no changes made.\n" : "Edit cancelled, saved file was empty.\n");
    return { result: 0 };
  }
  const outcome = { reasons: [] as Reason[], retryable: 0, missing: 0 };
  for (const { object } of objectsOf(after, "edited-file")) {
    try {
      yield* mode.save(edited, saved(object, flags));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error instanceof Failure ? preserved(session, path, error) : error;
      const one = edited.find((each) => metadataOf(each.object)["uid"] === metadataOf(object)["uid"]) ?? first!;
      session.warn(`${refuse(one, error, outcome)}\n`);
    }
  }
  if (outcome.retryable > 0) {
    session.warn(`You can run \`kubectl replace -f ${path}\` to try this update again.\n`);
    throw new Failure("");
  }
  if (outcome.missing > 0) {
    session.warn(`The edits you made on deleted resources have been saved to ${JSON.stringify(path)}\n`);
    throw new Failure("");
  }
  if (outcome.reasons.length > 0) return again(outcome.reasons);
  session.once(() => session.process.files.removeFile(path));
  return { result: 0 };
}

function subject({ resource, name }: Edited): string {
  return `${qualifiedName(resource)} ${JSON.stringify(name)}`;
}

/** Counts a refusal. Returns the line that tells it. */
function refuse(
  one: Edited,
  error: ServerError,
  outcome: { reasons: Reason[]; retryable: number; missing: number },
): string {
  if (error.reason === "Invalid") {
    const causes = objectsIn(error.details["causes"]);
    const others = causes.map(({ field, message }) => `${String(field ?? "")}: ${String(message ?? "")}`);
    outcome.reasons.push({ head: `${subject(one)} was not valid`, others });
    return `error: ${subject(one)} is invalid`;
  }
  if (error.reason === "NotFound") {
    outcome.missing++;
    return `error: ${subject(one)} could not be found on the server`;
  }
  outcome.retryable++;
  return `error: ${subject(one)} could not be patched: ${error.statusMessage}`;
}

/** The failure, after the line that tells where the file is. */
function preserved(session: Session, path: string, failure: Failure): Failure {
  session.warn(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`);
  return failure;
}

function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

function textOf(objects: readonly JsonObject[], isJson: boolean): string {
  const [only] = objects;
  const whole: JsonObject =
    objects.length === 1 && only ? only : { apiVersion: "v1", items: [...objects], kind: "List", metadata: {} };
  return isJson ? jsonText(whole) : yamlText(whole);
}

function headerOf({ header }: EditMode, reasons: readonly Reason[]): string {
  const commented = (text: string) => text.replaceAll(/\n(?=[^#])/g, "\n# ");
  const texts = reasons.map(({ head, others }) => {
    const lines = others.map((one) => `# * ${commented(one)}\n`).join("");
    return `# ${commented(head)}${others.length > 0 ? ":" : ""}\n${lines}#\n`;
  });
  return header + texts.join("");
}

/** Why the text is no object; undefined if it may be one. */
function problemOf(text: string): string | undefined {
  let value: JsonValue;
  try {
    value = readYaml(text);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
  if (value === null) return undefined;
  const { apiVersion, kind } = objectIn(value);
  const missing = [...(apiVersion ? [] : ["apiVersion not set"]), ...(kind ? [] : ["kind not set"])];
  return missing.length === 0 ? undefined : missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`;
}

/** The content without comments and without its form. */
function comparable(text: string): string {
  const plain = withoutComments(text);
  try {
    const value = readYaml(plain);
    return isJsonObject(value) ? compactJson(value) : plain;
  } catch (error) {
    if (error instanceof DocumentError) return plain;
    throw error;
  }
}

function withoutComments(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join("\n");
}

/** Throws Failure if the editor fails. */
function* runEditor(session: Session, path: string): Steps<void> {
  const editor = session.env("KUBE_EDITOR") || session.env("EDITOR") || "vi";
  const words = editor.split(" ").filter((word) => word !== "");
  const isPlain = !editor.includes(" ") || !/["'\\]/.test(editor);
  const argv = isPlain ? [...words, path] : ["sh", "-c", `${editor} ${JSON.stringify(path)}`];
  const status = Number(yield { type: "program", argv });
  if (status === 127) throw new Failure(`error: unable to launch the editor ${JSON.stringify(editor)}`);
  if (status !== 0) throw new Failure(`error: there was a problem with the editor ${JSON.stringify(editor)}`);
}
