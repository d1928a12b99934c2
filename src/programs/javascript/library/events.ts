/** `events`. */

import { prototypeFor } from "../builtins/objects.ts";
import { objectOf } from "../conversions.ts";
import { UNHANDLED } from "../internal-frames.ts";
import { constants, define, defineClass, links, natives, scripts } from "../intrinsics.ts";
import { JsError, JsObject, JsSymbol, type Value } from "../objects.ts";
import { presentTrace } from "../stack-trace.ts";
import type { Vm } from "../vm.ts";

/** Symbols that emitters show as Node.js's do. */
export function symbolFor(vm: Vm, name: string): JsSymbol {
  const key = `node:${name}`;
  let known = vm.symbols.get(key);
  if (!known) {
    known = new JsSymbol(name);
    vm.symbols.set(key, known);
  }
  return known;
}

export function beEmitter(vm: Vm, object: JsObject): void {
  if (object.properties.has("_events")) return;
  const { properties } = object;
  properties.set("_events", objectOf(vm, {}));
  (properties.get("_events") as JsObject).proto = null;
  properties.set("_eventsCount", 0);
  properties.set("_maxListeners", undefined);
}

defineClass("EventEmitter", (vm, self, _args, { newTarget }) => {
  const made = newTarget ? new JsObject(prototypeFor(vm, newTarget, "EventEmitter.prototype")) : (self as JsObject);
  beEmitter(vm, made);
  if (newTarget) made.properties.set(symbolFor(vm, "shapeMode"), newTarget.intrinsic === undefined);
  if (newTarget) made.properties.set(symbolFor(vm, "kCapture"), false);
  return made as Value;
});
define("node:events", "Object.prototype");
natives("node:events", {
  /** Marks an error that has no listener. */
  raised(vm, _self, [error]) {
    if (!(error instanceof JsError)) return error;
    error.raisedAt = UNHANDLED;
    error.emittedAt = presentTrace(vm).filter((line) => !line.includes("(node:events:"));
    return error;
  },
  /** An object that was made without the constructor, as process. */
  prepare(vm, _self, [object]) {
    vm.touch(object as JsObject);
    beEmitter(vm, object as JsObject);
    return undefined;
  },
});

const ADD = (name: string, method: string) => `
function ${name}(type, listener) {
  if (typeof listener !== "function") throw $errors.withCode("TypeError", "ERR_INVALID_ARG_TYPE", 'The "listener" argument must be of type function. Received ' + $text.received(listener));
  if (!this._events) $events.prepare(this);
  if (this._events.newListener !== undefined) this.emit("newListener", type, listener.listener ?? listener);
  const known = this._events[type];
  if (known === undefined) { this._events[type] = listener; this._eventsCount++; }
  else if (typeof known === "function") this._events[type] = ${method === "push" ? "[known, listener]" : "[listener, known]"};
  else known.${method}(listener);
  return this;
}`;

scripts("EventEmitter.prototype", {
  on: ADD("on", "push"),
  addListener: ADD("addListener", "push"),
  prependListener: ADD("prependListener", "unshift"),
  once: "function once(type, listener) { return this.on(type, $events.onceOf(this, type, listener)); }",
  prependOnceListener:
    "function prependOnceListener(type, listener) { return this.prependListener(type, $events.onceOf(this, type, listener)); }",
  off: "function off(type, listener) { return this.removeListener(type, listener); }",
  removeListener: `
function removeListener(type, listener) {
  const known = this._events?.[type];
  if (known === undefined) return this;
  const list = typeof known === "function" ? [known] : known;
  const at = list.findLastIndex((each) => each === listener || each.listener === listener);
  if (at < 0) return this;
  if (list.length === 1) { delete this._events[type]; this._eventsCount--; }
  else { const left = list.toSpliced(at, 1); this._events[type] = left.length === 1 ? left[0] : left; }
  if (this._events.removeListener !== undefined) this.emit("removeListener", type, listener);
  return this;
}`,
  removeAllListeners: `
function removeAllListeners(type) {
  if (!this._events) return this;
  if (type === undefined) { this._events = Object.create(null); this._eventsCount = 0; }
  else if (this._events[type] !== undefined) { delete this._events[type]; this._eventsCount--; }
  return this;
}`,
  emit: `
function emit(type, ...args) {
  const known = this._events?.[type];
  if (known === undefined) {
    if (type !== "error") return false;
    const [error] = args;
    if (error instanceof Error) throw $events.raised(error);
    const failure = $errors.withCode("Error", "ERR_UNHANDLED_ERROR", "Unhandled error. (" + (typeof error === "string" ? "'" + error + "'" : $text.inspect(error)) + ")");
    failure.context = error;
    throw $events.raised(failure);
  }
  if (typeof known === "function") known.apply(this, args);
  else for (const listener of [...known]) listener.apply(this, args);
  return true;
}`,
  listenerCount:
    "function listenerCount(type) { const known = this._events?.[type]; return known === undefined ? 0 : typeof known === 'function' ? 1 : known.length; }",
  listeners:
    "function listeners(type) { const known = this._events?.[type]; return known === undefined ? [] : (typeof known === 'function' ? [known] : known).map((each) => each.listener ?? each); }",
  rawListeners:
    "function rawListeners(type) { const known = this._events?.[type]; return known === undefined ? [] : typeof known === 'function' ? [known] : [...known]; }",
  eventNames: "function eventNames() { return Reflect.ownKeys(this._events ?? {}); }",
  setMaxListeners: "function setMaxListeners(count) { this._maxListeners = count; return this; }",
  getMaxListeners: "function getMaxListeners() { return this._maxListeners ?? 10; }",
});

scripts("node:events", {
  onceOf: `
function onceOf(emitter, type, listener) {
  function onceWrapper(...args) {
    emitter.removeListener(type, onceWrapper);
    return listener.apply(emitter, args);
  }
  onceWrapper.listener = listener;
  return onceWrapper;
}`,
});
scripts("EventEmitter", {
  once: `
function once(emitter, type) {
  return new Promise((resolve, reject) => {
    const onError = (error) => reject(error);
    emitter.once(type, (...args) => { emitter.removeListener("error", onError); resolve(args); });
    if (type !== "error") emitter.once("error", onError);
  });
}`,
});
constants("EventEmitter", { defaultMaxListeners: 10 });
links("EventEmitter", { EventEmitter: "EventEmitter" });
