/**
 * `kubectl logs`
 * Source: k8s.io/kubectl pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { OpenAnswer } from "../../../lib/open-answer.ts";
import { earliest } from "../../../lib/time.ts";
import { type Reply, ServerError, serverError } from "../core/client.ts";
import { ALL_NAMESPACES, type Call, type Command, SELECTOR } from "../core/command.ts";
import type { Resource } from "../core/discovery.ts";
import { fetchObject, metadataOf, namedBy, nameOf, namespaceOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { compareTexts, DEFAULT_CONTAINER, readySince } from "../core/pods.ts";
import { Failure, type Steps } from "../core/session.ts";

export const logs: Command = {
  words: ["logs"],
  flags: [
    SELECTOR,
    ALL_NAMESPACES,
    { name: "container", short: "c", type: "string" },
    { name: "follow", short: "f", type: "bool" },
    { name: "previous", short: "p", type: "bool" },
    { name: "all-containers", type: "bool" },
    { name: "all-pods", type: "bool" },
    { name: "prefix", type: "bool" },
    { name: "timestamps", type: "bool" },
    { name: "tail", type: "int", default: "-1" },
    { name: "since", type: "duration", default: "0s" },
    { name: "since-time", type: "string" },
    { name: "limit-bytes", type: "int", default: "0" },
    { name: "max-log-requests", type: "int", default: "5" },
    { name: "ignore-errors", type: "bool" },
    { name: "pod-running-timeout", type: "duration", default: "20s" },
    { name: "insecure-skip-tls-verify-backend", type: "bool" },
  ],
  *run(call) {
    const { flags, args, session } = call;
    if (isJsonObject(session.resume))
      return yield* follow(call, objectsIn(session.resume["logs"]) as unknown as Followed[]);
    if (args.length === 0 && !flags.text("selector")) {
      throw new Failure(
        "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
      );
    }
    const pods = yield* podsOf(call);
    if (pods.length === 0) {
      session.warn(`No resources found in ${call.target.namespace} namespace.\n`);
      return 0;
    }
    const sources = pods.flatMap((pod) => containersOf(call, pod).map((container) => ({ pod, container })));
    if (flags.is("follow")) return yield* follow(call, followed(call, sources));
    for (const source of sources) {
      const { text } = yield* read(call, source);
      session.print(prefixed(call, source, text));
    }
    return 0;
  },
};

interface Source {
  pod: JsonObject;
  container: string;
}

function* podsOf(call: Call): Steps<JsonObject[]> {
  const { flags, args, client, target } = call;
  const pods = (selector: string) =>
    client.json(`/api/v1/namespaces/${target.namespace}/pods`, { query: { labelSelector: selector } });
  if (flags.text("selector")) return itemsOf(yield* pods(flags.text("selector")));
  const words = args[0]!.includes("/") ? args.slice(0, 1) : ["pods", args[0]!];
  const [{ resource, name } = {} as { resource: Resource; name: string }] = yield* namedBy(call, words);
  const object = yield* fetchLogged(call, { resource, name: String(name) });
  if (resource.name === "pods") return [object];
  const selector = selectorOf(object);
  if (selector === undefined)
    throw new Failure(`error: cannot get the logs from *v1.${resource.kind}: selector is not set`);
  const all = itemsOf(yield* pods(selector)).sort(byLogging);
  const [first] = all;
  if (!first) throw new Failure("error: timed out waiting for the condition");
  if (flags.is("all-pods")) return all;
  if (all.length > 1) call.session.warn(`Found ${all.length} pods, using pod/${nameOf(first)}\n`);
  return [first];
}

function* fetchLogged(call: Call, named: { resource: Resource; name: string }): Steps<JsonObject> {
  const { namespace } = call.target;
  try {
    return yield* fetchObject(call, named, namespace);
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "NotFound") throw error;
    throw new Failure(
      `error: error from server (NotFound): ${error.statusMessage} in namespace ${JSON.stringify(namespace)}`,
    );
  }
}

/**
 * The pod whose log tells most comes first: running, ready, ready for longer, older.
 * Source: k8s.io/kubectl pkg/util/podutils/podutils.go (`ByLogging`)
 */
function byLogging(a: JsonObject, b: JsonObject): number {
  const phases = ["Running", "Unknown", "Pending"];
  const phaseOf = ({ status }: JsonObject) => phases.indexOf(isJsonObject(status) ? String(status["phase"]) : "");
  const createdAt = (pod: JsonObject) => String(metadataOf(pod)["creationTimestamp"] ?? "");
  const [readyA, readyB] = [readySince(a), readySince(b)];
  return (
    phaseOf(a) - phaseOf(b) ||
    Number(readyA === undefined) - Number(readyB === undefined) ||
    compareTexts(readyA ?? "", readyB ?? "") ||
    compareTexts(createdAt(a), createdAt(b))
  );
}

function selectorOf({ spec }: JsonObject): string | undefined {
  const selector = isJsonObject(spec) ? spec["selector"] : undefined;
  if (!isJsonObject(selector)) return undefined;
  const labels = isJsonObject(selector["matchLabels"]) ? selector["matchLabels"] : selector;
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
}

function itemsOf({ items }: JsonObject): JsonObject[] {
  return objectsIn(items);
}

function namesIn(pod: JsonObject, list: string): string[] {
  const spec = objectIn(pod["spec"]);
  const containers = spec[list];
  return objectsIn(containers).map(({ name }) => String(name));
}

function containersOf({ flags, session, args }: Call, pod: JsonObject): string[] {
  const all = ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => namesIn(pod, list));
  if (flags.is("all-containers")) return all;
  const wanted = flags.text("container") || args[1];
  if (wanted) {
    if (all.includes(wanted)) return [wanted];
    throw new Failure(`error: container ${wanted} is not valid for pod ${nameOf(pod)}`);
  }
  const annotations = metadataOf(pod)["annotations"];
  const chosen = isJsonObject(annotations) ? annotations[DEFAULT_CONTAINER] : undefined;
  if (typeof chosen === "string" && all.includes(chosen)) return [chosen];
  const [first = ""] = namesIn(pod, "containers");
  if (all.length > 1 && !flags.is("all-pods")) {
    const inits = namesIn(pod, "initContainers").map((name) => `${name} (init)`);
    const shown = [...namesIn(pod, "containers"), ...inits].join(", ");
    session.warn(`Defaulted container ${JSON.stringify(first)} out of: ${shown}\n`);
  }
  return [first];
}

/** The log, or its next piece behind `resumes`. With `--ignore-errors` a refusal takes its place as text. */
function* read(call: Call, { pod, container }: Source, resumes?: JsonValue): Steps<Pick<Reply, "text" | "open">> {
  const { flags, client } = call;
  const tail = flags.has("tail") ? flags.int("tail") : flags.text("selector") ? 10 : -1;
  const reply = yield* client.fetch(`/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/log`, {
    accept: "*/*",
    ...(resumes !== undefined && { resumes }),
    query: {
      container,
      ...(flags.is("previous") && { previous: "true" }),
      ...(flags.is("timestamps") && { timestamps: "true" }),
      ...(tail >= 0 && { tailLines: String(tail) }),
      ...(flags.duration("since") > 0 && { sinceSeconds: String(Math.round(flags.duration("since") / 1000)) }),
      ...(flags.text("since-time") && { sinceTime: flags.text("since-time") }),
      ...(flags.int("limit-bytes") > 0 && { limitBytes: flags.text("limit-bytes") }),
      ...(flags.is("follow") && { follow: "true" }),
    },
  });
  if (reply.status < 400) return reply;
  const refusal = serverError(reply);
  if (!flags.is("ignore-errors")) throw refusal;
  return { text: `error: ${refusal.statusMessage}\n` };
}

function prefixed({ flags }: Call, { pod, container }: Source, text: string): string {
  // The lines of several pods are told apart.
  const isPrefixed = flags.has("prefix") ? flags.is("prefix") : flags.is("all-pods");
  if (!isPrefixed) return text;
  return text.replaceAll(/^(?=[\s\S])/gm, `[pod/${nameOf(pod)}/${container}] `).replace(/\[pod\/[^\]]+\] $/, "");
}

/** A log that is followed. JSON: it survives restarts of the command. */
interface Followed extends Source {
  /** The position in the log; null before its first piece. */
  cursor: JsonValue;
}

/** Begins to follow logs. Throws Failure for too many of them. */
function followed({ flags }: Call, sources: readonly Source[]): Followed[] {
  const most = flags.int("max-log-requests");
  if (sources.length > 1 && sources.length > most) {
    throw new Failure(
      `error: you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
    );
  }
  return sources.map(({ pod, container }) => {
    const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) };
    return { pod: { metadata }, container, cursor: null };
  });
}

/** Prints the next pieces of all logs, and waits for more until each container has ended. */
function* follow(call: Call, logs: readonly Followed[]): Steps<number> {
  const opened: Followed[] = [];
  const awaited: OpenAnswer[] = [];
  for (const log of logs) {
    const { text, open } = yield* read(call, log, log.cursor);
    call.session.print(prefixed(call, log, text));
    if (!open) continue;
    opened.push({ ...log, cursor: open.cursor });
    awaited.push(open);
  }
  if (opened.length === 0) return 0;
  const untilMs = earliest(...awaited.flatMap(({ endsAtMs, nextAtMs }) => [endsAtMs, nextAtMs]));
  const resources = awaited.flatMap((open) => open.resources);
  yield { type: "events", input: false, resources, ...(untilMs !== undefined && { untilMs }) };
  yield { type: "restart", state: { logs: opened } as unknown as JsonValue };
  return 0;
}
