/** `http.server`: a server that answers requests which arrive at its port. */

import { FileError } from "../../../files/errors.ts";
import type { ServedAnswer, ServedRequest } from "../../../shell/question.ts";
import { handshakeFailure } from "../../servers/handshake.ts";
import { integer, none, text } from "../builtins/arguments.ts";
import { register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { raiseOsError } from "../errors.ts";
import { memoryFile } from "../files.ts";
import { Bytes, Dict, Instance, type Module, type PyClass, Tuple, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define } from "./define.ts";
import { certificateOf } from "./ssl.ts";
import { versionOf } from "./sys.ts";
import { formatTime } from "./time.ts";

const Handler = defineClass("BaseHTTPRequestHandler", "object", [
  "send_response",
  "send_header",
  "end_headers",
  "send_error",
  "log_message",
  "log_request",
  "address_string",
]);
const FileHandler = defineClass("SimpleHTTPRequestHandler", "BaseHTTPRequestHandler", ["do_GET", "do_HEAD"]);
const Server = defineClass("HTTPServer", "object", [
  "serve_forever",
  "server_close",
  "shutdown",
  "handle_request",
  "__enter__",
  "__exit__",
]);
const ThreadingServer = defineClass("ThreadingHTTPServer", "HTTPServer");

const PHRASES: Record<number, string> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  501: "Unsupported method",
  503: "Service Unavailable",
};

function makeServer(vm: Interpreter, args: readonly Value[]): Instance {
  const [, port] = vm.list(args[0] ?? null);
  const server = new Instance(builtinClass("HTTPServer"));
  if (!vm.process.listen(integer(port), "tcp")) raiseOsError("OSError", 98, "Address already in use");
  server.attributes.set("server_port", port!);
  server.attributes.set("server_address", args[0]!);
  server.attributes.set("socket", new Instance(builtinClass("socket.socket")));
  server.attributes.set("RequestHandlerClass", args[1] ?? builtinClass("SimpleHTTPRequestHandler"));
  return server;
}

function log(vm: Interpreter, self: Instance, message: string): void {
  const [address] = vm.list(self.attributes.get("client_address") ?? new Tuple(["-"]));
  const at = formatTime("%d/%b/%Y %H:%M:%S", vm.process.nowMs);
  vm.process.write(2, `${String(address)} - - [${at}] ${message}\n`);
}

function logRequest(vm: Interpreter, self: Instance, code: number): void {
  const line = String(self.attributes.get("requestline"));
  const method = vm.attribute(self, "log_message");
  vm.call(method, ['"%s" %s %s', line, String(code), "-"]);
}

register({
  "new:HTTPServer": (vm, args) => makeServer(vm, args),
  "new:ThreadingHTTPServer": (vm, args) => makeServer(vm, args),
  "HTTPServer.serve_forever"(vm, [server]) {
    vm.pending = { server };
    return vm.wait({ type: "signal" });
  },
  "HTTPServer.handle_request"(vm, [server]) {
    vm.pending = { server };
    return vm.wait({ type: "signal" });
  },
  "HTTPServer.server_close"(vm, [server]) {
    vm.process.stopListening(integer((server as Instance).attributes.get("server_port")));
    return null;
  },
  "HTTPServer.shutdown": () => null,
  "HTTPServer.__enter__": (_vm, [self]) => self!,
  "HTTPServer.__exit__": (vm, [self]) => vm.builtin("HTTPServer.server_close", [self!]),

  "BaseHTTPRequestHandler.send_response"(vm, [self, code]) {
    const handler = self as Instance;
    handler.attributes.set(".status", code!);
    handler.attributes.set(".headers", new Dict());
    vm.setSubscript(handler.attributes.get(".headers")!, "server", `BaseHTTP/0.6 Python/${versionOf(vm.process)}`);
    vm.setSubscript(
      handler.attributes.get(".headers")!,
      "date",
      formatTime("%a, %d %b %Y %H:%M:%S GMT", vm.process.nowMs),
    );
    logRequest(vm, handler, integer(code));
    return null;
  },
  "BaseHTTPRequestHandler.send_header"(vm, [self, name, value = null]) {
    vm.setSubscript(
      (self as Instance).attributes.get(".headers")!,
      text(name).toLowerCase(),
      vm.builtin("str", [value]),
    );
    return null;
  },
  "BaseHTTPRequestHandler.end_headers": () => null,
  "BaseHTTPRequestHandler.send_error"(vm, [self, code, message]) {
    const reason = message === undefined ? (PHRASES[integer(code)] ?? "") : text(message);
    vm.call(vm.attribute(self!, "send_response"), [code!]);
    vm.call(vm.attribute(self!, "send_header"), ["Content-Type", "text/html;charset=utf-8"]);
    const page = errorPage(integer(code), reason);
    return none(vm.call(vm.attribute(vm.attribute(self!, "wfile"), "write"), [new Bytes(page)]));
  },
  "BaseHTTPRequestHandler.log_message"(vm, [self, pattern, ...values]) {
    log(vm, self as Instance, String(vm.call(vm.attribute(text(pattern), "__mod__"), [new Tuple(values)])));
    return null;
  },
  "BaseHTTPRequestHandler.log_request": () => null,
  "BaseHTTPRequestHandler.address_string": (vm, [self]) =>
    vm.list((self as Instance).attributes.get("client_address")!)[0]!,
  "str.__mod__": (vm, [self, values = null]) => formatOf(vm, text(self), values),
  "SimpleHTTPRequestHandler.do_GET": (vm, [self]) => serveFile(vm, self as Instance),
  "SimpleHTTPRequestHandler.do_HEAD": (vm, [self]) => serveFile(vm, self as Instance),
});

function errorPage(code: number, reason: string): string {
  const head = '    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n';
  const text = `        <h1>Error response</h1>\n        <p>Error code: ${code}</p>\n        <p>Message: ${reason}.</p>\n`;
  return `<!DOCTYPE HTML>\n<html lang="en">\n${head}    <body>\n${text}    </body>\n</html>\n`;
}

const formatOf = (_vm: Interpreter, pattern: string, values: Value): string => {
  let next = 0;
  const items = values instanceof Tuple ? values.items : [values];
  return pattern.replace(/%[sd]/g, () => String(items[next++]));
};

const TYPES: Record<string, string> = {
  html: "text/html",
  txt: "text/plain",
  css: "text/css",
  js: "text/javascript",
  json: "application/json",
};

function serveFile(vm: Interpreter, self: Instance): Value {
  const path = decodeURIComponent(String(self.attributes.get("path")).split("?")[0]!);
  const folder = vm.process.cwd.replace(/\/$/, "");
  const at = `${folder}${path}`.replace(/\/+$/, "") || "/";
  try {
    const entry = vm.process.files.stat(at);
    if (entry.type === "directory") {
      const hasIndex = vm.process.files.find(`${at}/index.html`)?.type === "file";
      return hasIndex
        ? send(vm, self, vm.process.files.read(`${at}/index.html`), "text/html")
        : send(vm, self, listing(vm, at, path), "text/html; charset=utf-8");
    }
    return send(vm, self, vm.process.files.read(at), TYPES[at.split(".").at(-1)!] ?? "application/octet-stream");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return vm.call(vm.attribute(self, "send_error"), [404n, "File not found"]);
  }
}

function send(vm: Interpreter, self: Instance, body: string, type: string): null {
  vm.call(vm.attribute(self, "send_response"), [200n]);
  vm.call(vm.attribute(self, "send_header"), ["Content-type", type]);
  vm.call(vm.attribute(self, "send_header"), ["Content-Length", BigInt(body.length)]);
  vm.call(vm.attribute(vm.attribute(self, "wfile"), "write"), [new Bytes(body)]);
  return null;
}

function listing(vm: Interpreter, at: string, path: string): string {
  const names = vm.process.files
    .list(at)
    .map((name) => (vm.process.files.find(`${at}/${name}`)?.type === "directory" ? `${name}/` : name));
  const rows = names.map((name) => `<li><a href="${encodeURI(name)}">${name}</a></li>`).join("\n");
  const title = `Directory listing for ${path}`;
  const head = `<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n`;
  const body = `<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${rows}\n</ul>\n<hr>\n</body>\n`;
  return `<!DOCTYPE HTML>\n<html lang="en">\n${head}${body}</html>\n`;
}

/** Lets the handler of the server that waits answer a request. */
export function answerRequest(vm: Interpreter, server: Instance, request: ServedRequest): ServedAnswer {
  if (request.type !== "http") return { type: "connected", data: "", afterMs: 1 };
  const failure = handshakeFailure(request, certificateOf(server.attributes.get("socket")), vm.process.nowMs);
  if (failure) return failure;
  const handler = new Instance(server.attributes.get("RequestHandlerClass") as PyClass);
  const headers = new Dict();
  for (const [name, value] of Object.entries(request.headers)) vm.setSubscript(headers, titled(name), value);
  const values: Record<string, Value> = {
    command: request.method,
    path: request.path,
    requestline: `${request.method} ${request.path} HTTP/1.1`,
    request_version: "HTTP/1.1",
    client_address: new Tuple([request.from, 50000n]),
    headers,
    server,
    rfile: memoryFile(request.body, true),
    wfile: memoryFile("", true),
    ".status": 200n,
    ".headers": new Dict(),
  };
  for (const [name, value] of Object.entries(values)) handler.attributes.set(name, value);
  const method = vm.methodOf(handler, `do_${request.method}`);
  if (method) vm.call(method, []);
  else vm.call(vm.attribute(handler, "send_error"), [501n, `Unsupported method ('${request.method}')`]);
  const sent = handler.attributes.get(".headers") as Dict;
  return {
    type: "http",
    status: integer(handler.attributes.get(".status")),
    headers: Object.fromEntries([...sent.entries.values()].map(([name, value]) => [String(name), String(value)])),
    body:
      request.method === "HEAD" ? "" : String((handler.attributes.get("wfile") as Instance).attributes.get(".content")),
    afterMs: 2,
  };
}

const titled = (name: string) =>
  name.replace(/(^|-)([a-z])/g, (_, mark: string, letter: string) => mark + letter.toUpperCase());

export function fillHttpServer(_vm: Interpreter, module: Module): void {
  define(module, {
    HTTPServer: Server,
    ThreadingHTTPServer: ThreadingServer,
    BaseHTTPRequestHandler: Handler,
    SimpleHTTPRequestHandler: FileHandler,
  });
}
