/** The common part of `kubectl create <type>`: an object is built from flags, then printed or created. */
import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import { type Call, type Command, DRY_RUN, FIELD_MANAGER, PRINT, VALIDATE } from "../../core/command.ts";
import { pathOf } from "../../core/discovery.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { SAVE_CONFIG, savedOwn } from "../../core/last-applied.ts";
import { metadataOf, nameOf } from "../../core/objects.ts";
import { objectIn } from "../../core/parts.ts";
import { dryRunSuffix, writeQuery } from "../../core/selected.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { objectPrinter } from "../../printers/print.ts";

export interface Generator {
  words: readonly string[];
  aliases?: readonly string[];
  flags?: readonly FlagSpec[];
  /** Flags without which the command is refused. */
  required?: readonly string[];
  /** The object without its namespace. Throws Failure. */
  build(call: Call, name: string): JsonObject | Steps<JsonObject>;
}

export const CREATE_FLAGS: readonly FlagSpec[] = [...PRINT, DRY_RUN, FIELD_MANAGER, VALIDATE, SAVE_CONFIG];

export function generator({ words, aliases, flags = [], required = [], build }: Generator): Command {
  return {
    words: ["create", ...words],
    ...(aliases && { aliases }),
    flags: [...CREATE_FLAGS, ...flags],
    required,
    *run(call) {
      const name = requiredName(call);
      const built = build(call, name);
      const object = isSteps(built) ? yield* built : built;
      return yield* createAndPrint(call, object);
    },
  };
}

function isSteps(built: JsonObject | Steps<JsonObject>): built is Steps<JsonObject> {
  return typeof (built as { next?: unknown }).next === "function";
}

/** The only argument. Throws Failure. */
function requiredName({ args, words, flags }: Call): string {
  const before = flags.dashAt ?? args.length;
  if (before !== 1) {
    throw new Failure(`error: exactly one NAME is required, got ${before}\nSee '${words} -h' for help and examples`);
  }
  return args[0]!;
}

/** Creates the object in the namespace of the call, unless it is a dry run, and prints it as `-o` says. */
export function* createAndPrint(call: Call, object: JsonObject, { verb = "created" } = {}): Steps<number> {
  printCreated(call, yield* createObject(call, object), verb);
  return 0;
}

/** Creates the object in the namespace of the call, unless it is a dry run. Throws Failure. */
export function* createObject(call: Call, object: JsonObject): Steps<JsonObject> {
  const { flags, client, target } = call;
  const resources = yield* call.resources();
  const resource = resources.ofObject(String(object["apiVersion"]), String(object["kind"]));
  if (!resource) throw new Failure(`error: no matches for kind ${JSON.stringify(object["kind"])}`);
  const isDry = flags.text("dry-run") === "client";
  const isSaved = !isDry || call.words.startsWith("kubectl create");
  const annotated = isSaved ? savedOwn(object, flags) : object;
  let sent = annotated;
  if (resource.isNamespaced && (!isDry || flags.text("namespace"))) {
    sent = { ...annotated, metadata: { ...metadataOf(annotated), namespace: target.namespace } };
  }
  if (isDry) return sent;
  try {
    const [, command = ""] = call.words.split(" ");
    const query = writeQuery(call, `kubectl-${command}`);
    return yield* client.json(pathOf(resource, target.namespace), { method: "POST", query, body: sent });
  } catch (error) {
    if (error instanceof ServerError && call.words.startsWith("kubectl create")) {
      throw creationFailure(error, resource.singular, String(objectIn(object["spec"])["type"] ?? "ClusterIP"));
    }
    throw error;
  }
}

/** Prints an object that `createObject` returned. */
export function printCreated(call: Call, object: JsonObject, verb = "created"): void {
  const { flags, session } = call;
  const shown = shownNameOf(object);
  const print = objectPrinter(flags, session);
  if (print) session.print(print(object));
  else if (flags.text("output") === "name") session.print(`${shown}\n`);
  else session.print(`${shown} ${verb}${dryRunSuffix(call)}\n`);
}

function shownNameOf(object: JsonObject): string {
  const [group = ""] = String(object["apiVersion"]).includes("/") ? String(object["apiVersion"]).split("/") : [];
  const singular = String(object["kind"]).toLowerCase();
  return `${group === "" ? singular : `${singular}.${group}`}/${nameOf(object)}`;
}

/** Types that the messages of their commands name in another way. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  poddisruptionbudget: "poddisruptionbudgets",
  resourcequota: "quota",
};

/** `error: failed to create deployment: deployments.apps "web" already exists`; each type has its own words. */
function creationFailure(error: ServerError, type: string, serviceType: string): Failure {
  if (error.reason === "Unauthorized" || type === "namespace" || type === "pod" || type.endsWith("role")) return error;
  const name = OWN_NAMES[type] ?? type;
  if (type === "service") return new Failure(`error: failed to create ${serviceType} service: ${error.statusMessage}`);
  return new Failure(`error: failed to create ${name}${type === "secret" ? "" : ":"} ${error.statusMessage}`);
}
