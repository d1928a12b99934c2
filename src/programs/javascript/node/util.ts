/** `util`, and texts for the library. */
import { toText } from "../conversions.ts";
import { inspect } from "../inspect/inspect.ts";
import { define, links, natives, scripts } from "../intrinsics.ts";
import {
  isCallable,
  JsArray,
  JsBytes,
  JsDate,
  JsError,
  JsGenerator,
  JsMap,
  JsObject,
  JsPromise,
  JsProxy,
  JsRegExp,
  JsSet,
  JsSymbol,
  type Value,
} from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import { typeNameOf } from "../stack-trace.ts";
import type { NativeFunction, Vm } from "../vm.ts";
import { format } from "./format.ts";
import { optionsOf } from "./inspect-options.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of a terminal begin with one
const CONTROL_SEQUENCE = /\u001b\[[0-9;]*[A-Za-z]/g;

define("node:util", "Object.prototype", { isOpen: true });
natives("node:util", {
  inspect(vm, _self, [value, options, depth, colors]) {
    if (options instanceof JsObject) return inspect(vm, value, optionsOf(vm, options));
    return inspect(vm, value, {
      showHidden: Boolean(options),
      ...(depth !== undefined && { depth: depth === null ? Number.POSITIVE_INFINITY : Number(depth) }),
      ...(colors !== undefined && { colors: Boolean(colors) }),
    });
  },
  format: (vm, _self, args) => format(vm, args),
  isDeepStrictEqual: (vm, _self, [a, b]) => deepEqual(vm, a, b, true),
  stripVTControlCharacters: (vm, _self, [text]) => toText(vm, text).replace(CONTROL_SEQUENCE, ""),
  isArray: (_vm, _self, [value]) => value instanceof JsArray,
});
natives("node:util.inspect", {
  "get custom"(vm) {
    const key = "nodejs.util.inspect.custom";
    return vm.call(vm.intrinsic("Symbol.for"), undefined, [key]);
  },
});
scripts("node:util", {
  inherits: `
function inherits(type, parent) {
  type.super_ = parent;
  Object.setPrototypeOf(type.prototype, parent.prototype);
}`,
  promisify: `
function promisify(original) {
  if (typeof original !== "function") throw $errors.withCode("TypeError", "ERR_INVALID_ARG_TYPE", 'The "original" argument must be of type function. Received ' + $text.received(original));
  if (original === setTimeout) return (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
  return function promisified(...args) {
    return new Promise((resolve, reject) => original.call(this, ...args, (error, value) => error ? reject(error) : resolve(value)));
  };
}`,
  callbackify: `
function callbackify(original) {
  return function (...args) {
    const callback = args.pop();
    original.apply(this, args).then((value) => process.nextTick(callback, null, value), (error) => process.nextTick(callback, error));
  };
}`,
  deprecate: "function deprecate(original) { return original; }",
  debuglog: "function debuglog() { return () => {}; }",
});
links("node:util", { TextEncoder: "TextEncoder", TextDecoder: "TextDecoder", types: "node:util.types" }, true);

const TYPES: Record<string, (value: Value) => boolean> = {
  isPromise: (value) => value instanceof JsPromise,
  isRegExp: (value) => value instanceof JsRegExp,
  isDate: (value) => value instanceof JsDate,
  isMap: (value) => value instanceof JsMap,
  isSet: (value) => value instanceof JsSet,
  isNativeError: (value) => value instanceof JsError,
  isProxy: (value) => value instanceof JsProxy,
  isGeneratorObject: (value) => value instanceof JsGenerator,
  isTypedArray: (value) => value instanceof JsBytes && value.kind !== "ArrayBuffer",
  isUint8Array: (value) => value instanceof JsBytes && value.kind === "Uint8Array",
  isAsyncFunction: (value) =>
    isCallable(value) && "code" in value && Boolean((value as { code: { isAsync: boolean } }).code.isAsync),
};
define("node:util.types", "Object.prototype", { isOpen: true });
natives(
  "node:util.types",
  Object.fromEntries(
    Object.entries(TYPES).map(([name, test]): [string, NativeFunction] => [name, (_vm, _self, [value]) => test(value)]),
  ),
);

/** Equality of `assert.deepEqual`. */
export function deepEqual(vm: Vm, a: Value, b: Value, isStrict: boolean): boolean {
  vm.countStep();
  if (Object.is(a, b)) return true;
  if (!(a instanceof JsObject) || !(b instanceof JsObject)) {
    // biome-ignore lint/suspicious/noDoubleEquals: the loose comparison
    return !isStrict && !(a instanceof JsObject) && !(b instanceof JsObject) && a == b;
  }
  if (isStrict && a.proto !== b.proto) return false;
  if (a instanceof JsDate && b instanceof JsDate) return a.timeMs === b.timeMs;
  if (a instanceof JsRegExp && b instanceof JsRegExp) return a.source === b.source && a.flags === b.flags;
  if (a instanceof JsError && b instanceof JsError && get(vm, a, "message") !== get(vm, b, "message")) return false;
  if (a instanceof JsMap && b instanceof JsMap) {
    return (
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, value]) => b.entries.has(key) && deepEqual(vm, value, b.entries.get(key), isStrict))
    );
  }
  if (a instanceof JsSet && b instanceof JsSet) {
    return (
      a.entries.size === b.entries.size &&
      [...a.entries.keys()].every(
        (key) => b.entries.has(key) || [...b.entries.keys()].some((other) => deepEqual(vm, key, other, isStrict)),
      )
    );
  }
  if (a instanceof JsArray !== b instanceof JsArray) return false;
  const keys = enumerableKeys(vm, a);
  if (a instanceof JsArray && a.items.length !== (b as JsArray).items.length) return false;
  if (keys.length !== enumerableKeys(vm, b).length) return false;
  return keys.every((key) => deepEqual(vm, get(vm, a, key), get(vm, b, key), isStrict));
}

/** `Received type string ('x')` of errors about arguments. */
function received(vm: Vm, value: Value): string {
  if (value === undefined || value === null) return String(value);
  if (isCallable(value)) return `function ${toText(vm, get(vm, value, "name"))}`;
  if (value instanceof JsObject) {
    const name = typeNameOf(vm, value);
    return name === "" ? inspect(vm, value, { depth: -1 }) : `an instance of ${name}`;
  }
  const shown = inspect(vm, value);
  const type = value instanceof JsSymbol ? "symbol" : typeof value;
  return `type ${type} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}

define("node:text", "Object.prototype");
natives("node:text", {
  inspect: (vm, _self, [value]) => inspect(vm, value),
  received: (vm, _self, [value]) => received(vm, value),
  shown(vm, _self, [value]) {
    if (typeof value === "string") return `"${value}"`;
    return value instanceof JsObject
      ? value instanceof JsArray
        ? toText(vm, value)
        : "#<Object>"
      : value instanceof JsSymbol
        ? inspect(vm, value)
        : String(value);
  },
  deepEqual: (vm, _self, [a, b, isStrict]) => deepEqual(vm, a, b, Boolean(isStrict)),
});
