/** The answers of a server described by data: selection by method, path and time, and the values of its templates. */
import type { Bytes } from "../../../files/entry.ts";
import { bytesOfText } from "../../../lib/bytes.ts";
import type { HttpAnswerDocument, ServerDocument } from "../../../lib/image-document.ts";
import { fillTemplate } from "../../../lib/image-template.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, parameters, splitPath, text } from "../http.ts";
import { isoTime } from "../log.ts";
import { exitAfterAnswer, type HttpRequest } from "../server.ts";

/** The answer to a request, `elapsedMs` after the start. It prints the line of the access log. */
export function answerRequest(
  process: ProcessView,
  request: HttpRequest,
  { answers = [], accessLog }: ServerDocument,
  elapsedMs: number,
): HttpAnswer {
  const { path } = splitPath(request.path);
  const requests = Number(process.state["requests"] ?? 0) + 1;
  process.state["requests"] = requests;
  const matching = answers.filter((answer) => isPath(answer, path) && isInTime(answer, elapsedMs));
  const found = matching.find(({ method }) => isMethod(method, request.method));
  const status = found ? (found.status ?? 200) : matching.length > 0 ? 405 : 404;
  const filled = (template: string) => fillForRequest(process, request, template, { status, requests });
  const answer = found ? answerOf(found, status, filled) : refusal(status, matching);
  if (accessLog !== undefined) process.write(1, `${filled(accessLog)}\n`);
  if (found?.cpuMs) process.useCpu(found.cpuMs);
  if (found?.exitCode !== undefined) exitAfterAnswer(process, found.exitCode);
  return request.method === "HEAD" ? { ...answer, body: "" } : answer;
}

function isPath({ path: pattern }: HttpAnswerDocument, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(bytesOfText(pattern.slice(0, -1))) : path === bytesOfText(pattern);
}

function isInTime({ fromMs = 0, untilMs = Number.POSITIVE_INFINITY }: HttpAnswerDocument, elapsedMs: number): boolean {
  return fromMs <= elapsedMs && elapsedMs < untilMs;
}

function isMethod(wanted: string | undefined, method: string): boolean {
  return wanted === undefined || wanted === method || (wanted === "GET" && method === "HEAD");
}

function answerOf(
  { headers = {}, body = "", delayMs = 1, cpuMs = 0 }: HttpAnswerDocument,
  status: number,
  filled: (template: string) => Bytes,
): HttpAnswer {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value)]);
  return text(status, filled(body), {
    contentType: contentTypeOf(body),
    headers: Object.fromEntries(lowerCase),
    afterMs: delayMs + cpuMs,
  });
}

function refusal(status: number, matching: readonly HttpAnswerDocument[]): HttpAnswer {
  if (status === 404) return text(404, "404 page not found\n");
  const allow = [...new Set(matching.map(({ method }) => method ?? ""))].join(", ");
  return text(405, "Method Not Allowed\n", { headers: { allow } });
}

/** By the first character, for answers that do not say it. */
function contentTypeOf(body: string): string {
  const first = body.trimStart()[0] ?? "";
  if (first === "{" || first === "[") return "application/json";
  return first === "<" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

function fillForRequest(
  process: ProcessView,
  request: HttpRequest,
  template: string,
  { status, requests }: { status: number; requests: number },
): Bytes {
  const { path, query } = splitPath(request.path);
  return fillTemplate(bytesOfText(template), (name, argument) => {
    switch (name) {
      case "method":
        return request.method;
      case "path":
        return path;
      case "query":
        return parameters(query).get(argument)?.[0] ?? "";
      case "header":
        return request.headers[argument.toLowerCase()] ?? "";
      case "body":
        return request.body;
      case "client":
        return request.from;
      case "status":
        return String(status);
      case "requests":
        return String(requests);
      default:
        return processValue(process, name, argument);
    }
  });
}

/** A line of the log that belongs to no request, as bytes. */
export function filledLine(process: ProcessView, template: string): Bytes {
  return fillTemplate(bytesOfText(template), (name, argument) => processValue(process, name, argument));
}

function processValue({ host, env, nowMs }: ProcessView, name: string, argument: string): Bytes {
  switch (name) {
    case "hostname":
      return host.hostname;
    case "podIP":
      return host.podAddresses[0] ?? "";
    case "time":
      return isoTime(nowMs);
    case "env":
      return env[argument] ?? "";
    default:
      return "";
  }
}
