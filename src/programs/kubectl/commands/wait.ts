/**
 * `kubectl wait`
 * Source: k8s.io/kubectl pkg/cmd/wait
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { awaitChange } from "../core/changes.ts";
import { ServerError } from "../core/client.ts";
import {
  ALL,
  ALL_NAMESPACES,
  type Call,
  type Command,
  FIELD_SELECTOR,
  FILES,
  LOCAL,
  PRINT,
  SELECTOR,
} from "../core/command.ts";
import { qualifiedName, shownName } from "../core/discovery.ts";
import { metadataOf, namedBy, objectsInFiles, resourceOfObject } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { repeat } from "../core/repeat.ts";
import { type Selected, selectObjects } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { awaitDeletion, followObject } from "../core/watching.ts";
import { jsonPathValues, valueText } from "../printers/jsonpath.ts";
import { objectPrinter } from "../printers/print.ts";
import { relaxedPath } from "../printers/relaxed-path.ts";

/** A negative `--timeout`. */
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** A condition of `--for`. `isMet` throws Failure where an object makes no sense for it. */
type Condition =
  | { type: "deletion" }
  | { type: "creation" }
  | { type: "state"; isMet: (object: JsonObject) => boolean };

export const wait: Command = {
  words: ["wait"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    FIELD_SELECTOR,
    ALL_NAMESPACES,
    LOCAL,
    ALL,
    { name: "for", type: "string" },
    { name: "timeout", type: "duration", default: "30s" },
  ],
  *run(call) {
    const { flags, session } = call;
    const condition = conditionOf(flags.text("for"));
    const print = objectPrinter(flags, session);
    const timeoutMs = flags.duration("timeout");
    const untilMs = session.startedAtMs + (timeoutMs < 0 ? WEEK_MS : timeoutMs);
    const selected = yield* selectedFor(call, condition, untilMs);
    if (selected.length === 0 && condition.type !== "deletion") {
      throw new Failure("error: no matching resources found");
    }
    for (const one of selected) {
      const object = yield* awaitOne(call, one, { condition, untilMs, isOnce: timeoutMs === 0 });
      if (print) session.print(print(object));
      else
        session.print(`${shownName(one.resource, one.name)}${flags.text("output") === "" ? " condition met" : ""}\n`);
    }
    return 0;
  },
};

/** The objects of the command line. Missing objects are as wanted (`delete`), or they are waited for (`create`). */
function* selectedFor(call: Call, condition: Condition, untilMs: number): Steps<Selected[]> {
  const isLost = (error: unknown) => error instanceof ServerError && error.reason === "NotFound";
  if (condition.type !== "creation") {
    const onError = (error: ServerError) => {
      if (condition.type !== "deletion" || !isLost(error)) throw error;
    };
    return yield* selectObjects(call, { args: call.args, onError });
  }
  const resources = yield* resourcesOf(call);
  return yield* repeat<null, Selected[]>(null, function* () {
    try {
      const selected = yield* selectObjects(call, { args: call.args });
      if (selected.length > 0) return { result: selected };
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    if (Number(yield { type: "now" }) >= untilMs) throw new Failure("error: timed out waiting for the condition");
    yield* awaitChange(resources, untilMs);
    return { next: null };
  });
}

/** The resources of the objects, as `awaitChange` names them. */
function* resourcesOf(call: Call): Steps<string[]> {
  const known = yield* call.resources();
  const isInFiles = call.flags.has("filename") || call.flags.has("kustomize");
  const named = isInFiles
    ? (yield* objectsInFiles(call)).map((file) => resourceOfObject(file, known))
    : (yield* namedBy(call, call.args)).map(({ resource }) => resource);
  return [...new Set(named.map(({ group, name }) => `${group || "core"}/${name}`))];
}

interface Waiting {
  condition: Condition;
  untilMs: number;
  /** Looks once. */
  isOnce: boolean;
}

/** Returns the object that is as wanted, or the last one that was seen. Throws Failure once the time is over. */
function* awaitOne(call: Call, one: Selected, { condition, untilMs, isOnce }: Waiting): Steps<JsonObject> {
  const { live, name, resource } = one;
  if (condition.type === "creation") return live;
  const problem = `condition on ${resource.name}/${name}`;
  if (isOnce) {
    if (condition.type === "state" && condition.isMet(live)) return live;
    throw new Failure(`error: condition not met for ${resource.name}/${name}`);
  }
  if (condition.type === "deletion") {
    const isGone = yield* awaitDeletion(call, { ...one, uid: undefined }, untilMs);
    if (!isGone) throw new Failure(`error: timed out waiting for the ${problem}`);
    return live;
  }
  let met = live;
  const isInTime = yield* followObject(call, one, {
    untilMs,
    isDone: (seen) => {
      if (seen.type === "absent") {
        const message = `${qualifiedName(resource)} ${JSON.stringify(name)} not found`;
        throw new ServerError({ message, reason: "NotFound", code: 404 });
      }
      if (seen.type === "deleted" || !condition.isMet(seen.object)) return false;
      met = seen.object;
      return true;
    },
  });
  if (!isInTime) throw new Failure(`error: timed out waiting for the ${problem}`);
  return met;
}

/** Throws Failure. */
function conditionOf(wanted: string): Condition {
  if (wanted.toLowerCase() === "delete") return { type: "deletion" };
  if (wanted.toLowerCase() === "create") return { type: "creation" };
  if (wanted.startsWith("condition=")) {
    const [type = "", ...value] = wanted.slice("condition=".length).split("=");
    const status = value.length > 0 ? value.join("=") : "true";
    return { type: "state", isMet: (object) => hasCondition(object, type, status) };
  }
  if (wanted.startsWith("jsonpath=")) return { type: "state", isMet: pathCondition(wanted.slice("jsonpath=".length)) };
  throw new Failure(`error: unrecognized condition: ${JSON.stringify(wanted)}`);
}

/** A condition counts only if it was written for the newest specification. */
function hasCondition(object: JsonObject, type: string, value: string): boolean {
  const status = objectIn(object["status"]);
  const isSame = (one: JsonValue | undefined, other: string) => String(one).toLowerCase() === other.toLowerCase();
  const condition = objectsIn(status["conditions"]).find((one) => isSame(one["type"], type));
  if (!condition) return false;
  const observed = condition["observedGeneration"] ?? status["observedGeneration"];
  const { generation } = metadataOf(object);
  if (generation !== undefined && observed !== undefined && Number(observed) < Number(generation)) return false;
  return isSame(condition["status"], value);
}

/** `{.status.phase}=Running`, or `{.status.podIP}`: any value. Throws Failure. */
function pathCondition(text: string): (object: JsonObject) => boolean {
  // A single equals sign parts the path from its value; those of a filter are doubled.
  const [source = "", given, ...others] = text.split(/(?<!=)=(?!=)/);
  if (others.length > 0) {
    throw new Failure(
      "error: jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const template = relaxedPath(source);
  if (template === undefined) {
    throw new Failure(
      "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  const value = given?.replace(/^['"]+|['"]+$/g, "");
  if (value === "") {
    throw new Failure(
      "error: jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const valuesOf = jsonPathValues(template);
  return (object) => {
    const [found, ...more] = valuesOf(object);
    if (found === undefined) return false;
    if (more.length > 0) throw new Failure("error: given jsonpath expression matches more than one value");
    if (value === undefined) return true;
    if (found !== null && typeof found === "object") {
      throw new Failure("error: jsonpath leads to a nested object or list which is not supported");
    }
    return valueText(found).trim() === value.trim();
  };
}
