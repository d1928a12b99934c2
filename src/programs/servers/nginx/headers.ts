/** The headers of an answer in nginx' order. nginx: src/http/ngx_http_header_filter_module.c */
import { inOrder } from "../http.ts";
import { httpTime } from "../log.ts";

const FIRST_HEADERS = [
  ...["server", "date", "content-type", "content-length", "last-modified", "location", "transfer-encoding"],
  "connection",
];

/** Adds the headers that every answer has. */
export function finishedHeaders(headers: Readonly<Record<string, string>>, nowMs: number): Record<string, string> {
  return inOrder({ ...headers, date: httpTime(nowMs), connection: "keep-alive" }, FIRST_HEADERS);
}
