/** Object, Function, Symbol, Boolean, Reflect and Proxy. */
import { arrayOf, objectOf, toKey, toObject, toText } from "../conversions.ts";
import { isConstructor } from "../functions.ts";
import { define, defineClass, links, natives } from "../intrinsics.ts";
import { iterateAll } from "../iteration.ts";
import {
  Bound,
  Boxed,
  Closure,
  isCallable,
  JsArray,
  JsDate,
  JsError,
  JsObject,
  JsProxy,
  JsRegExp,
  JsSymbol,
  type Key,
  Property,
  SYMBOLS,
  type Value,
} from "../objects.ts";
import {
  ABSENT,
  defineProperty,
  deleteProperty,
  enumerableKeys,
  get,
  has,
  isEnumerable,
  keyText,
  ownKeys,
  ownProperty,
  prototypeOf,
  proxyDefine,
  set,
  tryToSet,
} from "../properties.ts";
import type { NativeFunction, Vm } from "../vm.ts";

const objectArgument = (vm: Vm, value: Value, name: string): JsObject =>
  value instanceof JsObject ? value : vm.fail("TypeError", `${name} called on non-object`);

/** The object that a constructor makes: of the class that `new` names. */
export function prototypeFor(vm: Vm, newTarget: JsObject | undefined, fallback: string): JsObject {
  const proto = newTarget && newTarget.intrinsic === undefined ? get(vm, newTarget, "prototype") : undefined;
  return proto instanceof JsObject ? proto : vm.intrinsic(fallback);
}

define("Object.prototype", null);
defineClass(
  "Object",
  (vm, _self, [value], { newTarget }) => {
    if (newTarget && newTarget.intrinsic === undefined)
      return new JsObject(prototypeFor(vm, newTarget, "Object.prototype"));
    return value === undefined || value === null ? new JsObject(vm.intrinsic("Object.prototype")) : toObject(vm, value);
  },
  { parentPrototype: null },
);

function descriptorOf(vm: Vm, value: Value, old: Value | Property | typeof ABSENT): Property {
  if (!(value instanceof JsObject))
    vm.fail("TypeError", `Property description must be an object: ${String(value as number)}`);
  const known = old instanceof Property ? old : undefined;
  const isPlain = old !== ABSENT && !known;
  const flag = (name: string, was: boolean) => (has(vm, value, name) ? Boolean(get(vm, value, name)) : was);
  const made = new Property(
    has(vm, value, "value") ? get(vm, value, "value") : known ? known.value : isPlain ? (old as Value) : undefined,
    flag("writable", known ? known.writable : isPlain),
    flag("enumerable", known ? known.enumerable : isPlain),
    flag("configurable", known ? known.configurable : isPlain),
  );
  if (has(vm, value, "get") || has(vm, value, "set")) {
    made.isAccessor = true;
    made.get = get(vm, value, "get") as JsObject | undefined;
    made.set = get(vm, value, "set") as JsObject | undefined;
  } else if (known?.isAccessor && !has(vm, value, "value")) {
    made.isAccessor = true;
    made.get = known.get;
    made.set = known.set;
  }
  return made;
}

export function defineOwn(vm: Vm, object: JsObject, key: Key, value: Value): void {
  const old = ownProperty(vm, object, key);
  if (old instanceof Property && !old.configurable && !old.writable) {
    vm.fail("TypeError", `Cannot redefine property: ${keyText(key)}`);
  }
  if (old === ABSENT && object.isFixed)
    vm.fail("TypeError", `Cannot define property ${keyText(key)}, object is not extensible`);
  const property = descriptorOf(vm, value, old);
  if (object instanceof JsProxy) proxyDefine(vm, object, key, property);
  else defineProperty(vm, object, key, property);
}

function descriptor(vm: Vm, found: Value | Property): JsObject {
  if (!(found instanceof Property))
    return objectOf(vm, { value: found, writable: true, enumerable: true, configurable: true });
  const { enumerable, configurable } = found;
  if (found.isAccessor) return objectOf(vm, { get: found.get, set: found.set, enumerable, configurable });
  return objectOf(vm, { value: found.value, writable: found.writable, enumerable, configurable });
}

function fix(vm: Vm, value: Value, isFrozen: boolean): Value {
  if (!(value instanceof JsObject)) return value;
  vm.touch(value);
  for (const key of ownKeys(vm, value)) {
    if (value instanceof JsArray && !value.properties.has(key)) continue;
    const own = ownProperty(vm, value, key);
    const property = own instanceof Property ? own : new Property(own as Value, true, true, true);
    property.configurable = false;
    if (isFrozen && !property.isAccessor) property.writable = false;
    value.properties.set(key, property);
  }
  value.isFixed = true;
  if (isFrozen && value instanceof JsArray) value.isFrozen = true;
  return value;
}

function isFixed(vm: Vm, value: Value, isFrozen: boolean): boolean {
  if (!(value instanceof JsObject)) return true;
  if (!value.isFixed) return false;
  return ownKeys(vm, value).every((key) => {
    const own = ownProperty(vm, value, key);
    if (value instanceof JsArray && !value.properties.has(key)) return !isFrozen || value.isFrozen;
    return own instanceof Property && !own.configurable && (!isFrozen || own.isAccessor || !own.writable);
  });
}

natives("Object", {
  keys: (vm, _self, [value]) => arrayOf(vm, enumerableKeys(vm, toObject(vm, value))),
  values(vm, _self, [value]) {
    const object = toObject(vm, value);
    return arrayOf(
      vm,
      enumerableKeys(vm, object).map((key) => get(vm, object, key)),
    );
  },
  entries(vm, _self, [value]) {
    const object = toObject(vm, value);
    return arrayOf(
      vm,
      enumerableKeys(vm, object).map((key) => arrayOf(vm, [key, get(vm, object, key)])),
    );
  },
  fromEntries(vm, _self, [entries]) {
    const made = new JsObject(vm.intrinsic("Object.prototype"));
    for (const entry of iterateAll(vm, entries)) {
      if (!(entry instanceof JsObject))
        vm.fail("TypeError", `Iterator value ${String(entry as number)} is not an entry object`);
      defineProperty(vm, made, toKey(vm, get(vm, entry, "0")), get(vm, entry, "1"));
    }
    return made;
  },
  assign(vm, _self, [target, ...sources]) {
    const object = toObject(vm, target);
    for (const source of sources) {
      if (source === undefined || source === null) continue;
      const from = toObject(vm, source);
      for (const key of ownKeys(vm, from)) if (isEnumerable(vm, from, key)) set(vm, object, key, get(vm, from, key));
    }
    return object;
  },
  create(vm, _self, [proto, properties]) {
    if (proto !== null && !(proto instanceof JsObject))
      vm.fail("TypeError", `Object prototype may only be an Object or null: ${String(proto as number)}`);
    const made = new JsObject(proto as JsObject | null);
    if (properties !== undefined) {
      for (const key of ownKeys(vm, properties as JsObject)) defineOwn(vm, made, key, get(vm, properties, key));
    }
    return made;
  },
  getPrototypeOf: (vm, _self, [value]) => prototypeOf(vm, value instanceof JsProxy ? value.target : value),
  setPrototypeOf(vm, _self, [object, proto]) {
    if (object instanceof JsObject) {
      vm.touch(object);
      object.proto = proto as JsObject | null;
    }
    return object;
  },
  defineProperty(vm, _self, [value, key, description]) {
    const object = objectArgument(vm, value, "Object.defineProperty");
    defineOwn(vm, object, toKey(vm, key), description);
    return object;
  },
  defineProperties(vm, _self, [value, descriptions]) {
    const object = objectArgument(vm, value, "Object.defineProperties");
    for (const key of ownKeys(vm, descriptions as JsObject)) defineOwn(vm, object, key, get(vm, descriptions, key));
    return object;
  },
  getOwnPropertyDescriptor(vm, _self, [value, key]) {
    const found = ownProperty(vm, toObject(vm, value), toKey(vm, key));
    return found === ABSENT ? undefined : descriptor(vm, found);
  },
  getOwnPropertyDescriptors(vm, _self, [value]) {
    const object = toObject(vm, value);
    const made = new JsObject(vm.intrinsic("Object.prototype"));
    for (const key of ownKeys(vm, object))
      made.properties.set(key, descriptor(vm, ownProperty(vm, object, key) as Value));
    return made;
  },
  getOwnPropertyNames: (vm, _self, [value]) =>
    arrayOf(
      vm,
      ownKeys(vm, toObject(vm, value)).filter((key) => typeof key === "string"),
    ),
  getOwnPropertySymbols: (vm, _self, [value]) =>
    arrayOf(
      vm,
      ownKeys(vm, toObject(vm, value)).filter((key) => typeof key !== "string"),
    ),
  freeze: (vm, _self, [value]) => fix(vm, value, true),
  seal: (vm, _self, [value]) => fix(vm, value, false),
  preventExtensions(_vm, _self, [value]) {
    if (value instanceof JsObject) value.isFixed = true;
    return value;
  },
  isFrozen: (vm, _self, [value]) => isFixed(vm, value, true),
  isSealed: (vm, _self, [value]) => isFixed(vm, value, false),
  isExtensible: (_vm, _self, [value]) => value instanceof JsObject && !value.isFixed,
  is: (_vm, _self, [a, b]) => Object.is(a, b),
  hasOwn: (vm, _self, [value, key]) => ownProperty(vm, toObject(vm, value), toKey(vm, key)) !== ABSENT,
});

/** `[object Array]` */
function tagOf(vm: Vm, value: Value): string {
  if (value === undefined) return "Undefined";
  if (value === null) return "Null";
  const object = toObject(vm, value);
  const tag = get(vm, object, SYMBOLS["toStringTag"]!);
  if (typeof tag === "string") return tag;
  if (object instanceof JsArray) return object.isArguments ? "Arguments" : "Array";
  if (isCallable(object)) return "Function";
  if (object instanceof JsError) return "Error";
  if (object instanceof JsDate) return "Date";
  if (object instanceof JsRegExp) return "RegExp";
  if (object instanceof Boxed)
    return { string: "String", number: "Number", boolean: "Boolean" }[typeof object.primitive as string] ?? "Object";
  return "Object";
}

natives("Object.prototype", {
  toString: (vm, self) => `[object ${tagOf(vm, self)}]`,
  toLocaleString: (vm, self) => toText(vm, self),
  valueOf: ((vm, self) => toObject(vm, self)) as NativeFunction,
  hasOwnProperty: ((vm, self, [key]) =>
    ownProperty(vm, toObject(vm, self), toKey(vm, key)) !== ABSENT) as NativeFunction,
  propertyIsEnumerable: ((vm, self, [key]) => isEnumerable(vm, toObject(vm, self), toKey(vm, key))) as NativeFunction,
  isPrototypeOf: ((_vm, self, [value]) => {
    for (let each = value instanceof JsObject ? value.proto : null; each; each = each.proto)
      if (each === self) return true;
    return false;
  }) as NativeFunction,
  "get __proto__": (vm, self) => prototypeOf(vm, self),
  "set __proto__"(_vm, self, [proto]) {
    if (self instanceof JsObject && (proto === null || proto instanceof JsObject)) self.proto = proto;
    return undefined;
  },
});

defineClass("Function", (vm) => vm.fail("EvalError", "Code generation from strings disallowed for this context"));
natives("Function.prototype", {
  call: (vm, self, [target, ...args]) => callThrough(vm, self, target, args),
  apply(vm, self, [target, args]) {
    const list =
      args === undefined || args === null ? [] : args instanceof JsArray ? [...args.items] : iterateAll(vm, args);
    return callThrough(vm, self, target, list);
  },
  bind(vm, self, [target, ...args]) {
    if (!isCallable(self)) return vm.fail("TypeError", "Bind must be called on a function");
    return new Bound(self.proto, self, target, args);
  },
  toString(vm, self) {
    if (!(self instanceof Closure) || self.intrinsic !== undefined)
      return `function ${toText(vm, get(vm, self, "name"))}() { [native code] }`;
    const { source, from, to } = self.code;
    return source.text.slice(from, to);
  },
  "@@hasInstance": () => false,
});

function callThrough(vm: Vm, self: Value, target: Value, args: Value[]): Value {
  if (!isCallable(self)) vm.fail("TypeError", "Function.prototype.call was called on a value that is not a function");
  return vm.call(self, target, args);
}

for (const name of ["AsyncFunction", "GeneratorFunction", "AsyncGeneratorFunction"]) {
  defineClass(name, (vm) => vm.fail("EvalError", "Code generation from strings disallowed for this context"), {
    parent: "Function",
  });
}

defineClass("Boolean", (vm, _self, [value], { newTarget }) =>
  newTarget ? new Boxed(vm.intrinsic("Boolean.prototype"), Boolean(value)) : Boolean(value),
);
natives("Boolean.prototype", {
  toString: (_vm, self) => String(self instanceof Boxed ? self.primitive : (self as boolean)),
  valueOf: ((_vm, self) => (self instanceof Boxed ? self.primitive : self)) as NativeFunction,
});

defineClass(
  "Symbol",
  (vm, _self, [description]) => new JsSymbol(description === undefined ? undefined : toText(vm, description)),
);
natives("Symbol", {
  for(vm, _self, [value]) {
    const key = toText(vm, value);
    let known = vm.symbols.get(key);
    if (!known) {
      known = new JsSymbol(key);
      known.registered = key;
      vm.symbols.set(key, known);
    }
    return known;
  },
  keyFor: (_vm, _self, [value]) => (value instanceof JsSymbol ? value.registered : undefined),
  ...Object.fromEntries(Object.entries(SYMBOLS).map(([name, symbol]) => [`get ${name}`, () => symbol])),
});
const symbolOf = (self: Value): JsSymbol => (self instanceof Boxed ? self.primitive : self) as JsSymbol;
natives("Symbol.prototype", {
  toString: (_vm, self) => `Symbol(${symbolOf(self).description ?? ""})`,
  valueOf: ((_vm, self) => symbolOf(self)) as NativeFunction,
  "get description": (_vm, self) => symbolOf(self).description,
  "@@toPrimitive": (_vm, self) => symbolOf(self),
});

defineClass("Proxy", (vm, _self, [target, handler]) => {
  if (!(target instanceof JsObject) || !(handler instanceof JsObject))
    return vm.fail("TypeError", "Cannot create proxy with a non-object as target or handler");
  return new JsProxy(target, handler);
});

define("Reflect", "Object.prototype");
natives("Reflect", {
  get: (vm, _self, [object, key, receiver]) => get(vm, object, toKey(vm, key), receiver ?? object),
  set: (vm, _self, [object, key, value, receiver]) =>
    tryToSet(vm, object as JsObject, toKey(vm, key), value, (receiver ?? object) as JsObject) === undefined,
  has: (vm, _self, [object, key]) => has(vm, object as JsObject, toKey(vm, key)),
  ownKeys: (vm, _self, [object]) => arrayOf(vm, ownKeys(vm, object as JsObject)),
  deleteProperty: (vm, _self, [object, key]) => deleteProperty(vm, object as JsObject, toKey(vm, key)),
  apply: (vm, _self, [callee, self, args]) => vm.call(callee, self, iterateAll(vm, args)),
  construct(vm, _self, [callee, args, newTarget]) {
    if (!isConstructor(callee)) vm.fail("TypeError", `${String(callee as number)} is not a constructor`);
    return vm.construct(callee, iterateAll(vm, args), (newTarget ?? callee) as JsObject);
  },
  getPrototypeOf: (_vm, _self, [object]) => (object as JsObject).proto,
  setPrototypeOf(_vm, _self, [object, proto]) {
    (object as JsObject).proto = proto as JsObject | null;
    return true;
  },
  defineProperty(vm, _self, [object, key, description]) {
    defineOwn(vm, object as JsObject, toKey(vm, key), description);
    return true;
  },
  getOwnPropertyDescriptor(vm, _self, [object, key]) {
    const found = ownProperty(vm, object as JsObject, toKey(vm, key));
    return found === ABSENT ? undefined : descriptor(vm, found);
  },
  isExtensible: (_vm, _self, [object]) => !(object as JsObject).isFixed,
});

const GLOBAL_CLASSES =
  "Object Function Boolean Symbol Proxy Reflect Number BigInt Math String Array Map Set WeakMap WeakSet WeakRef Date RegExp " +
  "Promise JSON Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError Uint8Array Int8Array " +
  "Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray ArrayBuffer Iterator";
define("globalThis", "Object.prototype");
links("globalThis", Object.fromEntries([...GLOBAL_CLASSES.split(" "), "globalThis"].map((name) => [name, name])));
links("globalThis", { global: "globalThis" });
