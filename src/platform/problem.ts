/** The refusals of the platform's API; the edge turns them into RFC 9457 problem documents. */
export interface ProblemError {
  /** Where in the request: `body.nodes[0].name`, `query.limit`. */
  location: string;
  message: string;
}

export const PROBLEM_TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
} as const;

export type ProblemStatus = keyof typeof PROBLEM_TITLES;

/**
 * Every `code` of a problem document, with its status and its meaning. Programs decide by the code, so a code never
 * changes its meaning; docs/platform-api.md has the same table.
 */
export const PROBLEM_CODES = {
  malformed_body: { status: 400, meaning: "The body is not JSON" },
  invalid_parameter: { status: 400, meaning: "A path, query or header parameter is unknown or not valid" },
  unauthorized: { status: 401, meaning: "The key is missing, not valid, or revoked" },
  not_found: { status: 404, meaning: "The thing does not exist, or belongs to another organization" },
  unknown_path: { status: 404, meaning: "The API has no such path" },
  method_not_allowed: {
    status: 405,
    meaning: "The path does not have this method; the Allow header names those it has",
  },
  idempotency_key_taken: { status: 409, meaning: "The Idempotency-Key was used with another API key" },
  last_api_key: { status: 409, meaning: "It is the organization's only API key; create another one first" },
  tag_taken: { status: 409, meaning: "Another image of this name has one of the tags" },
  refused_by_cluster: {
    status: 409,
    meaning: "The cluster's own limits or admission rules refuse what the request needs",
  },
  gone: { status: 410, meaning: "What the Idempotency-Key created was deleted since" },
  precondition_failed: { status: 412, meaning: "If-Match names another state than the present one; read it again" },
  body_too_large: { status: 413, meaning: "The body is larger than the API takes" },
  unsupported_media_type: { status: 415, meaning: "The body is not sent as application/json" },
  invalid_body: { status: 422, meaning: "The body is JSON, but not a valid request; `errors` names the fields" },
  idempotency_key_reused: { status: 422, meaning: "The Idempotency-Key was used for another request" },
  limit_reached: { status: 422, meaning: "The request would cross a limit" },
  too_many_requests: { status: 429, meaning: "Too many requests; try again after Retry-After" },
  internal_error: { status: 500, meaning: "A bug of the server; its log has the request id" },
  unavailable: { status: 503, meaning: "The server cannot answer for now; try again after Retry-After" },
  storage_full: { status: 507, meaning: "The database has no space left on its disk; nothing was written" },
} as const satisfies Readonly<Record<string, { status: ProblemStatus; meaning: string }>>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** A refusal; the edge writes its document. The message is the `detail` that the caller reads. */
export class Problem extends Error {
  override name = "Problem";
  readonly code: ProblemCode;
  readonly errors: readonly ProblemError[];
  /** Response headers that belong to this refusal, such as `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    errors: readonly ProblemError[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): ProblemStatus {
    return PROBLEM_CODES[this.code].status;
  }
}

/** One answer for a missing, malformed, unknown and revoked key. */
export function unauthorized(): Problem {
  return new Problem("unauthorized", "A valid key is needed: Authorization: Bearer <key>.");
}

/** One answer for a resource that does not exist and for one of another organization. */
export function notFound(what: string): Problem {
  return new Problem("not_found", `There is no such ${what}.`);
}

export function unknownPath(): Problem {
  return new Problem("unknown_path", "The API has no such path.");
}
