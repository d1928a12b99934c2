/**
 * The query's `timeout` of short requests. Answers come at once, so that only its form is checked.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/endpoints/filters/request_deadline.go.
 */
import { ApiError } from "../lib/api-error.ts";
import { GoDurationError, parseGoDuration } from "../lib/duration.ts";
import type { RequestHead } from "./request.ts";
import type { RequestInfo } from "./request-info.ts";

/** Subresources whose answers are streams, or come from programs. */
const LONG_SUBRESOURCES = new Set(["attach", "exec", "log", "portforward", "proxy"]);

/** Throws BadRequest for a `timeout` that is no duration of Go (`5s`, `1m30s`). Long-running requests are not checked. */
export function refuseInvalidTimeout({ info, query }: Pick<RequestHead, "info" | "query">): void {
  const timeout = query.get("timeout") ?? "";
  if (timeout === "" || isLongRunning(info)) return;
  try {
    parseGoDuration(timeout);
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw new ApiError("BadRequest", `invalid timeout specified in the request URL - ${error.message}`);
  }
}

function isLongRunning(info: RequestInfo): boolean {
  return info.isResource && (info.verb === "watch" || LONG_SUBRESOURCES.has(info.subresource));
}
