/** `http`, `https`, `dns` and `fetch`: in JavaScript over the network of the cluster. */

import { prototypeFor } from "../builtins/objects.ts";
import { arrayOf } from "../conversions.ts";
import { constants, define, defineClass, links, natives, scripts } from "../intrinsics.ts";
import { JsObject } from "../objects.ts";
import { beEmitter } from "./events.ts";

for (const [name, parent] of [
  ["http.Server", "EventEmitter"],
  ["http.IncomingMessage", "Stream.Readable"],
  ["http.ServerResponse", "Stream.Writable"],
  ["http.ClientRequest", "Stream.Writable"],
  ["http.Agent", "EventEmitter"],
] as const) {
  defineClass(
    name,
    (vm, _self, _args, { newTarget }) => {
      const made = new JsObject(prototypeFor(vm, newTarget, `${name}.prototype`));
      beEmitter(vm, made);
      return made;
    },
    { parent },
  );
}
define("node:http", "Object.prototype", { isOpen: true });
define("node:https", "Object.prototype", { isOpen: true });
define("http.agent", "http.Agent.prototype");
const CLASSES = {
  Server: "http.Server",
  IncomingMessage: "http.IncomingMessage",
  ServerResponse: "http.ServerResponse",
  ClientRequest: "http.ClientRequest",
  Agent: "http.Agent",
  globalAgent: "http.agent",
};
links("node:http", CLASSES, true);
links("node:https", { Server: "http.Server", Agent: "http.Agent", globalAgent: "http.agent" }, true);
const VERBS = "DELETE GET HEAD OPTIONS PATCH POST PUT TRACE CONNECT".split(" ");
natives("node:http", {
  "get METHODS": (vm) => arrayOf(vm, VERBS),
  "get STATUS_CODES": (vm) => vm.call(vm.intrinsic("node:http.natives.statusTexts"), undefined, []),
});
define("node:httpNatives", "Object.prototype");
links("node:httpNatives", { natives: "node:http.natives" });

scripts("node:http", {
  createServer: `
function createServer(options, handler) {
  const server = new $http.Server();
  const listener = typeof options === "function" ? options : handler;
  if (listener) server.on("request", listener);
  server.listening = false;
  server.timeout = 0;
  server.keepAliveTimeout = 5000;
  server.headersTimeout = 60000;
  server.requestTimeout = 300000;
  return server;
}`,
  /** A request that arrived: its response. */
  serve: `
function serve(server, facts) {
  const request = new $http.IncomingMessage();
  Object.assign(request, { httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1, complete: true, method: facts.method, url: facts.url, headers: facts.headers });
  request.rawHeaders = Object.entries(facts.headers).flatMap(([name, value]) => [$httpNatives.natives.titled(name), value]);
  const socket = { remoteAddress: facts.remoteAddress, remotePort: facts.remotePort, remoteFamily: "IPv6", localPort: facts.localPort, encrypted: facts.encrypted, setTimeout() {}, on() {}, once() {}, destroy() {} };
  Object.defineProperty(request, "socket", { value: socket, enumerable: false });
  Object.defineProperty(request, "connection", { value: socket, enumerable: false });
  if (facts.body.length > 0) request.push(facts.body);
  request.push(null);
  const response = new $http.ServerResponse();
  response.statusCode = 200;
  response.req = request;
  response._headers = {};
  response._parts = [];
  response.headersSent = false;
  response.finished = false;
  Object.defineProperty(response, "socket", { value: socket, enumerable: false });
  facts.take(response);
  if (facts.expects) server.emit("checkContinue", request, response) || server.emit("request", request, response);
  else server.emit("request", request, response);
}`,
  request: `
function request(...args) { return $http.begin("http", args); }`,
  get: `
function get(...args) { const request = $http.begin("http", args); request.end(); return request; }`,
  begin: `
function begin(scheme, args) {
  const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
  let options = {};
  if (typeof args[0] === "string" || args[0] instanceof URL) {
    const url = typeof args[0] === "string" ? new URL(args[0]) : args[0];
    if (url.protocol !== scheme + ":") throw $errors.withCode("TypeError", "ERR_INVALID_PROTOCOL", 'Protocol "' + url.protocol + '" not supported. Expected "' + scheme + ':"');
    options = { hostname: url.hostname, port: url.port, path: url.pathname + url.search, ...args[1] };
  } else options = args[0] ?? {};
  const request = new $http.ClientRequest();
  request.method = (options.method ?? "GET").toUpperCase();
  request.path = options.path ?? "/";
  request.host = options.hostname ?? (options.host ?? "localhost").replace(/:\\d+$/, "");
  request.protocol = scheme + ":";
  request._port = Number(options.port) || (scheme === "https" ? 443 : 80);
  request._headers = {};
  request._parts = [];
  request._options = { timeoutMs: options.timeout, trusts: options.ca, rejects: options.rejectUnauthorized };
  for (const [name, value] of Object.entries(options.headers ?? {})) request.setHeader(name, value);
  if (options.auth) request.setHeader("Authorization", "Basic " + Buffer.from(options.auth).toString("base64"));
  const isUsual = request._port === (scheme === "https" ? 443 : 80);
  if (!request.hasHeader("host")) request.setHeader("Host", isUsual ? request.host : request.host + ":" + request._port);
  if (!request.hasHeader("connection")) request.setHeader("Connection", "keep-alive");
  if (callback) request.once("response", callback);
  if (options.signal) options.signal.addEventListener("abort", () => request.destroy(options.signal.reason));
  return request;
}`,
  /** The error of a connection that failed. */
  failure: `
function failure(answer, host, port) {
  const address = answer.address ?? host;
  const make = (message, fields) => Object.assign(new Error(message), fields);
  switch (answer.why) {
    case "unknownName":
    case "noRecord":
      return make("getaddrinfo ENOTFOUND " + host, { errno: -3008, code: "ENOTFOUND", syscall: "getaddrinfo", hostname: host });
    case "dnsTimeout":
    case "serverFailure":
      return make("getaddrinfo EAI_AGAIN " + host, { errno: -3001, code: "EAI_AGAIN", syscall: "getaddrinfo", hostname: host });
    case "reset":
      return make("socket hang up", { code: "ECONNRESET" });
    case "untrusted":
      return make("unable to verify the first certificate", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    case "refused": {
      const one = (ip) => make("connect ECONNREFUSED " + ip + ":" + port, { errno: -111, code: "ECONNREFUSED", syscall: "connect", address: ip, port });
      if (host !== "localhost") return one(address);
      const both = new AggregateError([one("::1"), one("127.0.0.1")]);
      both.code = "ECONNREFUSED";
      return both;
    }
    case "unreachable":
      return make("connect EHOSTUNREACH " + address + ":" + port, { errno: -113, code: "EHOSTUNREACH", syscall: "connect", address, port });
    default:
      return make("connect ETIMEDOUT " + address + ":" + port, { errno: -110, code: "ETIMEDOUT", syscall: "connect", address, port });
  }
}`,
});
scripts("node:https", {
  createServer: `
function createServer(options, handler) {
  const server = $http.createServer(options, handler);
  server._certificate = String(options?.cert ?? "");
  return server;
}`,
  request: 'function request(...args) { return $http.begin("https", args); }',
  get: 'function get(...args) { const request = $http.begin("https", args); request.end(); return request; }',
});

scripts("http.Server.prototype", {
  listen: `
function listen(...args) {
  const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
  const [first, host] = args;
  const options = typeof first === "object" && first !== null ? first : { port: first, host: typeof host === "string" ? host : undefined };
  if (callback) this.once("listening", callback);
  const wanted = options.port === undefined || options.port === null ? 0 : Number(options.port);
  if (!(wanted >= 0 && wanted < 65536)) {
    const received = typeof options.port === "string" ? "('" + options.port + "')" : "(" + options.port + ")";
    throw $errors.withCode("RangeError", "ERR_SOCKET_BAD_PORT", "options.port should be >= 0 and < 65536. Received type " + typeof options.port + " " + received + ".");
  }
  const address = options.host === undefined ? "::" : options.host === "localhost" ? "127.0.0.1" : options.host;
  const port = $httpNatives.natives.listen(this, wanted);
  if (port === undefined) {
    const error = new Error("listen EADDRINUSE: address already in use " + (address === "::" ? ":::" : address + ":") + wanted);
    Object.assign(error, { code: "EADDRINUSE", errno: -98, syscall: "listen", address, port: wanted });
    process.nextTick(() => this.emit("error", error));
    return this;
  }
  this._port = port;
  this._address = address;
  this.listening = true;
  process.nextTick(() => this.emit("listening"));
  return this;
}`,
  address:
    'function address() { return this.listening ? { address: this._address, family: this._address.includes(":") ? "IPv6" : "IPv4", port: this._port } : null; }',
  close: `
function close(callback) {
  if (!this.listening) {
    if (callback) process.nextTick(callback, $errors.withCode("Error", "ERR_SERVER_NOT_RUNNING", "Server is not running."));
    return this;
  }
  this.listening = false;
  $httpNatives.natives.stop(this._port);
  if (callback) this.once("close", callback);
  process.nextTick(() => this.emit("close"));
  return this;
}`,
  setTimeout: "function setTimeout_(ms) { this.timeout = ms; return this; }",
  closeAllConnections: "function closeAllConnections() {}",
  closeIdleConnections: "function closeIdleConnections() {}",
  getConnections: "function getConnections(callback) { process.nextTick(callback, null, 0); return this; }",
  ref: "function ref() { $httpNatives.natives.setReferenced(this._port, true); return this; }",
  unref: "function unref() { $httpNatives.natives.setReferenced(this._port, false); return this; }",
});

const HEADERS = {
  setHeader: `
function setHeader(name, value) {
  if (this.headersSent) throw $errors.withCode("Error", "ERR_HTTP_HEADERS_SENT", "Cannot set headers after they are sent to the client");
  if (value === undefined) throw $errors.withCode("TypeError", "ERR_HTTP_INVALID_HEADER_VALUE", 'Invalid value "undefined" for header "' + name + '"');
  this._headers[String(name).toLowerCase()] = Array.isArray(value) ? value.map(String) : value;
  return this;
}`,
  getHeader: "function getHeader(name) { return this._headers[name.toLowerCase()]; }",
  hasHeader: "function hasHeader(name) { return name.toLowerCase() in this._headers; }",
  removeHeader: "function removeHeader(name) { delete this._headers[name.toLowerCase()]; }",
  getHeaders: "function getHeaders() { return { ...this._headers }; }",
  getHeaderNames: "function getHeaderNames() { return Object.keys(this._headers); }",
  appendHeader:
    "function appendHeader(name, value) { const known = this._headers[name.toLowerCase()]; return this.setHeader(name, known === undefined ? value : [known, value].flat()); }",
  setTimeout: "function setTimeout_() { return this; }",
};
scripts("http.ServerResponse.prototype", {
  ...HEADERS,
  writeHead: `
function writeHead(status, reason, headers) {
  if (this.headersSent) throw $errors.withCode("Error", "ERR_HTTP_HEADERS_SENT", "Cannot write headers after they are sent to the client");
  if (!(status >= 100 && status <= 999)) throw $errors.withCode("RangeError", "ERR_HTTP_INVALID_STATUS_CODE", "Invalid status code: " + status);
  this.statusCode = status;
  const given = typeof reason === "string" ? headers : reason;
  if (typeof reason === "string") this.statusMessage = reason;
  if (Array.isArray(given)) for (let i = 0; i < given.length; i += 2) this.setHeader(given[i], given[i + 1]);
  else for (const [name, value] of Object.entries(given ?? {})) this.setHeader(name, value);
  this.headersSent = true;
  return this;
}`,
  flushHeaders: "function flushHeaders() { this.headersSent = true; }",
  writeContinue: "function writeContinue() {}",
  write: `
function write(chunk, encoding, callback) {
  if (this.finished) {
    const error = $errors.withCode("Error", "ERR_STREAM_WRITE_AFTER_END", "write after end");
    process.nextTick(() => this.emit("error", error));
    return false;
  }
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) throw $errors.withCode("TypeError", "ERR_INVALID_ARG_TYPE", 'The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received ' + $text.received(chunk));
  this.headersSent = true;
  this._isChunked = true;
  this._parts.push(typeof chunk === "string" ? Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined) : chunk);
  const done = typeof encoding === "function" ? encoding : callback;
  if (done) process.nextTick(done);
  return true;
}`,
  end: `
function end(chunk, encoding, callback) {
  if (this.finished) return this;
  if (typeof chunk === "function") { callback = chunk; chunk = undefined; }
  if (chunk !== undefined && chunk !== null) {
    const wasChunked = this._isChunked || this.headersSent;
    this.write(chunk, encoding);
    this._isChunked = wasChunked;
  }
  const done = typeof encoding === "function" ? encoding : callback;
  if (done) this.once("finish", done);
  this.headersSent = true;
  this.finished = true;
  this.writableEnded = true;
  process.nextTick(() => { this.writableFinished = true; this.emit("finish"); this.emit("close"); });
  return this;
}`,
  destroy: "function destroy() { this.destroyed = true; this.emit('close'); return this; }",
});
scripts("http.ClientRequest.prototype", {
  ...HEADERS,
  write: `
function write(chunk, encoding) {
  this._parts.push(typeof chunk === "string" ? Buffer.from(chunk, typeof encoding === "string" ? encoding : undefined) : chunk);
  return true;
}`,
  end: `
function end(chunk, encoding) {
  if (chunk !== undefined && typeof chunk !== "function") this.write(chunk, encoding);
  if (this._isSent) return this;
  this._isSent = true;
  const body = Buffer.concat(this._parts);
  if (body.length > 0 && !this.hasHeader("content-length")) this.setHeader("Content-Length", body.length);
  const scheme = this.protocol.slice(0, -1);
  const facts = { scheme, host: this.host, port: this._port, method: this.method, path: this.path, headers: this._headers, body, timeoutMs: this._options.timeoutMs };
  if (scheme === "https" && this._options.rejects !== false) facts.trusts = String(this._options.trusts ?? $http.authorities());
  $httpNatives.natives.ask(facts, (answer) => $http.answered(this, answer));
  return this;
}`,
  abort: "function abort() { return this.destroy(); }",
  destroy: `
function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  process.nextTick(() => { this.emit("error", error ?? Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })); this.emit("close"); });
  return this;
}`,
  setTimeout:
    'function setTimeout_(ms, callback) { this._options.timeoutMs = ms; if (callback) this.once("timeout", callback); return this; }',
  setNoDelay: "function setNoDelay() {}",
  setSocketKeepAlive: "function setSocketKeepAlive() {}",
});
scripts("node:http", {
  /** Certificate authorities of NODE_EXTRA_CA_CERTS. */
  authorities:
    "function authorities() { const file = process.env.NODE_EXTRA_CA_CERTS; return file && $fs.existsSync(file) ? $fs.readFileSync(file, 'utf8') : ''; }",
  answered: `
function answered(request, answer) {
  if (request.destroyed) return;
  if (answer.type !== "http") {
    if (answer.why === "timeout" && request._options.timeoutMs && request.listenerCount("timeout") > 0) { request.emit("timeout"); return; }
    request.emit("error", $http.failure(answer, request.host, request._port));
    request.emit("close");
    return;
  }
  const response = new $http.IncomingMessage();
  Object.assign(response, { httpVersion: "1.1", statusCode: answer.status, statusMessage: answer.statusText, headers: answer.headers, complete: true, url: "" });
  if (answer.body.length > 0) response.push(answer.body);
  response.push(null);
  if (!request.emit("response", response)) response.resume();
}`,
});
scripts("http.IncomingMessage.prototype", { setTimeout: "function setTimeout_() { return this; }" });
constants("node:http", { maxHeaderSize: 16384 });

define("node:dns", "Object.prototype", { isOpen: true });
define("node:dns/promises", "Object.prototype", { isOpen: true });
links("node:dns", { promises: "node:dns/promises" }, true);
scripts("node:dns/promises", {
  query: `
function query(name, record, call) {
  return new Promise((resolve, reject) => $httpNatives.natives.resolve(name, record, (answer) => {
    if (answer.type === "addresses") return resolve(answer.records.filter((each) => each.record === record).map((each) => each.value));
    const isSlow = ["dnsTimeout", "serverFailure", "timeout"].includes(answer.why);
    const code = isSlow ? (call === "getaddrinfo" ? "EAI_AGAIN" : "ETIMEOUT") : "ENOTFOUND";
    reject(Object.assign(new Error(call + " " + code + " " + name), { ...(call === "getaddrinfo" && { errno: isSlow ? -3001 : -3008 }), code, syscall: call, hostname: name }));
  }));
}`,
  lookup: `
async function lookup(name, options) {
  if (/^[\\d.]+$/.test(name)) return { address: name, family: 4 };
  const addresses = await $dnsPromises.query(name, "A", "getaddrinfo");
  return options && options.all ? addresses.map((address) => ({ address, family: 4 })) : { address: addresses[0], family: 4 };
}`,
  resolve:
    'function resolve(name, record) { return $dnsPromises.query(name, record ?? "A", "query" + (record ?? "A")); }',
  resolve4: 'function resolve4(name) { return $dnsPromises.query(name, "A", "queryA"); }',
  resolveSrv:
    'function resolveSrv(name) { return $dnsPromises.query(name, "SRV", "querySrv").then((all) => all.map((each) => { const [priority, weight, port, host] = each.split(" "); return { name: host.replace(/\\\\.$/, ""), port: Number(port), priority: Number(priority), weight: Number(weight) }; })); }',
});
define("node:dnsPromises", "Object.prototype");
links("node:dnsPromises", { query: "node:dns/promises.query" });
const DNS = `
  const callback = args.pop();
  $dns.promises.NAME(...args).then((value) => process.nextTick(callback, null, ...GIVES), (error) => process.nextTick(callback, error));`;
scripts("node:dns", {
  lookup: `function lookup(...args) { ${DNS.replace("NAME", "lookup").replace("GIVES", "(Array.isArray(value) ? [value] : [value.address, value.family])")} }`,
  resolve: `function resolve(...args) { ${DNS.replace("NAME", "resolve").replace("GIVES", "[value]")} }`,
  resolve4: `function resolve4(...args) { ${DNS.replace("NAME", "resolve4").replace("GIVES", "[value]")} }`,
  resolveSrv: `function resolveSrv(...args) { ${DNS.replace("NAME", "resolveSrv").replace("GIVES", "[value]")} }`,
});
