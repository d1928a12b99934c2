/**
 * `kubectl wait`
 * Source: k8s.io/kubectl pkg/cmd/wait
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { ServerError, type WatchPiece } from "../core/client.ts";
import { ALL_NAMESPACES, type Call, type Command, FIELD_SELECTOR, FILES, PRINT, SELECTOR } from "../core/command.ts";
import { pathOf, qualifiedName, shownName } from "../core/discovery.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { type Selected, selectObjects } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { jsonPathValues, valueText } from "../printers/jsonpath.ts";
import { relaxedPath } from "../printers/relaxed-path.ts";

/** The pause before a watch that has ended begins again. */
const RETRY_MS = 1_000;

/** True once the object is as wanted; undefined stands for an object that is gone. */
type Condition = (object: JsonObject | undefined) => boolean;

export const wait: Command = {
  words: ["wait"],
  flags: [
    ...FILES,
    ...PRINT,
    SELECTOR,
    FIELD_SELECTOR,
    ALL_NAMESPACES,
    { name: "for", type: "string" },
    { name: "timeout", type: "duration", default: "30s" },
    { name: "all", type: "bool" },
  ],
  *run(call) {
    const { flags, session } = call;
    const wanted = flags.text("for");
    const isMet = conditionOf(wanted);
    const timeoutMs = flags.duration("timeout");
    let selected: Selected[];
    try {
      selected = yield* selectObjects(call, { args: call.args });
    } catch (error) {
      // An object that is gone already is as wanted.
      if (wanted === "delete" && error instanceof ServerError && error.reason === "NotFound") return 0;
      throw error;
    }
    if (selected.length === 0) throw new Failure("error: no matching resources found");
    const untilMs = timeoutMs < 0 ? undefined : session.startedAtMs + timeoutMs;
    for (const one of selected) {
      if (!isMet(one.live)) yield* watchUntil(call, one, isMet, untilMs);
      const name = flags.text("output") === "name";
      session.print(`${shownName(one.resource, one.name)}${name ? "" : " condition met"}\n`);
    }
    return 0;
  },
};

/** Throws Failure once the time is over. */
function* watchUntil(
  { client }: Call,
  { resource, namespace, name }: Selected,
  isMet: Condition,
  untilMs: number | undefined,
): Steps<void> {
  const query = { fieldSelector: `metadata.name=${name}` };
  const isBounded = untilMs === undefined ? {} : { untilMs };
  let cursor: JsonValue = null;
  for (;;) {
    const isFirst = cursor === null;
    const piece: WatchPiece | undefined = yield* client.watch(pathOf(resource, namespace), {
      cursor,
      query,
      ...isBounded,
    });
    if (!piece) throw new Failure(`error: timed out waiting for the condition on ${qualifiedName(resource)}/${name}`);
    const states = piece.events.map(({ type, object }) => (type === "DELETED" ? undefined : objectIn(object)));
    if (states.some(isMet) || (isFirst && states.length === 0 && isMet(undefined))) return;
    cursor = piece.cursor ?? null;
    if (cursor === null) yield { type: "sleep", ms: RETRY_MS };
  }
}

function conditionOf(wanted: string): Condition {
  if (wanted === "delete") return (object) => object === undefined;
  if (wanted === "create") return (object) => object !== undefined;
  if (wanted.startsWith("condition=")) {
    const [type = "", value = "true"] = wanted.slice("condition=".length).split("=");
    return (object) => hasCondition(object, type, value);
  }
  if (wanted.startsWith("jsonpath=")) return pathCondition(wanted.slice("jsonpath=".length));
  throw new Failure(`error: unrecognized condition: ${JSON.stringify(wanted)}`);
}

function hasCondition(object: JsonObject | undefined, type: string, value: string): boolean {
  const status = isJsonObject(object?.["status"]) ? object["status"] : {};
  const conditions = objectsIn(status["conditions"]);
  return conditions.some(
    (one) =>
      String(one["type"]).toLowerCase() === type.toLowerCase() &&
      String(one["status"]).toLowerCase() === value.toLowerCase(),
  );
}

/** `{.status.phase}=Running`, or `{.status.podIP}`: any value. Throws Failure. */
function pathCondition(text: string): Condition {
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
    const [found, ...more] = object ? valuesOf(object) : [];
    if (found === undefined) return false;
    if (more.length > 0) throw new Failure("error: given jsonpath expression matches more than one value");
    if (value === undefined) return true;
    if (found !== null && typeof found === "object") {
      throw new Failure("error: jsonpath leads to a nested object or list which is not supported");
    }
    return valueText(found).trim() === value.trim();
  };
}
