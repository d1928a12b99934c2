/** The request that a program for load tests sends. */
import type { HttpQuestion } from "../../shell/question.ts";
import { UsageError } from "../base/call.ts";
import { hostHeader, parseTarget } from "../network/address.ts";

export interface RequestParts {
  method?: string | undefined;
  /** `Name: value` */
  headers?: readonly string[];
  body?: string | undefined;
  contentType?: string | undefined;
  userAgent: string;
  timeoutMs: number;
}

/** @throws UsageError for a malformed URL */
export function requestTo(url: string, parts: RequestParts): HttpQuestion {
  const target = parseTarget(url);
  if (!target || target.scheme === "telnet") throw new UsageError(`invalid URL: ${url}`, { hasHint: false });
  const { method = "GET", body = "", contentType, userAgent, timeoutMs } = parts;
  const headers: Record<string, string> = { host: hostHeader(target), "user-agent": userAgent, accept: "*/*" };
  if (body !== "") {
    headers["content-type"] = contentType ?? "text/plain";
    headers["content-length"] = String(body.length);
  }
  for (const line of parts.headers ?? []) {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) headers[name.toLowerCase()] = value ?? "";
  }
  const { scheme, host, port, path } = target;
  return { type: "http", scheme, host, port, method, path, headers, body, timeoutMs };
}
