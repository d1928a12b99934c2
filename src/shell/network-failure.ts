/** Kinds of network failures. */
import type { Answer, NetworkFailure } from "./question.ts";

type TemporaryNameFailure = "dnsTimeout" | "serverFailure";
type NameFailure = "unknownName" | "noRecord" | TemporaryNameFailure;

/** Whether the name of a host was not resolved. */
export function isNameFailure(why: NetworkFailure): why is NameFailure {
  return why === "unknownName" || why === "noRecord" || isTemporaryNameFailure(why);
}

/** Whether no name server told if the name exists: EAI_AGAIN of getaddrinfo(3). */
export function isTemporaryNameFailure(why: NetworkFailure): why is TemporaryNameFailure {
  return why === "dnsTimeout" || why === "serverFailure";
}

/** The error of a request that got no HTTP response, by the name that reports of clients use. */
export type ClientError = "unknown_host" | "connection_refused" | "timed_out" | "no_route_to_host" | "connection_reset";

export function clientErrorOf(answer: Exclude<Answer, { type: "http" }>): ClientError {
  switch (answer.type === "failed" ? answer.why : "reset") {
    case "refused":
      return "connection_refused";
    case "timeout":
    case "dnsTimeout":
      return "timed_out";
    case "unreachable":
      return "no_route_to_host";
    case "unknownName":
    case "noRecord":
    case "serverFailure":
      return "unknown_host";
    case "reset":
    case "untrusted":
      return "connection_reset";
  }
}
