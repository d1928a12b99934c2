/**
 * Requests to the API server, and its errors in kubectl's words.
 * Source: k8s.io/kubectl pkg/cmd/util/helpers.go (`StandardErrorMessage`)
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "../../../lib/json.ts";
import type { OpenAnswer } from "../../../lib/open-answer.ts";
import type { SessionPiece, SessionReply } from "../../../lib/session-pieces.ts";
import type { HttpQuestion } from "../../../shell/question.ts";
import type { Target } from "./config.ts";
import { objectIn, objectsIn } from "./parts.ts";
import { Failure, type HttpResult, type Steps, type StreamResult } from "./session.ts";

export const AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

export interface RequestOptions {
  method?: string;
  query?: Readonly<Record<string, string | undefined>>;
  accept?: string;
  contentType?: string;
  body?: JsonValue | string;
  /** Parameters with several values. */
  repeated?: Readonly<Record<string, readonly string[]>>;
  /** A piece of a session. */
  piece?: SessionPiece;
  /** Reads an answer that goes on: null for its beginning, then the cursor of the piece before. */
  resumes?: JsonValue;
}

export interface WatchPiece {
  events: JsonObject[];
  /** Absent: the watch has ended. */
  cursor?: JsonValue;
}

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The body as JSON; undefined for other bodies. */
  json: JsonValue | undefined;
  piece?: SessionReply;
  /** The answer goes on. */
  open?: OpenAnswer;
}

/** A refusal of the API server. */
export class ServerError extends Failure {
  override name = "ServerError";
  readonly reason: string;
  readonly code: number;
  /** The message of the Status, without kubectl's own words. */
  readonly statusMessage: string;
  readonly details: JsonObject;

  constructor(status: JsonObject) {
    const { message, reason, code, details } = status;
    super(errorText(status));
    this.statusMessage = String(message ?? "");
    this.reason = String(reason ?? "");
    this.code = Number(code ?? 0);
    this.details = objectIn(details);
  }

  /** The same refusal with another message. */
  withMessage(message: string): ServerError {
    return new ServerError({ message, reason: this.reason, code: this.code, details: this.details });
  }

  /** The same refusal, met while a file was written: `Error from server (Conflict): error when applying …`. */
  duringWrite(what: string): Failure {
    if (this.reason === "Invalid" || this.reason === "Unauthorized") return this;
    const [head = "", ...rest] = this.message.split(": ");
    return new Failure(`${head}: ${what}: ${rest.join(": ")}`);
  }
}

export class Client {
  readonly target: Target;
  /** Warnings of the server, each printed once. */
  readonly #warn: (text: string) => void;
  readonly #seen = new Set<string>();

  constructor(target: Target, warn: (text: string) => void) {
    this.target = target;
    this.#warn = warn;
  }

  #question(path: string, options: RequestOptions): HttpQuestion {
    const { scheme, host, port, basePath, token, trusts, impersonate, agent = "kubectl/v1.36.0" } = this.target;
    const {
      method = "GET",
      query = {},
      accept = "application/json",
      contentType,
      body,
      repeated = {},
      piece,
      resumes,
    } = options;
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, value);
    for (const [name, values] of Object.entries(repeated)) for (const value of values) search.append(name, value);
    const full = `${basePath}${path}${search.size > 0 ? `?${search}` : ""}`;
    const headers: Record<string, string> = {
      host,
      accept,
      "user-agent": agent,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(impersonate.user && { "impersonate-user": impersonate.user }),
      ...(impersonate.groups[0] !== undefined && { "impersonate-group": impersonate.groups[0] }),
      ...(body !== undefined && { "content-type": contentType ?? "application/json" }),
    };
    const sent = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const more = {
      ...(trusts !== undefined && { trusts }),
      ...(piece && { piece }),
      ...(resumes !== undefined && { resumes }),
    };
    const target = { type: "http", scheme, host, port } as const;
    return { ...target, method, path: full, headers, body: bytesOfText(sent), ...more };
  }

  /** The reply with any status. Throws Failure without an answer. */
  *fetch(path: string, options: RequestOptions = {}): Steps<Reply> {
    const question = this.#question(path, options);
    const result = (yield { type: "http", question }) as unknown as HttpResult;
    if (result.type === "failed") throw this.#unreachable(result, question);
    this.#showWarnings(result.headers["warning"]);
    const { status, headers: received, body: text, piece, open } = result;
    return { status, headers: received, text, json: jsonOf(text), ...(piece && { piece }), ...(open && { open }) };
  }

  /**
   * The next events of a watch, from the cursor of those before; null for its beginning. Undefined if none came before
   * `untilMs`. Throws Failure, and ServerError for a refusal.
   */
  *watch(
    path: string,
    { cursor, untilMs, query, ...options }: RequestOptions & { cursor: JsonValue; untilMs?: number },
  ): Steps<WatchPiece | undefined> {
    const question = this.#question(path, { ...options, query: { ...query, watch: "true" }, resumes: cursor });
    const isBounded = untilMs === undefined ? {} : { untilMs };
    const result = (yield { type: "stream", question, ...isBounded }) as unknown as StreamResult;
    if (result.type === "over") return undefined;
    if (result.type === "failed") throw this.#unreachable(result, question);
    const { status, body, headers, cursor: next } = result;
    this.#showWarnings(headers["warning"]);
    if (status >= 400) throw serverError({ status, text: body, json: jsonOf(body) });
    const events = body.split("\n").flatMap((line) => (line === "" ? [] : [objectIn(jsonOf(line))]));
    const refusal = events.find(({ type }) => type === "ERROR");
    if (refusal) throw new ServerError(objectIn(refusal["object"]));
    return { events, ...(next !== undefined && { cursor: next }) };
  }

  /** The body of a successful answer. Throws ServerError. */
  *json(path: string, options: RequestOptions = {}): Steps<JsonObject> {
    const reply = yield* this.fetch(path, options);
    if (reply.status >= 400) throw serverError(reply);
    if (!isJsonObject(reply.json)) throw new Failure("error: the server's answer is no JSON object");
    return reply.json;
  }

  #showWarnings(header: string | undefined): void {
    for (const [, text = ""] of (header ?? "").matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)) {
      const warning = JSON.parse(text) as string;
      if (this.#seen.has(warning)) continue;
      this.#seen.add(warning);
      this.#warn(`Warning: ${warning}\n`);
    }
  }

  #unreachable({ why, problem }: { why: string; problem?: string }, question: HttpQuestion): Failure {
    const { scheme, host, port, path, method } = question;
    switch (why) {
      case "refused":
        return new Failure(
          `The connection to the server ${host}:${port} was refused - did you specify the right host or port?`,
        );
      case "unknownName":
      case "noRecord":
        return new Failure(`Unable to connect to the server: dial tcp: lookup ${host}: no such host`);
      case "untrusted":
        return new Failure(
          `Unable to connect to the server: tls: failed to verify certificate: ${problem ?? "x509: certificate signed by unknown authority"}`,
        );
      case "timeout":
        return new Failure(`Unable to connect to the server: dial tcp ${host}:${port}: i/o timeout`);
      default:
        return new Failure(
          `Unable to connect to the server: ${method === "GET" ? "Get" : method} "${scheme}://${host}:${port}${path}": EOF`,
        );
    }
  }
}

/** The error of an answer with a status of 400 or more. */
export function serverError({ status, text, json }: Pick<Reply, "status" | "text" | "json">): ServerError {
  if (isJsonObject(json) && json["kind"] === "Status") return new ServerError(json);
  const message =
    status === 404 ? "the server could not find the requested resource" : text.trim() || `unknown (status ${status})`;
  return new ServerError({ message, reason: status === 404 ? "NotFound" : "", code: status });
}

function errorText(status: JsonObject): string {
  const message = String(status["message"] ?? "");
  const reason = String(status["reason"] ?? "");
  if (reason === "Invalid") return invalidText(message, status["details"]);
  if (reason === "Unauthorized") return "error: You must be logged in to the server (Unauthorized)";
  return reason === "" || reason === "Unknown"
    ? `Error from server: ${message}`
    : `Error from server (${reason}): ${message}`;
}

/** `The Deployment "web" is invalid: spec.replicas: …`, each cause on a line of its own if there are several. */
function invalidText(message: string, details: JsonValue | undefined): string {
  if (!isJsonObject(details)) return "The request is invalid";
  const { kind, name, causes } = details;
  const all = objectsIn(causes).map(({ field, message: why }) => `${String(field ?? "")}: ${String(why ?? "")}`);
  const texts = [...new Set(all)];
  const subject =
    kind || name ? `The ${String(kind ?? "")} ${JSON.stringify(name ?? "")} is invalid` : "The request is invalid";
  if (texts.length === 0) return kind || name || message === "" ? subject : `${subject}: ${message}`;
  return texts.length === 1
    ? `${subject}: ${texts[0]}`
    : `${subject}: \n${texts.map((text) => `* ${text}`).join("\n")}`;
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
