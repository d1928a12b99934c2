/** What clients are told when the database did not do its part. */
import { ApiError } from "../lib/api-error.ts";
import { unreachable } from "../lib/assert.ts";
import type { UnavailableReason } from "../storage/store.ts";

/** The refusal for a database that did nothing. A full disk names itself and asks for no retry: a retry does not help. */
export function unavailable(reason: UnavailableReason): ApiError {
  switch (reason) {
    case "unreachable":
      return retriable("the database does not answer; please try again");
    case "overloaded":
      return retriable("the database is overloaded; please try again");
    case "full":
      return new ApiError("InsufficientStorage", "the database has no space left on its disk; nothing was written");
    default:
      return unreachable(reason, "a reason");
  }
}

function retriable(message: string): ApiError {
  return new ApiError("ServiceUnavailable", message, { retryAfterSeconds: 1 });
}

/** The answer to a commit never arrived: what its requests did is not known. */
export class OutcomeUnknownError extends ApiError {
  constructor(cause: unknown) {
    super("Timeout", "the database did not say whether the request was carried out");
    this.cause = cause;
  }
}

/**
 * What a read is told that waited for a commit of due work: a read has no outcome of its own that could be unknown, so it may
 * be asked again.
 */
export function failureOfRead(error: unknown): unknown {
  return error instanceof OutcomeUnknownError ? unavailable("unreachable") : error;
}
