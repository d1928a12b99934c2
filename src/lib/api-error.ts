/**
 * The closed set of the API's refusals. The write path and the verbs throw them; `apiserver/status.ts` maps them to a
 * Kubernetes Status. Reasons are those of metav1.StatusReason.
 */
export type ApiErrorReason =
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Expired"
  | "RequestEntityTooLarge"
  | "UnsupportedMediaType"
  | "Invalid"
  | "TooManyRequests"
  | "InternalError"
  | "ServiceUnavailable"
  | "Timeout"
  | "NotImplemented"
  | "InsufficientStorage"
  /** A plain error of the server: code 500, and the Status names no reason. */
  | "Unknown";

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export class ApiError extends Error {
  override name = "ApiError";
  readonly reason: ApiErrorReason;
  readonly details: StatusDetails | undefined;

  /** `message` is the whole Status message, e.g. `pods "web" not found`. */
  constructor(reason: ApiErrorReason, message: string, details?: StatusDetails) {
    super(message);
    this.reason = reason;
    this.details = details;
  }
}

/** A refusal that a program in the cluster decided: the Status carries its code and its reason. */
export class ForeignRefusal extends ApiError {
  readonly code: number;
  /** Absent: the Status names no reason. */
  readonly foreignReason: string | undefined;

  constructor(message: string, code: number, foreignReason: string | undefined) {
    super("Unknown", message);
    this.code = code;
    this.foreignReason = foreignReason;
  }
}
