/** How PostgreSQL's clients find and ask a server, and their words when they cannot. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { isTemporaryNameFailure } from "../../../shell/network-failure.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Answer, NetworkFailure } from "../../../shell/question.ts";
import { decode } from "../http.ts";

export interface Target {
  /** Empty: the socket of this container. */
  host: string;
  port: number;
  user: string;
  database: string;
  password?: string;
}

/** The target of options, of a connection string, and of the variables of libpq. */
export function targetOf(
  { env, credentials, files }: ProcessView,
  given: Partial<Record<"host" | "port" | "user" | "database" | "password", string>>,
): Target {
  const parts = { ...given, ...connectionString(given.database) };
  const line = files.find("/etc/passwd") ? files.read("/etc/passwd") : "";
  const account = new RegExp(`^([^:]*):[^:]*:${credentials.uid}:`, "m").exec(line)?.[1] ?? "root";
  const user = parts.user || env["PGUSER"] || account;
  const password = parts.password ?? env["PGPASSWORD"];
  const host = parts.host ?? env["PGHOST"] ?? "";
  return {
    host: host.startsWith("/") ? "" : host,
    port: Number(parts.port ?? env["PGPORT"] ?? 5432),
    user,
    database: parts.database || env["PGDATABASE"] || user,
    ...(password !== undefined && { password }),
  };
}

/** `postgresql://user:password@host:port/database`, `host=… dbname=…` */
function connectionString(text = ""): Partial<Record<"host" | "port" | "user" | "database" | "password", string>> {
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?(?:\/([^?]*))?/.exec(text);
  if (uri) {
    const [, user, password, host, port, database] = uri;
    return {
      ...(user && { user: decode(user) }),
      ...(password !== undefined && { password: decode(password) }),
      ...(host && { host }),
      ...(port !== undefined && { port }),
      database: database ? decode(database) : "",
    };
  }
  if (!/^\w+\s*=/.test(text)) return {};
  const found: Record<string, string> = {};
  for (const [, name = "", quoted, plain = ""] of text.matchAll(/(\w+)\s*=\s*(?:'([^']*)'|(\S*))/g)) {
    found[name === "dbname" ? "database" : name] = quoted ?? plain;
  }
  return { ...found, database: found["database"] ?? "" };
}

/** Undefined while the answer is awaited. */
export function ask(process: ProcessView, target: Target, session: string, body: JsonObject): Answer | undefined {
  const { host, port, user, database, password } = target;
  return process.ask({
    type: "message",
    host: host === "" ? "127.0.0.1" : host,
    port,
    protocol: "postgres",
    body: { ...body, host, user, database, session, ...(password !== undefined && { password }) },
    timeoutMs: 120_000,
  });
}

/** The body of an answer, or the words of a failure. */
export function replyOf(answer: Answer, target: Target): { body: JsonObject } | { failure: string } {
  if (answer.type === "message" && isJsonObject(answer.body)) return { body: answer.body };
  const why = answer.type === "failed" ? answer.why : "reset";
  const address = "address" in answer ? answer.address : undefined;
  return { failure: failureText(target, why, address) };
}

export function placeText({ host, port }: Target, address?: string): string {
  if (host === "") return `connection to server on socket "/var/run/postgresql/.s.PGSQL.${port}" failed`;
  const known = /^[\d.]+$/.test(host) ? host : host === "localhost" ? "127.0.0.1" : address;
  const shown = /^[\d.]+$/.test(host) ? "" : known ? ` (${known})` : "";
  return `connection to server at "${host}"${shown}, port ${port} failed`;
}

function failureText(target: Target, why: NetworkFailure, address: string | undefined): string {
  const { host } = target;
  if (why === "unknownName" || why === "noRecord")
    return `could not translate host name "${host}" to address: Name or service not known`;
  if (isTemporaryNameFailure(why))
    return `could not translate host name "${host}" to address: Temporary failure in name resolution`;
  if (why === "reset")
    return `${placeText(target, address)}: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.`;
  if (host === "")
    return `${placeText(target)}: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`;
  const reason = { timeout: "Connection timed out", unreachable: "No route to host" }[why as "timeout" | "unreachable"];
  return `${placeText(target, address)}: ${reason ?? "Connection refused"}\n\tIs the server running on that host and accepting TCP/IP connections?`;
}
