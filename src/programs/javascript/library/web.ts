/** `fetch`, its classes, and `AbortController`. */

import { prototypeFor } from "../builtins/objects.ts";
import { define, defineClass, links, scripts } from "../intrinsics.ts";
import { JsObject } from "../objects.ts";

define("node:web", "Object.prototype");
for (const name of ["Headers", "Response", "AbortController", "AbortSignal", "EventTarget", "Event", "DOMException"]) {
  defineClass(
    name,
    (vm, _self, args, { newTarget }) => {
      const made = new JsObject(prototypeFor(vm, newTarget, `${name}.prototype`));
      vm.call(vm.intrinsic(`node:web.make${name}`), made, args);
      return made;
    },
    name === "AbortSignal"
      ? { parent: "EventTarget" }
      : name === "DOMException"
        ? { parentPrototype: "Error.prototype" }
        : {},
  );
  links("globalThis", { [name]: name });
}
scripts("node:web", {
  makeHeaders: `
function makeHeaders(init) {
  Object.defineProperty(this, "_entries", { value: new Map(), enumerable: false });
  const pairs = init instanceof Headers || Array.isArray(init) ? [...init] : Object.entries(init ?? {});
  for (const [name, value] of pairs) this.append(name, value);
}`,
  makeResponse: `
function makeResponse(body, init) {
  const data = body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(body);
  Object.defineProperty(this, "_body", { value: data, enumerable: false });
  this.status = init?.status ?? 200;
  this.statusText = init?.statusText ?? "";
  this.headers = new Headers(init?.headers);
  this.ok = this.status >= 200 && this.status < 300;
  this.redirected = init?.redirected ?? false;
  this.type = "basic";
  this.url = init?.url ?? "";
  this.bodyUsed = false;
}`,
  makeEventTarget:
    'function makeEventTarget() { Object.defineProperty(this, "_listeners", { value: {}, enumerable: false, writable: true }); }',
  makeAbortSignal:
    'function makeAbortSignal() { Object.defineProperty(this, "_listeners", { value: {}, enumerable: false, writable: true }); this.aborted = false; this.reason = undefined; this.onabort = null; }',
  makeAbortController: "function makeAbortController() { this.signal = new AbortSignal(); }",
  makeEvent: "function makeEvent(type, init) { this.type = type; Object.assign(this, init); }",
  makeDOMException: `
function makeDOMException(message, name) {
  Object.defineProperty(this, "message", { value: message ?? "", enumerable: false });
  Object.defineProperty(this, "name", { value: name ?? "Error", enumerable: false });
  Error.captureStackTrace(this);
}`,
});
scripts("Headers.prototype", {
  get: "function get(name) { return this._entries.get(String(name).toLowerCase()) ?? null; }",
  set: "function set(name, value) { this._entries.set(String(name).toLowerCase(), String(value)); }",
  has: "function has(name) { return this._entries.has(String(name).toLowerCase()); }",
  delete: "function delete_(name) { this._entries.delete(String(name).toLowerCase()); }",
  append:
    "function append(name, value) { const known = this.get(name); this.set(name, known === null ? value : known + ', ' + value); }",
  forEach: "function forEach(callback) { for (const [name, value] of this) callback(value, name, this); }",
  keys: "function keys() { return [...this].map(([name]) => name).values(); }",
  values: "function values() { return [...this].map(([, value]) => value).values(); }",
  entries: "function entries() { return [...this].values(); }",
  "@@iterator": "function iterator() { return [...this._entries].sort(([a], [b]) => a < b ? -1 : 1).values(); }",
});
const READ = (name: string, value: string) =>
  `async function ${name}() { if (this.bodyUsed) throw new TypeError("Body is unusable: Body has already been read"); this.bodyUsed = true; return ${value}; }`;
scripts("Response.prototype", {
  text: READ("text", "this._body.toString()"),
  json: READ("json", "JSON.parse(this._body.toString())"),
  arrayBuffer: READ("arrayBuffer", "this._body.buffer"),
  bytes: READ("bytes", "new Uint8Array(this._body)"),
  clone: "function clone() { return new Response(this._body, this); }",
});
scripts("EventTarget.prototype", {
  addEventListener: "function addEventListener(type, listener) { (this._listeners[type] ??= []).push(listener); }",
  removeEventListener:
    "function removeEventListener(type, listener) { this._listeners[type] = (this._listeners[type] ?? []).filter((each) => each !== listener); }",
  dispatchEvent:
    "function dispatchEvent(event) { event.target = this; for (const listener of this._listeners[event.type] ?? []) typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event); this['on' + event.type]?.(event); return true; }",
});
scripts("AbortController.prototype", {
  abort: `
function abort(reason) {
  const { signal } = this;
  if (signal.aborted) return;
  signal.aborted = true;
  signal.reason = reason ?? new DOMException("This operation was aborted", "AbortError");
  signal.dispatchEvent(new Event("abort"));
}`,
});
scripts("AbortSignal", {
  timeout: `
function timeout(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms).unref();
  controller.signal._timeoutMs = ms;
  return controller.signal;
}`,
  abort:
    "function abort(reason) { const controller = new AbortController(); controller.abort(reason); return controller.signal; }",
});
scripts("AbortSignal.prototype", {
  throwIfAborted: "function throwIfAborted() { if (this.aborted) throw this.reason; }",
});

scripts("globalThis", {
  fetch: `
function fetch(input, init) {
  return new Promise((resolve, reject) => {
    const target = typeof input === "object" && input.url ? input.url : String(input);
    let url;
    try { url = new URL(target); } catch (cause) { reject(new TypeError("Failed to parse URL from " + target, { cause })); return; }
    const signal = init?.signal;
    if (signal?.aborted) { reject(signal.reason); return; }
    signal?.addEventListener("abort", () => reject(signal.reason));
    const visit = (at, left) => {
      const headers = new Headers(init?.headers);
      if (!headers.has("accept")) headers.set("accept", "*/*");
      headers.set("user-agent", "node");
      headers.set("host", at.host);
      const body = init?.body === undefined || init.body === null ? Buffer.alloc(0) : Buffer.from(String(init.body));
      if (typeof init?.body === "string" && !headers.has("content-type")) headers.set("content-type", "text/plain;charset=UTF-8");
      if (body.length > 0) headers.set("content-length", String(body.length));
      const scheme = at.protocol.slice(0, -1);
      const port = Number(at.port) || (scheme === "https" ? 443 : 80);
      const facts = { scheme, host: at.hostname, port, method: (init?.method ?? "GET").toUpperCase(), path: at.pathname + at.search, headers: Object.fromEntries(headers), body, timeoutMs: signal?._timeoutMs };
      if (scheme === "https" && process.env.NODE_TLS_REJECT_UNAUTHORIZED !== "0") facts.trusts = $http.authorities();
      $httpNatives.natives.ask(facts, (answer) => {
        if (answer.type !== "http") { reject(signal?._timeoutMs && answer.why === "timeout" ? new DOMException("The operation was aborted due to timeout", "TimeoutError") : new TypeError("fetch failed", { cause: $http.failure(answer, at.hostname, port) })); return; }
        const isMoved = [301, 302, 303, 307, 308].includes(answer.status) && answer.headers.location && init?.redirect !== "manual";
        if (isMoved && left > 0) { visit(new URL(answer.headers.location, at), left - 1); return; }
        resolve(new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers: answer.headers, url: at.href, redirected: left < 20 }));
      });
    };
    visit(url, 20);
  });
}`,
});
