/** The refusals of the platform's API; the edge turns them into RFC 9457 problem documents. */
export interface ProblemError {
  /** Where in the request: `body.nodes[0].name`, `query.limit`. */
  location: string;
  message: string;
}

export const PROBLEM_TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof PROBLEM_TITLES;

/** Thrown, and turned into a document once. The message is what the caller reads. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: ProblemStatus;
  readonly errors: readonly ProblemError[];

  constructor(status: ProblemStatus, detail: string, errors: readonly ProblemError[] = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** One answer for a missing, malformed, unknown and revoked key. */
export function unauthorized(): Problem {
  return new Problem(401, "A valid key is needed: Authorization: Bearer <key>.");
}

/** One answer for what does not exist and what is somebody else's. */
export function notFound(what: string): Problem {
  return new Problem(404, `There is no such ${what}.`);
}
