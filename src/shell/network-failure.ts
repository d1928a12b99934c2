/** Kinds of network failures. */
import type { NetworkFailure } from "./question.ts";

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
