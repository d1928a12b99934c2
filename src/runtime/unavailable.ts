/** The refusals that clients get when the database fails. */
import { ApiError } from "../lib/api-error.ts";
import { unreachable } from "../lib/assert.ts";
import { StoreSizeError, StoreUnavailableError, type UnavailableReason } from "../storage/store.ts";

/**
 * The refusal when the database has done nothing. A full disk has its own message without a retry, which would not
 * help.
 */
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

/** The answer to a commit never arrived: it is unknown whether its requests took effect. */
export class OutcomeUnknownError extends ApiError {
  constructor(cause: unknown) {
    super("Timeout", "the database did not say whether the request was carried out");
    this.cause = cause;
  }
}

/**
 * The error for a read that waited for a commit of due work. A read writes nothing, so it may be sent again even when
 * the commit's outcome is unknown.
 */
export function failureOfRead(error: unknown): unknown {
  return error instanceof OutcomeUnknownError ? unavailable("unreachable") : error;
}

/** Errors that are an answer to the client; null for bugs. */
export function asRefusal(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof StoreSizeError)
    return new ApiError("RequestEntityTooLarge", `${error.message}; nothing was written`);
  return error instanceof StoreUnavailableError ? unavailable(error.reason) : null;
}
