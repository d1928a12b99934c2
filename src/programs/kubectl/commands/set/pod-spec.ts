/**
 * The common part of `kubectl set`: an object is changed in memory, and the difference is sent as a patch.
 * Source: k8s.io/kubectl pkg/cmd/set/helper.go, pkg/polymorphichelpers/updatepodspec.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { ALL, type Call, DRY_RUN, FIELD_MANAGER, FILES, LOCAL, PRINT, SELECTOR } from "../../core/command.ts";
import { pathOf, qualifiedName, shownName } from "../../core/discovery.ts";
import { threeWayPatch } from "../../core/merge-keys.ts";
import { metadataOf } from "../../core/objects.ts";
import { objectsIn } from "../../core/parts.ts";
import { dryRunSuffix, forEachObject, isLocal, isOffline, type Selected, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { objectPrinter } from "../../printers/print.ts";
import { withEmptyParts } from "../../printers/typed.ts";

export const SET_FLAGS = [...FILES, ...PRINT, SELECTOR, DRY_RUN, FIELD_MANAGER, ALL, LOCAL] as const;

const PATHS = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
];

function specPath(object: JsonObject): readonly string[] | undefined {
  if (object["kind"] === "Pod") return ["spec"];
  return PATHS.find((path) => isJsonObject(valueAt(object, path)));
}

function valueAt(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, field) => (isJsonObject(value) ? value[field] : undefined), object);
}

/** The object with a changed pod's spec. Throws Failure if it has none. */
export function withPodSpec({ live, resource, name }: Selected, change: (spec: JsonObject) => JsonObject): JsonObject {
  const path = specPath(live);
  if (!path) {
    throw new Failure(
      `error: ${qualifiedName(resource)}/${name} the object is not a pod or does not have a pod template: *${resource.version}.${resource.kind}`,
    );
  }
  return replaced(live, path, change);
}

function replaced(object: JsonObject, path: readonly string[], change: (inner: JsonObject) => JsonObject): JsonObject {
  const [field, ...rest] = path;
  if (field === undefined) return change(object);
  const inner = object[field];
  return { ...object, [field]: replaced(isJsonObject(inner) ? inner : {}, rest, change) };
}

/** Changes each container of a list of the spec. */
export function mapContainers(
  spec: JsonObject,
  change: (container: JsonObject) => JsonObject,
  lists: readonly string[] = ["initContainers", "containers"],
): JsonObject {
  const present = lists.filter((list) => Array.isArray(spec[list]));
  return { ...spec, ...Object.fromEntries(present.map((list) => [list, objectsIn(spec[list]).map(change)])) };
}

/** Whether a name is selected; `*` stands for any characters. */
export function isSelected(pattern: string, name: JsonValue | undefined): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(String(name));
}

export interface SetOptions {
  args: readonly string[];
  /** `image updated` */
  verb: string;
  /** An object that does not change is printed too. */
  printsSame?: boolean;
  /** In front of the server's refusal: `failed to patch …`. */
  failure?: string;
  /** Problems that `change` finds; the rest of its change is sent all the same. */
  problems?: readonly Failure[];
  /** The patch is refused if the object has another version; empty: any. */
  resourceVersion?: string;
  change(selected: Selected): JsonObject;
}

/** Changes all selected objects. Returns the exit code. */
export function* setObjects(
  call: Call,
  { args, verb, printsSame = false, failure, resourceVersion = "", problems = [], change }: SetOptions,
): Steps<number> {
  return yield* forEachObject(call, { args, problems }, function* (selected) {
    const { session, flags, client } = call;
    const { resource, name, namespace, live } = selected;
    const modified = change(selected);
    const patch = threeWayPatch(live, modified, live);
    if (Object.keys(patch).length === 0 && !printsSame) return;
    let result = modified;
    if (!isOffline(call)) {
      const reply = client.json(pathOf(resource, namespace, name), {
        method: "PATCH",
        contentType: "application/strategic-merge-patch+json",
        query: writeQuery(call, "kubectl-set"),
        body: resourceVersion === "" ? patch : withVersion(patch, resourceVersion),
      });
      result = yield* withFailure(reply, failure);
    }
    const print = objectPrinter(flags, session);
    if (print) session.print(print(isLocal(call) ? withEmptyParts(result) : result));
    else if (flags.text("output") === "name") session.print(`${shownName(resource, name)}\n`);
    else session.print(`${shownName(resource, name)} ${verb}${isLocal(call) ? "" : dryRunSuffix(call)}\n`);
  });
}

function withVersion(patch: JsonObject, resourceVersion: string): JsonObject {
  return { ...patch, metadata: { ...metadataOf(patch), resourceVersion } };
}

function* withFailure(reply: Steps<JsonObject>, text: string | undefined): Steps<JsonObject> {
  try {
    return yield* reply;
  } catch (error) {
    if (text === undefined || !(error instanceof Failure) || !("statusMessage" in error)) throw error;
    throw new Failure(`error: ${text} ${String(error.statusMessage)}`);
  }
}

/** Splits the arguments into names of objects and `key=value` pairs. */
export function splitPairs(args: readonly string[]): { names: readonly string[]; pairs: readonly string[] } {
  const isPair = (arg: string) => arg.includes("=") || arg.endsWith("-");
  return { names: args.filter((arg) => !isPair(arg)), pairs: args.filter(isPair) };
}
