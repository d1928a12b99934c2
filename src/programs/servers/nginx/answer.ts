/** Answers a request by nginx's configuration: server, location, rewrites, files, redirects and upstreams. */

import { FileError } from "../../../files/errors.ts";
import { bytesOfText } from "../../../lib/bytes.ts";
import { counterValue } from "../../../shell/counters.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { counterFamily } from "../../base/metrics/counters.ts";
import { metricsAnswer, wantsPoints } from "../../base/metrics/page.ts";
import { decode, type HttpAnswer, mediaType, splitPath, text } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import { all, type Directive, errno, last } from "./config.ts";
import { errorPage, fileHeaders, type IndexEntry, indexPage } from "./pages.ts";
import { proxy } from "./proxy.ts";
import { REQUESTS } from "./requests.ts";
import { findEntry, findServer, groupsOf, inherited, inheritedAll, normalizePath, type Scope } from "./select.ts";
import { type Exchange, hostOf, interpolate } from "./variables.ts";

/** What one request led to. */
export interface Outcome {
  answer: HttpAnswer | { type: "failed"; why: "reset"; afterMs: number };
  exchange: Exchange;
  /** Blocks from the outermost to the innermost: inherited directives are looked up from the end. */
  scopes: readonly Scope[];
  /** Messages for the error log. */
  errors: string[];
}

/** Redirects within one request, as in nginx. */
const MAX_INTERNAL_REDIRECTS = 10;

export function answerRequest(config: readonly Directive[], process: ProcessView, request: HttpRequest): Outcome {
  const http = last(config, "http")?.block ?? [];
  const server = findServer(http, request)?.block ?? [];
  const { path, query } = splitPath(request.path);
  const exchange: Exchange = {
    process,
    request,
    uri: normalizePath(decode(path.replace(/\+/g, "%2B"))),
    args: query,
    serverName: last(server, "server_name")?.args[0] ?? "",
    root: "",
    values: {},
  };
  return new Answering(http, server, exchange).answer();
}

class Answering {
  readonly #http: Scope;
  readonly #server: Scope;
  readonly #exchange: Exchange;
  readonly #errors: string[] = [];
  #scopes: readonly Scope[] = [];
  /** The prefix of the location that was chosen, for `alias` and `proxy_pass`. */
  #prefix = "/";
  #redirects = 0;
  #isErrorPage = false;

  constructor(http: Scope, server: Scope, exchange: Exchange) {
    this.#http = http;
    this.#server = server;
    this.#exchange = exchange;
  }

  answer(): Outcome {
    this.#scopes = [this.#http, this.#server];
    const answer = this.#rewrites(this.#server) ?? this.#locate();
    const finished = answer.type === "http" ? this.#finish(answer) : answer;
    return { answer: finished, exchange: this.#exchange, scopes: this.#scopes, errors: this.#errors };
  }

  #locate(): Outcome["answer"] {
    if (this.#redirects++ > MAX_INTERNAL_REDIRECTS) {
      this.#errors.push(
        `rewrite or internal redirection cycle while internally redirecting to "${this.#exchange.uri}"`,
      );
      return this.#error(500);
    }
    const chain = this.#findLocation(this.#server);
    this.#scopes = [this.#http, this.#server, ...chain.map(({ block }) => block ?? [])];
    const scope = this.#scopes.at(-1) ?? [];
    const uri = this.#exchange.uri;
    const done = chain.length > 0 ? this.#rewrites(scope) : undefined;
    if (done) return done;
    // `rewrite … last` looks for a location again.
    if (this.#exchange.uri !== uri && this.#exchange.values["#break"] === undefined) return this.#locate();
    return this.#content(scope);
  }

  /** The location and the nested ones inside it. */
  #findLocation(scope: Scope): Directive[] {
    const { uri, values } = this.#exchange;
    let best: Directive | undefined;
    let bestLength = -1;
    for (const location of all(scope, "location")) {
      const [modifier = "", pattern = modifier] = location.args;
      if (modifier === "=" && pattern === uri) {
        this.#prefix = pattern;
        return [location];
      }
      const isPrefix = location.args.length === 1 ? !modifier.startsWith("@") : modifier === "^~";
      if (isPrefix && uri.startsWith(pattern) && pattern.length > bestLength) {
        best = location;
        bestLength = pattern.length;
      }
    }
    const nested = best ? this.#nested(best) : [];
    if (best?.args[0] !== "^~") {
      for (const location of all(scope, "location")) {
        const [modifier = "", pattern = ""] = location.args;
        if (modifier !== "~" && modifier !== "~*") continue;
        const groups = groupsOf(modifier === "~*" ? `(?i)${pattern}` : pattern, uri);
        if (!groups) continue;
        groups.forEach((group, i) => {
          values[String(i)] = group;
        });
        this.#prefix = "";
        return [location];
      }
    }
    if (best) this.#prefix = best.args.at(-1) ?? "/";
    return nested;
  }

  #nested(location: Directive): Directive[] {
    return all(location.block, "location").length > 0
      ? [location, ...this.#findLocation(location.block ?? [])]
      : [location];
  }

  /** `set`, `rewrite`, `if` and `return` of a block, in their order. */
  #rewrites(scope: Scope): Outcome["answer"] | undefined {
    for (const directive of scope) {
      const { name, args } = directive;
      if (name === "set") this.#exchange.values[(args[0] ?? "").slice(1)] = interpolate(args[1] ?? "", this.#exchange);
      if (name === "return") return this.#return(args);
      if (name === "if" && this.#isTrue(args)) {
        const done = this.#rewrites(directive.block ?? []);
        if (done) return done;
      }
      if (name === "rewrite") {
        const done = this.#rewrite(args);
        if (done !== "next") return done;
      }
      if (name === "break") return undefined;
    }
    return undefined;
  }

  #rewrite([pattern = "", replacement = "", flag]: readonly string[]): Outcome["answer"] | undefined | "next" {
    const groups = groupsOf(pattern, this.#exchange.uri);
    if (!groups) return "next";
    groups.forEach((group, i) => {
      this.#exchange.values[String(i)] = group;
    });
    const target = interpolate(replacement, this.#exchange);
    if (flag === "redirect" || flag === "permanent" || /^https?:\/\//.test(target)) {
      return this.#redirect(flag === "permanent" ? 301 : 302, target);
    }
    const { path, query } = splitPath(target);
    this.#exchange.uri = path;
    if (query !== "") this.#exchange.args = [query, this.#exchange.args].filter((part) => part !== "").join("&");
    if (flag === "break") this.#exchange.values["#break"] = "1";
    return flag === "last" || flag === "break" ? undefined : "next";
  }

  #isTrue(args: readonly string[]): boolean {
    const words = args
      .join(" ")
      .replace(/^\(|\)$/g, "")
      .trim()
      .split(/\s+/);
    const [left = "", operator, ...rest] = words;
    const value = interpolate(left, this.#exchange);
    if (operator === undefined) return value !== "" && value !== "0";
    const right = interpolate(rest.join(" ").replace(/^["']|["']$/g, ""), this.#exchange);
    if (left.startsWith("-") || left.startsWith("!-")) {
      const exists = this.#exchange.process.files.find(interpolate(operator, this.#exchange)) !== undefined;
      return left.startsWith("!") !== exists;
    }
    switch (operator) {
      case "=":
        return value === right;
      case "!=":
        return value !== right;
      case "~":
        return groupsOf(right, value) !== undefined;
      case "~*":
        return groupsOf(`(?i)${right}`, value) !== undefined;
      case "!~":
        return groupsOf(right, value) === undefined;
      default:
        return groupsOf(`(?i)${right}`, value) === undefined;
    }
  }

  #return(args: readonly string[]): Outcome["answer"] {
    const isUrl = args.length === 1 && !/^\d{3}$/.test(args[0] ?? "");
    const status = isUrl ? 302 : Number(args[0]);
    const body = interpolate(args[isUrl ? 0 : 1] ?? "", this.#exchange);
    if (status === 444) return { type: "failed", why: "reset", afterMs: 0 };
    if ([301, 302, 303, 307, 308].includes(status)) return this.#redirect(status, body);
    const hasBody = args.length > 1;
    if (!hasBody && status >= 300) return this.#error(status);
    const contentType = inherited(this.#scopes, "default_type")?.args[0] ?? "text/plain";
    return text(status, bytesOfText(body), { contentType });
  }

  #redirect(status: number, target: string): HttpAnswer {
    const { request } = this.#exchange;
    const isAbsolute = /^[a-z]+:\/\//.test(target) || inherited(this.#scopes, "absolute_redirect")?.args[0] === "off";
    const port = [80, 443].includes(request.port) ? "" : `:${request.port}`;
    const location = isAbsolute ? target : `${request.scheme}://${hostOf(request)}${port}${target}`;
    return errorPage(status, this.#version, { location });
  }

  get #version(): string {
    return this.#exchange.process.env["NGINX_VERSION"] ?? "1.29.3";
  }

  /** An answer with an error: its page by `error_page`, or nginx's own. */
  #error(status: number): Outcome["answer"] {
    const page = this.#isErrorPage
      ? undefined
      : inheritedAll(this.#scopes, "error_page").find(({ args }) => args.slice(0, -1).includes(String(status)));
    const target = page?.args.at(-1);
    if (!page || target === undefined) return errorPage(status, this.#version);
    this.#isErrorPage = true;
    const changed = page.args.find((arg) => /^=\d*$/.test(arg));
    if (/^https?:/.test(target)) return this.#redirect(302, interpolate(target, this.#exchange));
    const answer = this.#goTo(target);
    const shown =
      changed === undefined ? status : Number(changed.slice(1) || (answer.type === "http" ? answer.status : status));
    return answer.type === "http"
      ? { ...answer, status: answer.status === 200 || changed ? shown : answer.status }
      : answer;
  }

  /** An internal redirect to a path or to a named location. */
  #goTo(target: string): Outcome["answer"] {
    if (target.startsWith("@")) {
      const location = all(this.#server, "location").find(({ args }) => args[0] === target);
      if (!location) return errorPage(500, this.#version);
      this.#scopes = [this.#http, this.#server, location.block ?? []];
      return this.#rewrites(location.block ?? []) ?? this.#content(location.block ?? []);
    }
    const { path, query } = splitPath(interpolate(target, this.#exchange));
    this.#exchange.uri = path;
    if (query !== "") this.#exchange.args = query;
    return this.#locate();
  }

  #content(scope: Scope): Outcome["answer"] {
    const { request } = this.#exchange;
    if (this.#isDenied()) {
      this.#errors.push("access forbidden by rule");
      return this.#error(403);
    }
    const basic = inherited(this.#scopes, "auth_basic")?.args[0];
    if (basic !== undefined && basic !== "off" && !request.headers["authorization"]) {
      return errorPage(401, this.#version, { "www-authenticate": `Basic realm="${basic}"` });
    }
    const pass = last(scope, "proxy_pass");
    if (pass) return this.#proxy(interpolate(pass.args[0] ?? "", this.#exchange), pass.args[0] ?? "");
    if (last(scope, "fastcgi_pass") ?? last(scope, "uwsgi_pass") ?? last(scope, "grpc_pass")) return this.#badGateway();
    if (last(scope, "stub_status")) return this.#stubStatus();
    const tries = inherited(this.#scopes.slice(1), "try_files");
    return tries ? this.#tryFiles(tries.args) : this.#static(this.#exchange.uri);
  }

  #isDenied(): boolean {
    for (const scope of [...this.#scopes].reverse()) {
      const rules = scope.filter(({ name }) => name === "allow" || name === "deny");
      const rule = rules.find(({ args }) => args[0] === "all" || args[0] === this.#exchange.request.from);
      if (rules.length > 0) return rule?.name === "deny";
    }
    return false;
  }

  #badGateway(): Outcome["answer"] {
    this.#errors.push("connect() failed (111: Connection refused) while connecting to upstream");
    return this.#error(502);
  }

  #proxy(target: string, written: string): Outcome["answer"] {
    const scopes = this.#scopes;
    const headers = inheritedAll(scopes, "proxy_set_header");
    const upstreams = all(this.#http, "upstream");
    const result = proxy({ target, written, prefix: this.#prefix, headers, upstreams, exchange: this.#exchange });
    if ("answer" in result) return result.answer;
    this.#errors.push(result.error);
    return this.#error(result.status);
  }

  #stubStatus(): HttpAnswer {
    const { process, request } = this.#exchange;
    if (wantsPoints(request.headers)) {
      return metricsAnswer({ families: [counterFamily(process, REQUESTS)] }, request.headers, process.nowMs);
    }
    const [{ points = [] } = {}] = counterFamily(process, REQUESTS).series;
    const handled = Math.max(1, Math.round(counterValue(points, process.nowMs) ?? 1));
    const body = `Active connections: 1 \nserver accepts handled requests\n ${handled} ${handled} ${handled} \nReading: 0 Writing: 1 Waiting: 0 \n`;
    return text(200, body, { contentType: "text/plain" });
  }

  #tryFiles(args: readonly string[]): Outcome["answer"] {
    const { files } = this.#exchange.process;
    for (const candidate of args.slice(0, -1)) {
      const uri = interpolate(candidate, this.#exchange);
      const entry = findEntry(() => files.find(this.#pathOf(uri).replace(/\/$/, "")));
      const wantsDirectory = candidate.endsWith("/");
      if (entry?.type === (wantsDirectory ? "directory" : "file")) return this.#static(uri);
    }
    const fallback = args.at(-1) ?? "";
    return fallback.startsWith("=") ? this.#error(Number(fallback.slice(1))) : this.#goTo(fallback);
  }

  #pathOf(uri: string): string {
    const alias = last(this.#scopes.at(-1), "alias")?.args[0];
    if (alias !== undefined) {
      const target = interpolate(alias, this.#exchange);
      return this.#prefix === "" ? target : `${target}${uri.slice(this.#prefix.length)}`;
    }
    const root = interpolate(inherited(this.#scopes, "root")?.args[0] ?? "html", this.#exchange);
    this.#exchange.root = root.startsWith("/") ? root : `/etc/nginx/${root}`;
    return `${this.#exchange.root.replace(/\/$/, "")}${uri}`;
  }

  #static(uri: string): Outcome["answer"] {
    const { request, process } = this.#exchange;
    const path = this.#pathOf(uri);
    try {
      const entry = process.files.stat(path.length > 1 ? path.replace(/\/$/, "") : path);
      if (entry.type === "directory") {
        return uri.endsWith("/") ? this.#directory(uri, path) : this.#redirect(301, `${request.path.split("?")[0]}/`);
      }
      if (uri.endsWith("/")) throw new FileError("ENOTDIR", path);
      if (request.method !== "GET" && request.method !== "HEAD") return this.#error(405);
      const body = process.files.read(path);
      const fallback = inherited(this.#scopes, "default_type")?.args[0] ?? "text/plain";
      const contentType =
        last(this.#http, "types") || inherited(this.#scopes, "default_type") ? mediaType(path, fallback) : fallback;
      const headers = fileHeaders(entry.modifiedAtMs, body.length);
      if (request.headers["if-none-match"] === headers["etag"])
        return { type: "http", status: 304, headers, body: "", afterMs: 1 };
      return text(200, body, { contentType, headers });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#errors.push(`open() "${path}" failed (${errno(error)}: ${error.message})`);
      return this.#error(error.code === "EACCES" ? 403 : 404);
    }
  }

  #directory(uri: string, path: string): Outcome["answer"] {
    const { process } = this.#exchange;
    const names = inherited(this.#scopes, "index")?.args ?? ["index.html"];
    for (const name of names) {
      const candidate = `${path.replace(/\/$/, "")}/${name.replace(/^\//, "")}`;
      if (findEntry(() => process.files.find(candidate))?.type !== "file") continue;
      // An index is an internal redirect, so another location may serve it.
      return this.#goTo(`${uri}${name.replace(/^\//, "")}`);
    }
    if (inherited(this.#scopes, "autoindex")?.args[0] === "on")
      return this.#autoindex(uri, path.replace(/(.)\/$/, "$1"));
    this.#errors.push(`directory index of "${path}" is forbidden`);
    return this.#error(403);
  }

  #autoindex(uri: string, path: string): Outcome["answer"] {
    const { files } = this.#exchange.process;
    const entries = files.list(path).flatMap((name): IndexEntry[] => {
      const entry = findEntry(() => files.find(`${path}/${name}`));
      if (!entry || name.startsWith(".")) return [];
      const { modifiedAtMs } = entry;
      return [{ name, isDirectory: entry.type === "directory", sizeBytes: files.sizeBytes(entry), modifiedAtMs }];
    });
    return indexPage(uri, entries);
  }

  /** Headers of `add_header`, of every answer, and the rules of HEAD. */
  #finish(answer: HttpAnswer): HttpAnswer {
    const { request } = this.#exchange;
    const headers: Record<string, string> = { server: this.#serverHeader, ...answer.headers };
    for (const { args } of inheritedAll(this.#scopes, "add_header")) {
      const isAlways =
        args[2] === "always" || [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(answer.status);
      const value = interpolate(args[1] ?? "", this.#exchange);
      if (isAlways && value !== "") headers[(args[0] ?? "").toLowerCase()] = value;
    }
    return { ...answer, headers, body: request.method === "HEAD" ? "" : answer.body };
  }

  get #serverHeader(): string {
    return inherited(this.#scopes, "server_tokens")?.args[0] === "off" ? "nginx" : `nginx/${this.#version}`;
  }
}
