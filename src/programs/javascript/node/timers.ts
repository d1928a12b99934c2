/** Timers, `queueMicrotask` and `structuredClone`. */
import { toNumber, toText } from "../conversions.ts";
import { define, defineClass, links, natives, scripts } from "../intrinsics.ts";
import { hidden, isCallable, JsArray, JsDate, JsError, JsMap, JsObject, JsSet, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Timer } from "../tasks.ts";
import type { Vm } from "../vm.ts";

const MAX_DELAY_MS = 2 ** 31 - 1;

defineClass("Timeout", (vm) => vm.fail("TypeError", "Illegal constructor"));
defineClass("Immediate", (vm) => vm.fail("TypeError", "Illegal constructor"));

function checkCallback(vm: Vm, callback: Value): void {
  if (isCallable(callback)) return;
  const received = toText(vm, vm.call(vm.intrinsic("node:text.received"), undefined, [callback]));
  vm.fail("TypeError", `The "callback" argument must be of type function. Received ${received}`, {
    code: "ERR_INVALID_ARG_TYPE",
  });
}

function start(vm: Vm, [callback, delay, ...args]: readonly Value[], isRepeated: boolean): JsObject {
  checkCallback(vm, callback);
  const given = toNumber(vm, delay);
  const ms = given >= 1 && given <= MAX_DELAY_MS ? Math.trunc(given) : 1;
  const handle = new JsObject(vm.intrinsic("Timeout.prototype"));
  const id = vm.tasks.nextId++;
  handle.properties.set("_idleTimeout", ms);
  handle.properties.set("_onTimeout", callback);
  handle.properties.set("_timerArgs", args.length > 0 ? new JsArray(vm.intrinsic("Array.prototype"), args) : undefined);
  handle.properties.set("_repeat", isRepeated ? ms : null);
  handle.properties.set("_destroyed", false);
  handle.properties.set("_id", hidden(id));
  const timer: Timer = { id, order: id, atMs: Math.floor(vm.nowMs) + ms, handle, ...(isRepeated && { everyMs: ms }) };
  vm.tasks.timers.push(timer);
  return handle;
}

function idOf(vm: Vm, value: Value): number {
  if (value instanceof JsObject) return toNumber(vm, get(vm, value, "_id"));
  return typeof value === "number" || typeof value === "string" ? Number(value) : -1;
}

function stop(vm: Vm, _self: Value, [handle]: readonly Value[]): Value {
  const id = idOf(vm, handle);
  vm.tasks.timers = vm.tasks.timers.filter((timer) => timer.id !== id);
  vm.tasks.immediates = vm.tasks.immediates.filter((immediate) => immediate.id !== id);
  if (handle instanceof JsObject) handle.properties.set("_destroyed", true);
  return undefined;
}

natives("globalThis", {
  setTimeout: (vm, _self, args) => start(vm, args, false),
  setInterval: (vm, _self, args) => start(vm, args, true),
  setImmediate(vm, _self, [callback, ...args]) {
    checkCallback(vm, callback);
    const handle = new JsObject(vm.intrinsic("Immediate.prototype"));
    const id = vm.tasks.nextId++;
    handle.properties.set("_onImmediate", callback);
    handle.properties.set("_id", hidden(id));
    vm.tasks.immediates.push({ id, callback, self: handle, args });
    return handle;
  },
  clearTimeout: stop,
  queueMicrotask(vm, _self, [callback]) {
    checkCallback(vm, callback);
    vm.tasks.microtasks.push({ callback });
    return undefined;
  },
  structuredClone: (vm, _self, [value]) => clone(vm, value, new Map()),
});
links("globalThis", { clearInterval: "globalThis.clearTimeout", clearImmediate: "globalThis.clearTimeout" });

const timerOf = (vm: Vm, self: Value): Timer | undefined => vm.tasks.timers.find(({ id }) => id === idOf(vm, self));

natives("Timeout.prototype", {
  ref(vm, self) {
    const timer = timerOf(vm, self);
    if (timer) delete timer.isUnreferenced;
    return self;
  },
  unref(vm, self) {
    const timer = timerOf(vm, self);
    if (timer) timer.isUnreferenced = true;
    return self;
  },
  hasRef: (vm, self) => timerOf(vm, self) !== undefined && !timerOf(vm, self)!.isUnreferenced,
  refresh(vm, self) {
    const timer = timerOf(vm, self);
    if (timer) timer.atMs = Math.floor(vm.nowMs) + toNumber(vm, get(vm, self, "_idleTimeout"));
    return self;
  },
  close: (vm, self) => stop(vm, self, [self]),
  "@@toPrimitive": (vm, self) => idOf(vm, self),
});

function clone(vm: Vm, value: Value, made: Map<JsObject, JsObject>): Value {
  if (!(value instanceof JsObject)) return value;
  vm.countStep();
  const known = made.get(value);
  if (known) return known;
  if (isCallable(value))
    vm.fail("DOMException", `${toText(vm, value)} could not be cloned.`, { name: "DataCloneError", code: 25 });
  const copy = emptyCopy(vm, value);
  made.set(value, copy);
  if (value instanceof JsArray) (copy as JsArray).items = value.items.map((item) => clone(vm, item, made));
  else if (value instanceof JsMap)
    for (const [key, item] of value.entries) (copy as JsMap).entries.set(clone(vm, key, made), clone(vm, item, made));
  else if (value instanceof JsSet)
    for (const key of value.entries.keys()) (copy as JsSet).entries.set(clone(vm, key, made), undefined);
  else for (const key of enumerableKeys(vm, value)) copy.properties.set(key, clone(vm, get(vm, value, key), made));
  return copy;
}

function emptyCopy(vm: Vm, value: JsObject): JsObject {
  if (value instanceof JsArray) return new JsArray(vm.intrinsic("Array.prototype"), []);
  if (value instanceof JsMap) return new JsMap(vm.intrinsic("Map.prototype"));
  if (value instanceof JsSet) return new JsSet(vm.intrinsic("Set.prototype"));
  if (value instanceof JsDate) return new JsDate(vm.intrinsic("Date.prototype"), value.timeMs);
  if (!(value instanceof JsError)) return new JsObject(vm.intrinsic("Object.prototype"));
  const copy = new JsError(value.proto);
  for (const key of ["stack", "message"]) copy.properties.set(key, hidden(get(vm, value, key)));
  return copy;
}

define("node:timers", "Object.prototype", { isOpen: true });
const NAMES = ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"];
links(
  "node:timers",
  Object.fromEntries(
    NAMES.map((name) => [
      name,
      name === "clearInterval" || name === "clearImmediate" ? "globalThis.clearTimeout" : `globalThis.${name}`,
    ]),
  ),
  true,
);
links("node:timers", { promises: "node:timers/promises" }, true);
define("node:timers/promises", "Object.prototype", { isOpen: true });
scripts("node:timers/promises", {
  setTimeout: "function setTimeout_(ms, value) { return new Promise((resolve) => setTimeout(resolve, ms, value)); }",
  setImmediate: "function setImmediate_(value) { return new Promise((resolve) => setImmediate(resolve, value)); }",
  setInterval:
    "async function* setInterval_(ms, value) { for (;;) { await new Promise((resolve) => setTimeout(resolve, ms)); yield value; } }",
  wait: "function wait(ms) { return new Promise((resolve) => setTimeout(resolve, ms)); }",
});
