import { PROBLEM_TITLES, type Problem } from "../platform/problem.ts";

/** The document of a refusal (RFC 9457). */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { code, status, message, errors, headers } = problem;
  const body = {
    type: "about:blank",
    title: PROBLEM_TITLES[status],
    status,
    code,
    detail: message,
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
