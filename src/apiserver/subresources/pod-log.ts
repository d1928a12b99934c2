/**
 * GET of a pod's log. The answer is a text, or a stream if it is followed.
 *
 * Kubernetes: pkg/registry/core/pod/rest/log.go, pkg/apis/core/validation (`ValidatePodLogOptions`).
 */
import type { ContainerAccess, ContainerTarget, LogOptions, LogPage } from "../../cluster/container-access.ts";
import { invalid as invalidObject } from "../../cluster/refusals.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { FieldError } from "../../kinds/kind.ts";
import { forbidden, invalid } from "../../kinds/validation/field-errors.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { VerbContext } from "../context.ts";
import type { ApiOutcome, ApiRequest } from "../request.ts";
import { requestedKey } from "../verbs/get.ts";
import { kubelets } from "./kubelets.ts";
import { chosenContainer, connectionError, presentPod, refuseMissingNode, requestedPod } from "./pod-target.ts";
import { booleanOf, integerOf, timeOf } from "./query.ts";

const CONTENT_TYPE = "text/plain";

export function podLog(context: VerbContext): ApiOutcome {
  const { tx, request, info } = context;
  const follows = booleanOf(request.query, "follow");
  const options = logOptions(context);
  const pod = requestedPod(context);
  const container = chosenContainer(pod, request.query.get("container") ?? "");
  // No kubelet has the pod yet: an empty log.
  if (!pod.spec.nodeName) return bytesOutcome("");
  refuseMissingNode(tx, pod);
  const path = `/containerLogs/${info.namespace}/${info.name}/${container}`;
  const problem = connectionError(tx, pod, { method: "Get", path, query: forwarded(request.query) });
  if (problem) throw new ApiError("Unknown", problem);

  const access = kubelets(context);
  const first = readLog(tx, { access, target: { pod, container }, options });
  if (!follows) return bytesOutcome(first.text);
  const key = requestedKey(context);
  return {
    type: "log",
    log: {
      pod: key,
      contentType: CONTENT_TYPE,
      first,
      ...(options.limitBytes !== undefined && { limitBytes: options.limitBytes }),
      next(later, cursor) {
        const target = { pod: presentPod(later, key, pod), container };
        return readLog(later, { access, target, options: { ...options, cursor } });
      },
    },
  };
}

interface Reading {
  access: ContainerAccess;
  target: ContainerTarget;
  options: LogOptions;
}

function readLog(tx: Transaction, { access, target, options }: Reading): LogPage {
  return access.readLog(tx, target, options);
}

function bytesOutcome(body: string): ApiOutcome {
  const headers = { "content-type": CONTENT_TYPE, "cache-control": "no-cache, private" };
  return { type: "response", response: { status: 200, headers, body, isBytes: true } };
}

/** Throws BadRequest, Invalid. */
function logOptions({ tx, request, info }: VerbContext): LogOptions {
  const { query, offsetMs } = request;
  const sinceSeconds = integerOf(query, "sinceSeconds");
  const sinceTimeMs = timeOf(query, "sinceTime");
  const tailLines = integerOf(query, "tailLines");
  const limitBytes = integerOf(query, "limitBytes");
  const problems = validate(request, { sinceSeconds, sinceTimeMs, tailLines, limitBytes });
  if (problems.length > 0) throw invalidObject({ group: "", kind: "PodLogOptions" }, info.name, problems);
  const sinceMs = sinceSeconds !== undefined ? tx.nowMs - sinceSeconds * 1000 : sinceTimeMs && sinceTimeMs + offsetMs;
  return {
    previous: booleanOf(query, "previous"),
    timestamps: booleanOf(query, "timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(offsetMs !== 0 && { offsetMs }),
  };
}

interface Numbers {
  sinceSeconds: number | undefined;
  sinceTimeMs: number | undefined;
  tailLines: number | undefined;
  limitBytes: number | undefined;
}

function validate({ query }: ApiRequest, { sinceSeconds, sinceTimeMs, tailLines, limitBytes }: Numbers): FieldError[] {
  const problems: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    problems.push(invalid("tailLines", tailLines, "must be greater than or equal to 0"));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    problems.push(invalid("limitBytes", limitBytes, "must be greater than 0"));
  }
  if (sinceSeconds !== undefined && sinceTimeMs !== undefined) {
    problems.push(forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    problems.push(invalid("sinceSeconds", sinceSeconds, "must be greater than 0"));
  }
  // The feature PodLogsQuerySplitStreams is off in v1.36.
  if (query.has("stream")) problems.push(forbidden("stream", "may not be specified"));
  return problems;
}

/** The parameters that the API server passes on to the kubelet. */
function forwarded(query: URLSearchParams): URLSearchParams {
  const passed = new URLSearchParams();
  for (const name of ["follow", "previous", "timestamps"]) if (booleanOf(query, name)) passed.set(name, "true");
  for (const name of ["sinceSeconds", "sinceTime", "tailLines", "limitBytes"]) {
    const value = query.get(name);
    if (value !== null) passed.set(name, value);
  }
  return passed;
}
