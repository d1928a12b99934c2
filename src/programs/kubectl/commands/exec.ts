/**
 * `kubectl exec`
 * Source: k8s.io/kubectl pkg/cmd/exec/exec.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { type Call, type Command, FILENAME } from "../core/command.ts";
import { nameOf, namespaceOf, objectsInFiles } from "../core/objects.ts";
import { objectIn } from "../core/parts.ts";
import { checkPodTimeout, chosenContainer, POD_TIMEOUT, podFor, podOfObject } from "../core/pods.ts";
import { Failure, type Steps } from "../core/session.ts";
import { asJson, converse, isTerminal, resumedStream, type StreamRequest, statusOf } from "../core/stream.ts";

export const exec: Command = {
  words: ["exec"],
  flags: [
    FILENAME,
    POD_TIMEOUT,
    { name: "container", short: "c", type: "string" },
    { name: "stdin", short: "i", type: "bool" },
    { name: "tty", short: "t", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
  ],
  *run(call) {
    const resumed = resumedStream(call);
    const request = resumed ? (resumed.kept as unknown as StreamRequest) : yield* requestOf(call);
    return statusOf(call, yield* converse(call, request, asJson(request)));
  },
};

function* requestOf(call: Call): Steps<StreamRequest> {
  const { flags, args } = call;
  const { dashAt } = flags;
  const files = flags.list("filename");
  if (dashAt === undefined && (args.length > 1 || (args.length > 0 && files.length > 0))) {
    throw new Failure(
      "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples",
    );
  }
  checkPodTimeout(call);
  const command = dashAt === undefined ? [] : args.slice(dashAt);
  const [name] = dashAt === 0 ? [] : args;
  if (name === undefined && files.length === 0)
    throw new Failure("error: pod, type/name or --filename must be specified");
  if (command.length === 0) throw new Failure("error: you must specify at least one command for the container");
  const pod = name === undefined ? yield* podOfFiles(call) : yield* podFor(call, [name]);
  const { phase } = objectIn(pod["status"]);
  if (phase === "Succeeded" || phase === "Failed") {
    throw new Failure(`error: cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  // The server knows whether the pod has a container with this name.
  const chosen = flags.text("container") || chosenContainer(call, pod, "", flags.is("quiet"))["name"];
  const { stdin, tty } = yield* streamsOf(call);
  const subresource = "exec";
  return {
    ...{
      namespace: namespaceOf(pod) || call.target.namespace,
      pod: nameOf(pod),
      subresource,
      container: String(chosen),
    },
    ...{ command, stdin, tty },
  };
}

/** `-i` and `-t`. A terminal of the container needs one here. */
function* streamsOf({ flags, session }: Call): Steps<{ stdin: boolean; tty: boolean }> {
  const stdin = flags.is("stdin");
  if (!stdin || !flags.is("tty")) return { stdin, tty: false };
  if (yield* isTerminal()) return { stdin, tty: true };
  if (!flags.is("quiet")) {
    session.warn("Unable to use a TTY - input is not a terminal or the right kind of file\n");
  }
  return { stdin, tty: false };
}

function* podOfFiles(call: Call): Steps<JsonObject> {
  const [file, ...others] = yield* objectsInFiles(call);
  if (!file || others.length > 0) throw new Failure("error: cannot exec into multiple objects at a time");
  return yield* podOfObject(call, file.object);
}
