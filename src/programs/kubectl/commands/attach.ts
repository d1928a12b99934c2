/**
 * `kubectl attach`
 * Source: k8s.io/kubectl pkg/cmd/attach/attach.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Call, Command } from "../core/command.ts";
import { nameOf, namespaceOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { checkPodTimeout, chosenContainer, POD_TIMEOUT, podFor } from "../core/pods.ts";
import { Failure, type Steps } from "../core/session.ts";
import { converse, isTerminal, resumedStream, type StreamEnd, type StreamRequest } from "../core/stream.ts";

export const attach: Command = {
  words: ["attach"],
  flags: [
    POD_TIMEOUT,
    { name: "container", short: "c", type: "string" },
    { name: "stdin", short: "i", type: "bool" },
    { name: "tty", short: "t", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
    { name: "detach-keys", type: "string", default: "ctrl-p,ctrl-q", isUnwritten: true },
  ],
  *run(call) {
    const resumed = resumedStream(call);
    const request = resumed ? (resumed.kept as unknown as AttachRequest) : yield* requestOf(call);
    yield* converseAttached(call, request, request as unknown as JsonObject);
    return 0;
  },
};

export interface AttachRequest extends StreamRequest {
  isEphemeral: boolean;
}

function* requestOf(call: Call): Steps<AttachRequest> {
  const { args, flags } = call;
  checkPodTimeout(call);
  if (args.length === 0) throw new Failure("error: at least 1 argument is required for attach");
  if (args.length > 2) {
    throw new Failure(
      `error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`,
    );
  }
  const pod = yield* podFor(call, args);
  const { phase } = objectIn(pod["status"]);
  if (phase === "Succeeded" || phase === "Failed") {
    throw new Failure(`error: cannot attach a container in a completed pod; current phase is ${phase}`);
  }
  return yield* attachRequest(call, pod, flags.text("container"));
}

/** The request for the streams of a container, as the flags `-i`, `-t` and `-q` say. Throws Failure. */
export function* attachRequest(call: Call, pod: JsonObject, name: string): Steps<AttachRequest> {
  const { flags, session } = call;
  const isQuiet = flags.is("quiet");
  const container = attachable(call, pod, name);
  const stdin = flags.is("stdin");
  const hasTerminal = container["tty"] === true;
  let tty = flags.is("tty");
  if (tty && !hasTerminal) {
    tty = false;
    if (!isQuiet) {
      session.warn(`error: Unable to use a TTY - container ${String(container["name"])} did not allocate one\n`);
    }
  } else if (hasTerminal) tty = true;
  if (!stdin) tty = false;
  if (tty && !(yield* isTerminal())) {
    tty = false;
    if (!isQuiet) session.warn("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  if (!isQuiet) {
    session.warn(
      "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n",
    );
  }
  const subresource = "attach";
  return {
    ...{ namespace: namespaceOf(pod), pod: nameOf(pod), subresource, container: String(container["name"]) },
    ...{ command: [], stdin, tty, isEphemeral: isEphemeral(pod, String(container["name"])) },
  };
}

function attachable(call: Call, pod: JsonObject, name: string): JsonObject {
  try {
    return chosenContainer(call, pod, name, call.flags.is("quiet"));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`error: cannot attach to the container: ${error.message.replace(/^error: /, "")}`);
  }
}

function isEphemeral(pod: JsonObject, name: string): boolean {
  return objectsIn(objectIn(pod["spec"])["ephemeralContainers"]).some((container) => container["name"] === name);
}

/** Attaches, and tells afterwards how to come back. */
export function* converseAttached(call: Call, request: AttachRequest, kept: JsonObject): Steps<StreamEnd> {
  const { session, flags, words } = call;
  const end = yield* converse(call, request, kept);
  if (flags.is("quiet") || !request.stdin || !request.tty) return end;
  const { pod, container, namespace } = request;
  const name = words === "kubectl attach" ? words : `${words} attach`;
  const command = `'${name} ${pod} -c ${container} -n ${namespace} -i -t'`;
  session.print(
    request.isEphemeral
      ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${command} if it is still running\n`
      : `Session ended, resume using ${command} command\n`,
  );
  return end;
}
