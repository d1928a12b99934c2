/** The one map from refusals to Kubernetes' Status objects. Codes and headers follow the reason, never a message. */
import {
  ApiError,
  type ApiErrorReason,
  ForeignRefusal,
  type StatusCause,
  type StatusDetails,
} from "../lib/api-error.ts";
import { escapeHtml } from "../lib/canonical-json.ts";
import { MAX_STATUS_CAUSES_LENGTH, MAX_STATUS_MESSAGE_LENGTH } from "../lib/limits.ts";
import { shorten } from "../lib/text.ts";
import type { ApiResponse } from "./request.ts";

const CODES: Readonly<Record<ApiErrorReason, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  Unknown: 500,
  NotImplemented: 501,
  ServiceUnavailable: 503,
  Timeout: 504,
  InsufficientStorage: 507,
};

export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: { continue?: string };
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** A page of a list whose revision has expired. With the token, clients may continue at another revision. */
export class ExpiredContinueError extends ApiError {
  readonly continueToken: string;

  constructor(message: string, continueToken: string) {
    super("Expired", message);
    this.continueToken = continueToken;
  }
}

export function refusalStatusOf(error: ApiError): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: error instanceof ExpiredContinueError ? { continue: error.continueToken } : {},
    status: "Failure",
    message: shorten(error.message, MAX_STATUS_MESSAGE_LENGTH),
    ...reasonOf(error),
    ...(error.details && { details: boundedDetails(error.details) }),
    code: codeOf(error),
  };
}

function reasonOf(error: ApiError): { reason?: string } {
  if (error instanceof ForeignRefusal) return error.foreignReason ? { reason: error.foreignReason } : {};
  return error.reason === "Unknown" ? {} : { reason: error.reason };
}

/** Bounds details that repeat a client's input, possibly several times. Kubernetes has no such bound. */
function boundedDetails({ name, causes, ...details }: StatusDetails): StatusDetails {
  let length = 0;
  const named = causes?.map(boundedCause).filter(({ message = "", field = "" }) => {
    length += message.length + field.length;
    return length <= MAX_STATUS_CAUSES_LENGTH;
  });
  return {
    ...(name !== undefined && { name: shorten(name, MAX_STATUS_MESSAGE_LENGTH) }),
    ...details,
    ...(named && { causes: named }),
  };
}

function boundedCause({ message, field, ...cause }: StatusCause): StatusCause {
  return {
    ...cause,
    ...(message !== undefined && { message: shorten(message, MAX_STATUS_MESSAGE_LENGTH) }),
    ...(field !== undefined && { field: shorten(field, MAX_STATUS_MESSAGE_LENGTH) }),
  };
}

/** The answer to a deletion that removed the object. */
export function successStatus(details: StatusDetails): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}

/** The headers that a refusal adds to its response. */
export function refusalHeaders({ details }: ApiError): Record<string, string> {
  const retryAfterSeconds = details?.retryAfterSeconds;
  return retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
}

/** A refusal as compact JSON, for refusals outside of the API server; see `refusalOutcome` for the negotiated form. */
export function errorResponse(error: ApiError): ApiResponse {
  return {
    status: codeOf(error),
    headers: {
      "content-type": "application/json",
      "cache-control": "no-cache, private",
      ...refusalHeaders(error),
    },
    body: `${escapeHtml(JSON.stringify(refusalStatusOf(error)))}\n`,
  };
}

/** The HTTP status of a refusal. */
export function codeOf(error: ApiError): number {
  return error instanceof ForeignRefusal ? error.code : CODES[error.reason];
}

/** The refusal of paths and methods without a route. */
export function notFoundRoute(): ApiError {
  return new ApiError("NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): ApiError {
  return new ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}
