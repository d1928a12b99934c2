/**
 * The second half of `kubectl run -i` and `--attach`: waits for the pod, connects to it, and ends with its exit code.
 * Source: k8s.io/kubectl pkg/cmd/run/run.go (`handleAttachPod`, `waitForPod`, `removeCreatedObjects`)
 */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { awaitChange } from "../../core/changes.ts";
import { serverError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { pathOf } from "../../core/discovery.ts";
import { nameOf, namespaceOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { POD_TIMEOUT, readySince } from "../../core/pods.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { resumedStream } from "../../core/stream.ts";
import { type AttachRequest, attachRequest } from "../attach.ts";
import { connect, showLog } from "./connect.ts";

/** Where the command is. JSON: it survives restarts of the command. */
export interface AttachedRun {
  /** The pod, and the Service of `--expose`. */
  created: JsonObject[];
  stage: "start" | "attached" | "end";
  startedMs: number;
  request?: AttachRequest;
}

/** The state of a command that started again; undefined at its first start. */
export function resumedRun(call: Call): AttachedRun | undefined {
  const state = resumedStream(call)?.kept ?? objectIn(call.session.resume)["run"];
  return state as unknown as AttachedRun | undefined;
}

export function* attachToRun(call: Call, state: AttachedRun): Steps<number> {
  try {
    const status = yield* conversation(call, state);
    yield* remove(call, state);
    return status;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* remove(call, state);
    throw error;
  }
}

function* conversation(call: Call, state: AttachedRun): Steps<number> {
  if (state.stage === "start") {
    const pod = yield* awaitPod(call, state, (one) => isOver(one) || readySince(one) !== undefined);
    if (isOver(pod)) yield* showLog(call, targetOf(pod));
    else {
      state.request = yield* attachRequest(call, { kind: "Pod", ...pod }, "");
      state.stage = "attached";
    }
  }
  if (state.stage === "attached") {
    yield* connect(call, state.request!, state as unknown as JsonObject);
    state.startedMs = call.session.nowMs;
  }
  state.stage = "end";
  const policy = restartPolicyOf(call);
  if (call.flags.is("leave-stdin-open") || policy === "Always") return 0;
  const pod = yield* awaitPod(call, state, policy === "OnFailure" ? (one) => phaseOf(one) === "Succeeded" : isOver);
  if (phaseOf(pod) === "Succeeded") return 0;
  throw failureOf(pod);
}

/** `--restart`; with `--restart=` a session restarts its program after failures only. */
function restartPolicyOf({ flags }: Call): string {
  return flags.text("restart") || (flags.is("stdin") ? "OnFailure" : "Always");
}

/** The pod, once it is as wanted. Throws Failure when it is deleted, and after the time of the flag. */
function* awaitPod(call: Call, state: AttachedRun, isWanted: (pod: JsonObject) => boolean): Steps<JsonObject> {
  const [created = {}] = state.created;
  const path = `/api/v1/namespaces/${namespaceOf(created)}/pods/${nameOf(created)}`;
  const reply = yield* call.client.fetch(path);
  if (reply.status >= 400) throw serverError(reply);
  const pod = objectIn(reply.json);
  if (isWanted(pod)) return pod;
  const untilMs = state.startedMs + call.flags.duration(POD_TIMEOUT.name);
  if (call.session.nowMs >= untilMs) throw new Failure("error: timed out waiting for the condition");
  yield* awaitChange(["core/pods"], untilMs);
  yield { type: "restart", state: { run: state } as unknown as JsonValue };
  return pod;
}

function targetOf(pod: JsonObject): Pick<AttachRequest, "namespace" | "pod" | "container"> {
  const [container] = objectsIn(objectIn(pod["spec"])["containers"]);
  return { namespace: namespaceOf(pod), pod: nameOf(pod), container: String(container?.["name"] ?? "") };
}

function phaseOf(pod: JsonObject): string {
  return String(objectIn(pod["status"])["phase"]);
}

function isOver(pod: JsonObject): boolean {
  return phaseOf(pod) === "Succeeded" || phaseOf(pod) === "Failed";
}

function failureOf(pod: JsonObject): Failure {
  const name = `pod ${namespaceOf(pod)}/${nameOf(pod)}`;
  const [status] = objectsIn(objectIn(pod["status"])["containerStatuses"]);
  const { exitCode, reason, message } = objectIn(objectIn(status?.["state"])["terminated"]);
  if (!exitCode) return new Failure(`error: ${name} failed with unknown exit code`);
  const text = `${name} terminated (${String(reason ?? "")})${message ? `\n${String(message)}` : ""}`;
  return new Failure(text, Number(exitCode));
}

/** `--rm` deletes what the command made. */
function* remove(call: Call, { created }: AttachedRun): Steps<void> {
  const { flags, session, client } = call;
  if (!flags.is("rm")) return;
  const resources = yield* call.resources();
  for (const object of created) {
    const resource = resources.ofObject(String(object["apiVersion"]), String(object["kind"]));
    if (!resource) continue;
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
    const [namespace, name] = [namespaceOf(object), nameOf(object)];
    const reply = yield* client.fetch(pathOf(resource, namespace, name), { method: "DELETE", body });
    if (reply.status === 404) continue;
    if (reply.status >= 400) throw serverError(reply);
    if (!flags.is("quiet")) {
      session.print(`${resource.singular} ${JSON.stringify(name)} deleted from ${namespace} namespace\n`);
    }
  }
}
