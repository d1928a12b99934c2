/**
 * The pod that a name stands for, and the container of a pod that a command means.
 * Source: k8s.io/kubectl pkg/polymorphichelpers, pkg/cmd/util/podcmd/podcmd.go
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { Call } from "./command.ts";
import { fetchObject, metadataOf, namedBy, nameOf, namespaceOf } from "./objects.ts";
import { objectIn, objectsIn } from "./parts.ts";
import { Failure, type Steps } from "./session.ts";

export const DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

/** How long commands wait for a pod, if no flag says it. */
export const POD_TIMEOUT = { name: "pod-running-timeout", type: "duration", default: "1m0s" } as const;

/** Throws Failure for a time that waits for nothing. */
export function checkPodTimeout({ flags, words }: Call): void {
  if (flags.duration(POD_TIMEOUT.name) > 0) return;
  throw new Failure(`error: --pod-running-timeout must be higher than zero\nSee '${words} -h' for help and examples`);
}

/** The pod that `POD` or `TYPE/NAME` stands for: of several, the one that a user most likely means. Throws Failure. */
export function* podFor(call: Call, words: readonly string[]): Steps<JsonObject> {
  const [first = "", second] = words;
  const names = second === undefined && !first.includes("/") ? ["pods", first] : words;
  const [{ resource, name } = {}] = yield* namedBy(call, names);
  if (!resource || name === undefined) throw new Failure("error: no resource was named");
  return yield* podOfObject(call, yield* fetchObject(call, { resource, name }, call.target.namespace));
}

/** The pod itself, or the first pod of a workload or Service. Throws Failure. */
export function* podOfObject(call: Call, object: JsonObject): Steps<JsonObject> {
  if (object["kind"] === "Pod") return object;
  const { client, target } = call;
  const selector = selectorOf(object);
  const query = { labelSelector: selector };
  const { items } = yield* client.json(`/api/v1/namespaces/${target.namespace}/pods`, { query });
  const [pod] = objectsIn(items).sort(byActivity);
  if (!pod) throw new Failure("error: timed out waiting for the condition");
  return { apiVersion: "v1", kind: "Pod", ...pod };
}

function selectorOf(object: JsonObject): string {
  const { kind, spec } = object;
  const selector = objectIn(spec)["selector"];
  if (!isJsonObject(selector)) {
    const why =
      kind === "Service"
        ? `invalid service '${nameOf(object)}': Service is defined without a selector`
        : `selector for ${goTypeOf(object)} not implemented`;
    throw new Failure(`error: cannot attach to ${goTypeOf(object)}: ${why}`);
  }
  const labels = objectIn(selector["matchLabels"] ?? (kind === "Deployment" ? {} : selector));
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
}

function goTypeOf({ apiVersion, kind }: JsonObject): string {
  return `*${String(apiVersion).split("/").at(-1)}.${String(kind)}`;
}

const PHASES = ["Running", "Unknown", "Pending"];

/**
 * Pods in the order of their use: with a node, running, ready, ready for longer, fewer restarts, older.
 * Source: k8s.io/kubectl pkg/util/podutils/podutils.go (`ActivePods`)
 */
function byActivity(a: JsonObject, b: JsonObject): number {
  const nodeless = (pod: JsonObject) => Number(!objectIn(pod["spec"])["nodeName"]);
  const phase = (pod: JsonObject) => PHASES.indexOf(String(objectIn(pod["status"])["phase"]));
  const created = (pod: JsonObject) => String(metadataOf(pod)["creationTimestamp"] ?? "");
  const [readyA, readyB] = [readySince(a), readySince(b)];
  return (
    nodeless(a) - nodeless(b) ||
    phase(a) - phase(b) ||
    Number(readyA === undefined) - Number(readyB === undefined) ||
    compareTexts(readyA ?? "", readyB ?? "") ||
    restartsOf(a) - restartsOf(b) ||
    compareTexts(created(a), created(b))
  );
}

/** When the pod became ready; undefined if it is not. */
export function readySince(pod: JsonObject): string | undefined {
  const ready = objectsIn(objectIn(pod["status"])["conditions"]).find(({ type }) => type === "Ready");
  return ready?.["status"] === "True" ? String(ready["lastTransitionTime"] ?? "") : undefined;
}

function restartsOf(pod: JsonObject): number {
  const counts = objectsIn(objectIn(pod["status"])["containerStatuses"]).map(({ restartCount }) =>
    Number(restartCount),
  );
  return Math.max(0, ...counts);
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const LISTS = ["containers", "initContainers", "ephemeralContainers"];

/** A container of a pod; undefined if it has none with this name. */
export function containerOf(pod: JsonObject, name: string): JsonObject | undefined {
  const spec = objectIn(pod["spec"]);
  return LISTS.flatMap((list) => objectsIn(spec[list])).find((container) => container["name"] === name);
}

/** `a, b, debugger (ephem), init (init)` */
function containerNames(pod: JsonObject): string {
  const spec = objectIn(pod["spec"]);
  const named = (list: string, suffix: string) => objectsIn(spec[list]).map(({ name }) => `${String(name)}${suffix}`);
  return [
    ...named("containers", ""),
    ...named("ephemeralContainers", " (ephem)"),
    ...named("initContainers", " (init)"),
  ].join(", ");
}

/** The container with this name, or the one that the pod's annotation names, or the first. Throws Failure. */
export function chosenContainer(call: Call, pod: JsonObject, name: string, isQuiet: boolean): JsonObject {
  const wanted = name || String(objectIn(metadataOf(pod)["annotations"])[DEFAULT_CONTAINER] ?? "");
  if (wanted !== "") {
    const found = containerOf(pod, wanted);
    if (found) return found;
    throw new Failure(`error: container ${wanted} not found in pod ${nameOf(pod)}`);
  }
  const spec = objectIn(pod["spec"]);
  const [first] = objectsIn(spec["containers"]);
  if (!first) {
    const namespace = namespaceOf(pod) || call.target.namespace;
    throw new Failure(`error: pod ${namespace}/${nameOf(pod)} does not have any containers`);
  }
  const hasOthers = LISTS.flatMap((list) => objectsIn(spec[list])).length > 1;
  if (!isQuiet && hasOthers) {
    call.session.warn(`Defaulted container ${JSON.stringify(first["name"])} out of: ${containerNames(pod)}\n`);
  }
  return first;
}
