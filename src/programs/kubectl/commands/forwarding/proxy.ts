/**
 * `kubectl proxy`: the API server without credentials, for processes of the same pod.
 * Source: k8s.io/kubectl pkg/cmd/proxy/proxy.go, pkg/proxy/proxy_server.go
 */
import { FileError } from "../../../../files/errors.ts";
import { bytesOfText } from "../../../../lib/bytes.ts";
import { Regex, RegexError } from "../../../../lib/regex.ts";
import type { ServedAnswer, ServedRequest } from "../../../../shell/question.ts";
import { resolvePath } from "../../../base/paths.ts";
import type { Call, Command } from "../../core/command.ts";
import type { Flags } from "../../core/flags.ts";
import { warningHead } from "../../core/log-lines.ts";
import { Failure } from "../../core/session.ts";
import { ephemeralPort, listen, reaches, serveForever } from "./listening.ts";

export const proxy: Command = {
  words: ["proxy"],
  flags: [
    { name: "www", short: "w", type: "string" },
    { name: "www-prefix", short: "P", type: "string", default: "/static/" },
    { name: "api-prefix", type: "string", default: "/" },
    { name: "accept-paths", type: "string", default: "^.*" },
    { name: "reject-paths", type: "string", default: "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach" },
    { name: "accept-hosts", type: "string", default: String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$` },
    { name: "reject-methods", type: "string", default: "^$" },
    { name: "port", short: "p", type: "int", default: "8001" },
    { name: "address", type: "string", default: "127.0.0.1" },
    { name: "disable-filter", type: "bool" },
    { name: "unix-socket", short: "u", type: "string", isUnwritten: true },
    { name: "keepalive", type: "duration", default: "0s" },
    { name: "append-server-path", type: "bool" },
  ],
  *run(call) {
    const { flags, session } = call;
    if (flags.is("disable-filter")) {
      const head = warningHead(session.startedAtMs, "proxy.go:177");
      session.warn(`${head} Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n`);
    }
    for (const name of ["accept-paths", "reject-paths", "accept-hosts", "reject-methods"]) checkExpressions(call, name);
    const port = flags.int("port") || (yield* ephemeralPort());
    const address = `${flags.text("address")}:${port}`;
    if (!listen(session, port)) throw new Failure(`error: listen tcp ${address}: bind: address already in use`);
    session.print(`Starting to serve on ${address}\n`);
    return yield* serveForever();
  },
  serve(call, request) {
    if (!reaches(request, [call.flags.text("address")])) return { type: "failed", why: "refused", afterMs: 0 };
    if (request.type === "connect") return { type: "connected", data: "", afterMs: 0 };
    if (request.type !== "http") return { type: "failed", why: "reset", afterMs: 0 };
    return answer(call, request);
  },
};

type HttpRequest = Extract<ServedRequest, { type: "http" }>;

function answer(call: Call, request: HttpRequest): ServedAnswer {
  const { flags } = call;
  const [path = "/"] = request.path.split("?");
  const files = withSlash(flags.text("www-prefix"));
  const api = withSlash(flags.text("api-prefix"));
  if (flags.text("www") !== "" && path.startsWith(files)) return fileAnswer(call, path.slice(files.length));
  if (!path.startsWith(api)) return text(404, "404 page not found\n");
  if (!isAccepted(flags, request, path)) return text(403, "Forbidden\n");
  // A prefix that is part of the API's own paths stays.
  const inner = api.startsWith("/api") ? request.path : `/${request.path.slice(api.length)}`;
  return askServer(call, request, inner);
}

function withSlash(prefix: string): string {
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}

function text(status: number, body: string): ServedAnswer {
  return { type: "http", status, headers: { "content-type": "text/plain; charset=utf-8" }, body, afterMs: 0 };
}

function isAccepted(flags: Flags, { method, headers, host }: HttpRequest, path: string): boolean {
  if (flags.is("disable-filter")) return true;
  const matches = (name: string, value: string) => expressions(flags.text(name)).some((one) => one.test(value));
  const called = (headers["host"] ?? host).replace(/:\d+$/, "");
  if (matches("reject-paths", path) || matches("reject-methods", method)) return false;
  return matches("accept-paths", path) && matches("accept-hosts", called);
}

/** Throws RegexError for an expression that Go does not read; `run` has refused it. */
function expressions(list: string): Regex[] {
  return list === "" ? [] : list.split(",").map((source) => new Regex(source));
}

/** Throws Failure. */
function checkExpressions({ flags, session }: Call, name: string): void {
  try {
    expressions(flags.text(name));
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const head = warningHead(session.startedAtMs, "proxy_server.go:86").replace(/^W/, "F");
    throw new Failure(`${head} Error compiling re: ${error.message}`, 255);
  }
}

/** The API server's answer to the request with the credentials of the configuration. */
function askServer({ session, target }: Call, request: HttpRequest, path: string): ServedAnswer {
  const { scheme, host, port, basePath, token, trusts } = target;
  const { connection: _, host: __, ...headers } = request.headers;
  const reply = session.process.ask({
    type: "http",
    ...{ scheme, host, port },
    method: request.method,
    path: `${basePath}${path}`,
    headers: { ...headers, host, ...(token !== "" && { authorization: `Bearer ${token}` }) },
    body: request.body,
    ...(trusts !== undefined && { trusts }),
    ...(request.resumes !== undefined && { resumes: request.resumes }),
  });
  if (reply?.type !== "http") return text(500, `dial tcp ${host}:${port}: connect: connection refused\n`);
  const { status, headers: received, body, open, afterMs } = reply;
  return { type: "http", status, headers: received, body, ...(open && { open }), afterMs };
}

/** A file of `--www`. */
function fileAnswer({ session, flags }: Call, name: string): ServedAnswer {
  const { files, cwd } = session.process;
  const base = resolvePath(cwd, bytesOfText(flags.text("www")));
  const path = resolvePath(base, bytesOfText(decodeURIComponent(name)));
  try {
    const isInside = path === base || path.startsWith(`${base}/`);
    const entry = isInside ? files.find(path) : undefined;
    const file = entry?.type === "directory" ? `${path}/index.html` : path;
    if (!entry || !files.find(file)) return text(404, "404 page not found\n");
    const type = file.endsWith(".html") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
    return { type: "http", status: 200, headers: { "content-type": type }, body: files.read(file), afterMs: 0 };
  } catch (error) {
    if (error instanceof FileError) return text(404, "404 page not found\n");
    throw error;
  }
}
