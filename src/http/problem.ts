import { MAX_PROBLEM_ERRORS, MAX_PROBLEM_TEXT_LENGTH } from "../lib/limits.ts";
import { shorten } from "../lib/text.ts";
import { PROBLEM_TITLES, type Problem, type ProblemError } from "../platform/problem.ts";

/** The document of a refusal (RFC 9457). Its size is bounded, regardless of the number of errors. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { code, status, message, headers } = problem;
  const errors = problem.errors.slice(0, MAX_PROBLEM_ERRORS).map(shortened);
  const unnamed = problem.errors.length - errors.length;
  const body = {
    type: "about:blank",
    title: PROBLEM_TITLES[status],
    status,
    code,
    detail: shorten(
      unnamed > 0 ? `${message} ${unnamed} more errors are not named.` : message,
      MAX_PROBLEM_TEXT_LENGTH,
    ),
    requestId,
    ...(errors.length > 0 && { errors }),
  };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": requestId,
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...((status === 503 || status === 429) && { "retry-after": "1" }),
      ...headers,
    },
  });
}

function shortened({ location, message }: ProblemError): ProblemError {
  return { location: shorten(location, MAX_PROBLEM_TEXT_LENGTH), message: shorten(message, MAX_PROBLEM_TEXT_LENGTH) };
}
