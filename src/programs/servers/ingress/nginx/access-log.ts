/**
 * The access log of ingress-nginx.
 * Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/
 */
import type { ProcessView } from "../../../../shell/program.ts";
import type { HttpAnswer } from "../../http.ts";
import { accessTime, printLines } from "../../log.ts";
import type { HttpRequest } from "../../server.ts";
import type { UpstreamOutcome } from "../upstream.ts";

export function logAccess(
  process: ProcessView,
  { from, method, path, headers, body }: HttpRequest,
  { answer, upstream, outcome }: { answer: HttpAnswer; upstream: string; outcome?: UpstreamOutcome },
): void {
  const quoted = (text: string | undefined) => `"${text || "-"}"`;
  const length = path.length + body.length + 80;
  const time = (ms: number) => (ms / 1000).toFixed(3);
  const isAnswered = outcome?.type === "answer";
  const asked = isAnswered
    ? `${outcome.server} ${outcome.answer.body.length} ${time(outcome.answer.afterMs)} ${outcome.answer.status}`
    : `${outcome?.server || "-"} - - -`;
  const id = Array.from({ length: 4 }, () => process.random().toString(16).padStart(8, "0")).join("");
  printLines(process, 1, [
    `${from} - - [${accessTime(process.nowMs)}] "${method} ${path} HTTP/1.1" ${answer.status} ${answer.body.length} ` +
      `${quoted(headers["referer"])} ${quoted(headers["user-agent"])} ${length} ${time(answer.afterMs)} ` +
      `[${upstream}] [] ${asked} ${id}`,
  ]);
}
