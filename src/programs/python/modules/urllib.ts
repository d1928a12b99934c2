/** `urllib.request` and `urllib.parse`. */

import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { optional, text } from "../builtins/arguments.ts";
import { register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { exceptionOf, raise } from "../errors.ts";
import { memoryFile } from "../files.ts";
import { Bytes, Dict, Instance, List, type Module, PyError, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";
import { record } from "./os.ts";
import { ask, raiseConnection } from "./socket.ts";
import { trustedBy } from "./ssl.ts";

const UrlError = defineClass("URLError", "OSError", ["__str__"]);
const HttpError = defineClass("HTTPError", "URLError", ["__str__", "read"]);
const Request = defineClass("Request", "object", ["add_header"]);

interface Target {
  scheme: "http" | "https";
  host: string;
  port: number;
  path: string;
}

function parseUrl(url: string): Target {
  const match = /^(https?):\/\/([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(url);
  if (!match) raise("ValueError", `unknown url type: '${url}'`);
  const [, scheme, host, port, path = "/"] = match;
  return {
    scheme: scheme as Target["scheme"],
    host: host!,
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    path: path.startsWith("/") ? path : `/${path}`,
  };
}

const fillRequest = functionsOf("urllib.request", {
  urlopen(vm, args, keywords) {
    const [target] = args;
    const request = target instanceof Instance ? target.attributes : undefined;
    const url = request ? text(request.get("full_url")) : text(target);
    const data = optional(args, 1, keywords, "data") ?? request?.get("data") ?? null;
    const timeout = optional(args, 2, keywords, "timeout");
    const headers: Record<string, string> = { "user-agent": "Python-urllib/3.12", accept: "*/*" };
    const given = request?.get("headers");
    if (given instanceof Dict)
      for (const [name, value] of given.entries.values()) headers[String(name).toLowerCase()] = String(value);
    const body = data instanceof Bytes ? data.data : "";
    const method = text(request?.get("method") ?? (data instanceof Bytes ? "POST" : "GET"));
    const timeoutMs = timeout === undefined || timeout === null ? {} : { timeoutMs: Number(timeout) * 1000 };
    const server = parseUrl(url);
    const trusts = server.scheme === "https" ? trustedBy(vm, keywords.get("context") ?? null) : undefined;
    const trust = trusts === undefined ? {} : { trusts };
    const answer = ask(vm, { type: "http", ...server, method, headers, body, ...timeoutMs, ...trust });
    if (answer.type === "failed") throw urlError(() => raiseConnection(answer));
    if (answer.type !== "http") raise("ValueError", "not an HTTP answer");
    const response = memoryFile(answer.body, true);
    response.attributes.set("status", BigInt(answer.status));
    response.attributes.set("code", BigInt(answer.status));
    response.attributes.set("headers", headersOf(vm, answer.headers));
    if (answer.status >= 400) throw new PyError(httpError(answer.status, response));
    return response;
  },
});

function headersOf(vm: Interpreter, headers: Record<string, string>): Dict {
  const made = new Dict();
  for (const [name, value] of Object.entries(headers)) vm.setSubscript(made, name, value);
  return made;
}

/** The reason of a failed connection, wrapped as urllib does. */
function urlError(fail: () => never): PyError {
  try {
    return fail();
  } catch (error) {
    if (!(error instanceof PyError)) throw error;
    const exception = exceptionOf("URLError", error.exception);
    exception.attributes.set("reason", error.exception);
    return new PyError(exception);
  }
}

const REASONS: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

function httpError(status: number, response: Instance): Instance {
  const exception = exceptionOf("HTTPError", BigInt(status));
  for (const [name, value] of Object.entries({
    code: BigInt(status),
    reason: REASONS[status] ?? "",
    ".response": response,
  })) {
    exception.attributes.set(name, value);
  }
  return exception;
}

register({
  "URLError.__str__": (vm, [self]) =>
    `<urlopen error ${String(vm.builtin("str", [(self as Instance).attributes.get("reason") ?? null]))}>`,
  "HTTPError.__str__": (_vm, [self]) =>
    `HTTP Error ${String((self as Instance).attributes.get("code"))}: ${String((self as Instance).attributes.get("reason"))}`,
  "HTTPError.read": (vm, [self]) => vm.builtin("TextIOWrapper.read", [(self as Instance).attributes.get(".response")!]),
  "new:Request"(_vm, args, keywords) {
    const made = new Instance(builtinClass("Request"));
    const values = {
      full_url: args[0]!,
      data: optional(args, 1, keywords, "data") ?? null,
      headers: optional(args, 2, keywords, "headers") ?? new Dict(),
    };
    for (const [name, value] of Object.entries(values)) made.attributes.set(name, value);
    const method = keywords.get("method");
    if (method !== undefined) made.attributes.set("method", method);
    return made;
  },
  "Request.add_header"(vm, [self, name = "", value = ""]) {
    vm.setSubscript((self as Instance).attributes.get("headers")!, name, value);
    return null;
  },
});

const percent = (value: string, safe: string) =>
  [...bytesOfText(value)]
    .map((c) =>
      /[A-Za-z0-9_.~-]/.test(c) || safe.includes(c)
        ? c
        : `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");
const plain = (value: string) =>
  textOfBytes(value.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));

const fillParse = functionsOf("urllib.parse", {
  quote: (_vm, [value, safe = "/"]) => percent(text(value), text(safe)),
  quote_plus: (_vm, [value]) => percent(text(value), " ").replaceAll(" ", "+"),
  unquote: (_vm, [value]) => plain(text(value)),
  urlencode(vm, [values = null]) {
    const pairs = values instanceof Dict ? [...values.entries.values()] : vm.list(values).map((pair) => vm.list(pair));
    const shown = (value: Value | undefined) =>
      percent(String(vm.builtin("str", [value ?? null])), " ").replaceAll(" ", "+");
    return pairs.map(([key, value]) => `${shown(key)}=${shown(value)}`).join("&");
  },
  parse_qs(vm, [query]) {
    const made = new Dict();
    for (const pair of text(query).split("&").filter(Boolean)) {
      const [key = "", value = ""] = pair.split("=").map((part) => plain(part.replaceAll("+", " ")));
      const known = made.entries.get(`s${key}`)?.[1];
      if (known instanceof List) known.items.push(value);
      else vm.setSubscript(made, key, new List([value]));
    }
    return made;
  },
  urlparse(_vm, [url]) {
    const [, scheme = "", netloc = "", path = "", query = "", fragment = ""] =
      /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text(url)) ?? [];
    const [host = "", port] = netloc.split("@").at(-1)!.split(":");
    return record("ParseResult", {
      scheme,
      netloc,
      path,
      params: "",
      query,
      fragment,
      hostname: host || null,
      port: port ? BigInt(port) : null,
    });
  },
});

/** One module for both names: their functions do not collide. */
/** `urllib.request` imports the other two, so a script may use them without an import of their own. */
export function fillUrllibRequest(vm: Interpreter, module: Module): void {
  fillUrllib(vm, module);
  for (const name of ["urllib.error", "urllib.parse"]) vm.import(name);
}

export function fillUrllib(_vm: Interpreter, module: Module): void {
  fillRequest(module);
  fillParse(module);
  define(module, { Request, URLError: UrlError, HTTPError: HttpError });
}
