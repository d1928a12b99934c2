/**
 * Connections to a pod's `exec` and `attach`. The handler checks the request; the process is started once the client's
 * connection is open.
 *
 * Kubernetes: pkg/registry/core/pod/rest/subresources.go, authorize.go.
 */
import type { ContainerAccess, ContainerTarget, SessionId, SessionOptions } from "../../cluster/container-access.ts";
import type { RequestTransaction, Transaction } from "../../cluster/transaction.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Pod } from "../../schema/index.ts";
import type { VerbContext } from "../context.ts";
import type { ApiOutcome } from "../request.ts";
import { requestedKey } from "../verbs/get.ts";
import { kubelets } from "./kubelets.ts";
import { chosenContainer, connectionError, presentPod, refuseMissingNode, requestedPod } from "./pod-target.ts";
import { booleanOf } from "./query.ts";
import { admitStream, refuseWithoutCreate } from "./stream-access.ts";

type Start = (access: ContainerAccess, tx: Transaction, target: ContainerTarget, options: SessionOptions) => SessionId;

/** POST, and GET of a WebSocket, to `exec`. */
export function exec(context: VerbContext): ApiOutcome {
  const command = context.request.query.getAll("command");
  return session(context, command, (access, tx, target, options) => access.exec(tx, target, { ...options, command }));
}

/** POST, and GET of a WebSocket, to `attach`. */
export function attach(context: VerbContext): ApiOutcome {
  return session(context, [], (access, tx, target, options) => access.attach(tx, target, options));
}

function session(context: VerbContext, command: readonly string[], start: Start): ApiOutcome {
  const { tx, request, info } = context;
  admitStream(context, optionsOf(request.query, command));
  refuseWithoutCreate(context);
  const pod = requestedPod(context);
  const container = chosenContainer(pod, request.query.get("container") ?? "");
  if (!pod.spec.nodeName) throw new ApiError("BadRequest", `pod ${info.name} does not have a host assigned`);
  refuseMissingNode(tx, pod);
  const access = kubelets(context);
  const streams = streamsOf(request.query);
  const key = requestedKey(context);
  const path = `/${info.subresource}/${info.namespace}/${info.name}/${container}`;
  const query = forwarded(command, streams);
  const target = (later: RequestTransaction): ContainerTarget => {
    const present = presentPod(later, key, pod);
    refuseUnreachable(later, present, { path, query });
    return { pod: present, container };
  };
  return {
    type: "session",
    session: {
      pod: key,
      streams,
      command,
      open: (later) => start(access, later, target(later), streams),
      exchange: (later, id, input) => access.exchange(later, target(later), id, input),
      close: (later, id) => access.closeSession(later, target(later), id),
    },
  };
}

/** The options as policies and webhooks see them. */
function optionsOf(query: URLSearchParams, command: readonly string[]): JsonObject {
  const container = query.get("container");
  return {
    ...streamsOf(query),
    stderr: true,
    ...(container !== null && { container }),
    ...(command.length > 0 && { command: [...command] }),
  };
}

/**
 * Both streams of output always exist: the defaults of both options objects set them after the query was read. A
 * terminal has one stream of output.
 */
function streamsOf(query: URLSearchParams) {
  const tty = booleanOf(query, "tty");
  return { stdin: booleanOf(query, "stdin"), stdout: true, stderr: !tty, tty };
}

function forwarded(command: readonly string[], { stdin, tty }: ReturnType<typeof streamsOf>): URLSearchParams {
  const query = new URLSearchParams(command.map((word) => ["command", word]));
  if (stdin) query.set("input", "1");
  query.set("output", "1");
  query.set("error", "1");
  if (tty) query.set("tty", "1");
  return query;
}

/** Throws Unknown when the pod's node is down. */
function refuseUnreachable(tx: Transaction, pod: Pod, { path, query }: { path: string; query: URLSearchParams }): void {
  const problem = connectionError(tx, pod, { method: "Post", path, query });
  if (problem) throw new ApiError("Unknown", `error sending request: ${problem}`);
}
