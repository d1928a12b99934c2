/**
 * Connects to the first process of a container, and shows its log where that is not possible.
 * Source: k8s.io/kubectl pkg/cmd/run/run.go (`handleAttachPod`, `logOpts`)
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { serverError } from "../../core/client.ts";
import type { Call } from "../../core/command.ts";
import { Failure, type Steps } from "../../core/session.ts";
import { type AttachRequest, converseAttached } from "../attach.ts";

/** `kept` is handed to the command when it starts again meanwhile. */
export function* connect(call: Call, request: AttachRequest, kept: JsonObject): Steps<void> {
  try {
    yield* converseAttached(call, request, kept);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = error.message.replace(/^error: /, "");
    call.session.warn(`warning: couldn't attach to pod/${request.pod}, falling back to streaming logs: ${why}\n`);
    yield* showLog(call, request);
  }
}

/** The log of a container as a whole. Throws ServerError. */
export function* showLog(
  { session, client }: Call,
  { namespace, pod, container }: Pick<AttachRequest, "namespace" | "pod" | "container">,
): Steps<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
  const reply = yield* client.fetch(path, { accept: "*/*", query: { container } });
  if (reply.status >= 400) throw serverError(reply);
  session.print(reply.text);
}
