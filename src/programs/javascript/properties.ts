/** Properties of objects: reading, writing, defining, deleting and listing them. */
import { materialize, materializeAll } from "./intrinsics.ts";
import {
  Bound,
  Boxed,
  Closure,
  EMPTY,
  hidden,
  isCallable,
  JsArray,
  JsBytes,
  JsError,
  JsObject,
  JsProxy,
  JsSymbol,
  type Key,
  Native,
  Property,
  SYMBOLS,
  type Value,
} from "./objects.ts";
import type { Vm } from "./vm.ts";

export const ABSENT = Symbol("absent");

/** Longest array that a program may make by its length, elements. */
export const MAX_ARRAY_LENGTH = 1_000_000;

/** The index that a key stands for, or -1. */
export function arrayIndex(key: Key): number {
  if (typeof key !== "string" || key.length === 0 || key.length > 10) return -1;
  const first = key.charCodeAt(0);
  if (first < 48 || first > 57 || (first === 48 && key.length > 1)) return -1;
  const index = Number(key);
  return Number.isInteger(index) && index < 4_294_967_295 ? index : -1;
}

/** The value or descriptor of an own property. */
export function ownProperty(vm: Vm, object: JsObject, key: Key): Value | Property | typeof ABSENT {
  if (object instanceof JsArray) {
    const index = arrayIndex(key);
    if (index >= 0) {
      const value = index < object.items.length ? object.items[index] : EMPTY;
      if (value === EMPTY) return ABSENT;
      return object.isFrozen ? new Property(value, false, true, false) : value;
    }
    if (key === "length") return new Property(object.items.length, !object.isFrozen, false, false);
  } else if (object instanceof JsBytes) {
    const index = arrayIndex(key);
    if (index >= 0) return index < object.bytes.length ? object.bytes[index]! : ABSENT;
  } else if (object instanceof Boxed && typeof object.primitive === "string") {
    const index = arrayIndex(key);
    if (index >= 0 && index < object.primitive.length) return new Property(object.primitive[index], false, true, false);
    if (key === "length") return new Property(object.primitive.length, false, false, false);
  } else if (object instanceof JsProxy) {
    return proxyOwn(vm, object, key);
  }
  const found = object.properties.get(key);
  if (found !== undefined) {
    if (key === "stack" && object instanceof JsError && object.trace) return writtenStack(vm, object);
    return found;
  }
  if (object.definition) {
    const made = materialize(vm, object, key);
    if (made !== undefined) return made;
  }
  if (object.properties.has(key)) return undefined;
  return isCallable(object) ? functionProperty(vm, object, key) : ABSENT;
}

/** The trace of an error gets its first line when it is used for the first time. */
function writtenStack(vm: Vm, error: JsError): Property {
  const lines = error.trace!;
  error.trace = undefined;
  const header = vm.call(vm.intrinsic("Error.prototype.toString"), error, []);
  const text = [header, ...lines.map((line) => `    at ${line}`)].join("\n");
  return keep(error, "stack", hidden(text));
}

/** `name`, `length` and `prototype` of a function; they are made when they are asked for. */
function functionProperty(vm: Vm, object: JsObject, key: Key): Value | Property | typeof ABSENT {
  if (key === "name") return keep(object, key, new Property(functionName(object), false, false, true));
  if (key === "length") {
    const length = object instanceof Closure ? object.code.parameterCount : 0;
    return keep(object, key, new Property(length, false, false, true));
  }
  if (key !== "prototype" || !(object instanceof Closure) || object.intrinsic !== undefined) return ABSENT;
  const { kind, isAsync, isGenerator } = object.code;
  if (isGenerator) {
    const proto = vm.intrinsic(isAsync ? "AsyncGenerator.prototype" : "Generator.prototype");
    return keep(object, key, new Property(new JsObject(proto), true, false, false));
  }
  if (isAsync || kind === "arrow" || kind === "method") return ABSENT;
  const made = new JsObject(vm.intrinsic("Object.prototype"));
  made.properties.set("constructor", hidden(object));
  return keep(object, key, new Property(made, true, false, false));
}

function keep(object: JsObject, key: Key, property: Property): Property {
  object.properties.set(key, property);
  return property;
}

function functionName(object: JsObject): string {
  if (object instanceof Closure) return object.code.name;
  if (object instanceof Bound) return `bound ${functionName(object.target)}`;
  if (!(object instanceof Native)) return "";
  const last = object.name.endsWith(".prototype") ? "" : object.name.slice(object.name.lastIndexOf(".") + 1);
  return last.startsWith("@@") ? `[Symbol.${last.slice(2)}]` : last;
}

/** The object that a primitive value's methods come from. */
export function prototypeOf(vm: Vm, value: Value): JsObject | null {
  switch (typeof value) {
    case "string":
      return vm.intrinsic("String.prototype");
    case "number":
      return vm.intrinsic("Number.prototype");
    case "boolean":
      return vm.intrinsic("Boolean.prototype");
    case "bigint":
      return vm.intrinsic("BigInt.prototype");
  }
  if (value instanceof JsSymbol) return vm.intrinsic("Symbol.prototype");
  return value instanceof JsObject ? value.proto : null;
}

/** A property of any value but undefined and null. */
export function get(vm: Vm, target: Value, key: Key, receiver: Value = target): Value {
  let object: JsObject | null;
  if (target instanceof JsObject) object = target;
  else {
    if (typeof target === "string") {
      if (key === "length") return target.length;
      const index = arrayIndex(key);
      if (index >= 0) return target[index];
    }
    if (target === undefined || target === null) failToRead(vm, target, key);
    object = prototypeOf(vm, target);
  }
  while (object) {
    if (object instanceof JsProxy) return proxyGet(vm, object, key, receiver);
    const found = ownProperty(vm, object, key);
    if (found !== ABSENT) {
      if (!(found instanceof Property)) return found;
      if (!found.isAccessor) return found.value;
      return found.get ? vm.call(found.get, receiver, []) : undefined;
    }
    object = object.proto;
  }
  return undefined;
}

export function keyText(key: Key): string {
  return key instanceof JsSymbol ? `Symbol(${key.description ?? ""})` : key;
}

export function failToRead(vm: Vm, target: Value, key: Key): never {
  if (key === SYMBOLS["iterator"]) {
    const shown = target === null ? "object null" : String(target as undefined);
    vm.fail("TypeError", `${shown} is not iterable (cannot read property Symbol(Symbol.iterator))`);
  }
  return vm.fail("TypeError", `Cannot read properties of ${String(target)} (reading '${keyText(key)}')`);
}

/** Writes a property. A refused write raises TypeError in strict code and does nothing elsewhere. */
export function set(vm: Vm, target: Value, key: Key, value: Value, isStrict = true): void {
  if (target === undefined || target === null) {
    vm.fail("TypeError", `Cannot set properties of ${String(target)} (setting '${keyText(key)}')`);
  }
  if (!(target instanceof JsObject)) return;
  const refusal = tryToSet(vm, target, key, value, target);
  if (refusal !== undefined && isStrict) vm.fail("TypeError", refusal);
}

/** Writes a property; the message of the refusal, if it is refused. */
export function tryToSet(vm: Vm, target: JsObject, key: Key, value: Value, receiver: JsObject): string | undefined {
  for (let object: JsObject | null = target; object; object = object.proto) {
    if (object instanceof JsProxy) return proxySet(vm, object, key, value, receiver);
    const found = ownProperty(vm, object, key);
    if (found === ABSENT) continue;
    if (found instanceof Property) {
      if (found.isAccessor) {
        if (!found.set) return `Cannot set property ${keyText(key)} of ${describe(receiver)} which has only a getter`;
        vm.call(found.set, receiver, [value]);
        return undefined;
      }
      if (!found.writable)
        return `Cannot assign to read only property '${keyText(key)}' of object '${describe(receiver)}'`;
      if (object === receiver && !(object instanceof JsArray)) {
        vm.touch(object);
        found.value = value;
        return undefined;
      }
    }
    break;
  }
  if (receiver instanceof JsArray && setElement(vm, receiver, key, value)) return undefined;
  if (receiver instanceof JsBytes && setByte(receiver, key, value)) return undefined;
  if (receiver.isFixed && ownProperty(vm, receiver, key) === ABSENT)
    return `Cannot add property ${keyText(key)}, object is not extensible`;
  vm.touch(receiver);
  const own = receiver.properties.get(key);
  if (own instanceof Property) own.value = value;
  else receiver.properties.set(key, value);
  return undefined;
}

const describe = (object: JsObject): string =>
  object instanceof JsArray ? "[object Array]" : isCallable(object) ? "function" : "#<Object>";

function setElement(vm: Vm, array: JsArray, key: Key, value: Value): boolean {
  if (key === "length") {
    setLength(vm, array, Number(value));
    return true;
  }
  const index = arrayIndex(key);
  if (index < 0 || (array.isFixed && index >= array.items.length)) return false;
  vm.touch(array);
  if (index > array.items.length) setLength(vm, array, index);
  array.items[index] = value;
  return true;
}

export function setLength(vm: Vm, array: JsArray, length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > MAX_ARRAY_LENGTH)
    vm.fail("RangeError", "Invalid array length");
  vm.touch(array);
  if (length < array.items.length) array.items.length = length;
  while (array.items.length < length) array.items.push(EMPTY);
}

const WRAPS: Record<string, (value: number) => number> = {
  Int8Array: (value) => (value << 24) >> 24,
  Uint8ClampedArray: (value) => Math.max(0, Math.min(255, Math.round(value))),
  Int16Array: (value) => (value << 16) >> 16,
  Uint16Array: (value) => value & 0xffff,
  Int32Array: (value) => value | 0,
  Uint32Array: (value) => value >>> 0,
  Float32Array: Math.fround,
  Float64Array: (value) => value,
};

/** An element as an array of that kind holds it. */
export function wrapElement(kind: string, value: Value): number {
  return (WRAPS[kind] ?? ((each: number) => each & 0xff))(Number(value));
}

function setByte(array: JsBytes, key: Key, value: Value): boolean {
  const index = arrayIndex(key);
  if (index < 0) return false;
  if (index < array.bytes.length) array.bytes[index] = wrapElement(array.kind, value);
  return true;
}

/** Defines an own property, as `Object.defineProperty` and declarations do. */
export function defineProperty(vm: Vm, object: JsObject, key: Key, property: Value | Property): void {
  vm.touch(object);
  if (object instanceof JsArray) {
    const index = arrayIndex(key);
    if (index >= 0) {
      if (index > object.items.length) setLength(vm, object, index);
      object.items[index] = property instanceof Property ? property.value : property;
      return;
    }
  }
  const isPlain =
    property instanceof Property &&
    !property.isAccessor &&
    property.writable &&
    property.enumerable &&
    property.configurable;
  object.properties.set(key, isPlain ? property.value : property);
}

/** False if the property cannot be deleted. */
export function deleteProperty(vm: Vm, object: JsObject, key: Key): boolean {
  if (object instanceof JsProxy) return proxyDelete(vm, object, key);
  const found = ownProperty(vm, object, key);
  if (found === ABSENT) return true;
  if (found instanceof Property && !found.configurable) return false;
  vm.touch(object);
  const index = object instanceof JsArray ? arrayIndex(key) : -1;
  if (index >= 0) (object as JsArray).items[index] = EMPTY;
  else object.properties.delete(key);
  return true;
}

export function has(vm: Vm, target: JsObject, key: Key): boolean {
  for (let object: JsObject | null = target; object; object = object.proto) {
    if (object instanceof JsProxy) return proxyHas(vm, object, key);
    if (ownProperty(vm, object, key) !== ABSENT) return true;
  }
  return false;
}

/** Own keys in the order of the language: indexes, strings, symbols. Private names are left out. */
export function ownKeys(vm: Vm, object: JsObject): Key[] {
  if (object instanceof JsProxy) return proxyKeys(vm, object);
  materializeAll(vm, object);
  const indexes: string[] = [];
  if (object instanceof JsArray) {
    for (const [i, item] of object.items.entries()) if (item !== EMPTY) indexes.push(String(i));
  } else if (object instanceof JsBytes) {
    for (let i = 0; i < object.bytes.length; i++) indexes.push(String(i));
  } else if (object instanceof Boxed && typeof object.primitive === "string") {
    for (let i = 0; i < object.primitive.length; i++) indexes.push(String(i));
  }
  const own: string[] = [];
  const texts: string[] = object instanceof JsArray ? ["length"] : [];
  const symbols: JsSymbol[] = [];
  for (const key of object.properties.keys()) {
    if (typeof key === "string") (arrayIndex(key) >= 0 ? own : texts).push(key);
    else if (!key.isPrivate) symbols.push(key);
  }
  own.sort((a, b) => Number(a) - Number(b));
  return [...indexes, ...own, ...texts, ...symbols];
}

export function isEnumerable(vm: Vm, object: JsObject, key: Key): boolean {
  const found = ownProperty(vm, object, key);
  return found !== ABSENT && (!(found instanceof Property) || found.enumerable);
}

/** Enumerable own keys that are strings. */
export function enumerableKeys(vm: Vm, object: JsObject): string[] {
  return ownKeys(vm, object).filter((key): key is string => typeof key === "string" && isEnumerable(vm, object, key));
}

// ---- traps of Proxy objects

function trap(vm: Vm, proxy: JsProxy, name: string): Value {
  return get(vm, proxy.handler, name);
}

function proxyGet(vm: Vm, proxy: JsProxy, key: Key, receiver: Value): Value {
  if (key instanceof JsSymbol && key.isPrivate) return undefined;
  const found = trap(vm, proxy, "get");
  if (found === undefined) return get(vm, proxy.target, key, receiver === proxy ? proxy.target : receiver);
  return vm.call(found, proxy.handler, [proxy.target, key, receiver]);
}

function proxySet(vm: Vm, proxy: JsProxy, key: Key, value: Value, receiver: JsObject): string | undefined {
  const found = trap(vm, proxy, "set");
  if (found === undefined) return tryToSet(vm, proxy.target, key, value, receiver === proxy ? proxy.target : receiver);
  const isDone = vm.call(found, proxy.handler, [proxy.target, key, value, receiver]);
  return isDone ? undefined : `'set' on proxy: trap returned falsish for property '${keyText(key)}'`;
}

function proxyHas(vm: Vm, proxy: JsProxy, key: Key): boolean {
  const found = trap(vm, proxy, "has");
  if (found === undefined) return has(vm, proxy.target, key);
  return Boolean(vm.call(found, proxy.handler, [proxy.target, key]));
}

function proxyDelete(vm: Vm, proxy: JsProxy, key: Key): boolean {
  const found = trap(vm, proxy, "deleteProperty");
  if (found === undefined) return deleteProperty(vm, proxy.target, key);
  return Boolean(vm.call(found, proxy.handler, [proxy.target, key]));
}

function proxyKeys(vm: Vm, proxy: JsProxy): Key[] {
  const found = trap(vm, proxy, "ownKeys");
  if (found === undefined) return ownKeys(vm, proxy.target);
  const keys = vm.call(found, proxy.handler, [proxy.target]);
  return keys instanceof JsArray ? (keys.items as Key[]) : [];
}

function proxyOwn(vm: Vm, proxy: JsProxy, key: Key): Value | Property | typeof ABSENT {
  const found = trap(vm, proxy, "getOwnPropertyDescriptor");
  if (found === undefined) {
    const own = ownProperty(vm, proxy.target, key);
    // The value is what the `get` trap says.
    return own === ABSENT || own instanceof Property ? own : proxyGet(vm, proxy, key, proxy);
  }
  const descriptor = vm.call(found, proxy.handler, [proxy.target, key]) as JsObject | undefined;
  if (descriptor === undefined) return ABSENT;
  const flag = (name: string) => Boolean(get(vm, descriptor, name));
  return new Property(get(vm, descriptor, "value"), flag("writable"), flag("enumerable"), flag("configurable"));
}

/** Defines a property by the trap, or on the target. */
export function proxyDefine(vm: Vm, proxy: JsProxy, key: Key, property: Value | Property): void {
  const found = trap(vm, proxy, "defineProperty");
  if (found === undefined) {
    defineProperty(vm, proxy.target, key, property);
    return;
  }
  const value = property instanceof Property ? property.value : property;
  const made = vm.construct(vm.intrinsic("Object"), []) as JsObject;
  made.properties.set("value", value);
  vm.call(found, proxy.handler, [proxy.target, key, made]);
}
