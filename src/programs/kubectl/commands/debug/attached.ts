/** The connection to a debug container. Source: k8s.io/kubectl pkg/cmd/debug/debug.go (`handleAttachPod`) */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { awaitChange } from "../../core/changes.ts";
import type { Call } from "../../core/command.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import type { Steps } from "../../core/session.ts";
import { resumedStream } from "../../core/stream.ts";
import { type AttachRequest, attachRequest } from "../attach.ts";
import { connect, showLog } from "../run/connect.ts";

/** The container that was started. JSON: it survives restarts of the command. */
export interface DebugSession {
  namespace: string;
  pod: string;
  /** Empty: nothing to connect to. */
  container: string;
  /** The connection has begun. */
  request?: AttachRequest;
  /** The last message about why the container does not run. */
  warned?: string;
}

/** The state of a command that started again; undefined at its first start. */
export function resumedDebug(call: Call): DebugSession | undefined {
  const state = resumedStream(call)?.kept ?? objectIn(call.session.resume)["debug"];
  return state as unknown as DebugSession | undefined;
}

export function* attachToDebug(call: Call, state: DebugSession): Steps<number> {
  const { session, client, flags } = call;
  const { namespace, pod, container } = state;
  if (!state.request) {
    const object = yield* client.json(`/api/v1/namespaces/${namespace}/pods/${pod}`);
    const { running, terminated, waiting } = stateOf(object, container);
    if (terminated) {
      yield* showLog(call, { namespace, pod, container });
      return 0;
    }
    if (!running) {
      const message = String(objectIn(waiting)["message"] ?? "");
      if (message !== "" && message !== state.warned && !flags.is("quiet")) {
        session.warn(`Warning: container ${container}: ${message}\n`);
        state.warned = message;
      }
      yield* awaitChange(["core/pods"]);
      yield { type: "restart", state: { debug: state } as unknown as JsonValue };
    }
    state.request = yield* attachRequest(call, { kind: "Pod", ...object }, container);
  }
  yield* connect(call, state.request, state as unknown as JsonObject);
  return 0;
}

function stateOf(pod: JsonObject, name: string): JsonObject {
  const status = objectIn(pod["status"]);
  const lists = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"];
  const found = lists.flatMap((list) => objectsIn(status[list])).find((one) => one["name"] === name);
  return objectIn(found?.["state"]);
}
