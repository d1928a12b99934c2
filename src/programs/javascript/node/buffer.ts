/** Typed arrays, `Buffer`, `TextEncoder` and `TextDecoder`. Views do not share memory. */
import { byteString, bytesOf, bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { itemsOf } from "../builtins/arrays.ts";
import { prototypeFor } from "../builtins/objects.ts";
import { arrayOf, objectOf, relativeIndex, toInteger, toNumber, toText } from "../conversions.ts";
import { define, defineClass, links, natives } from "../intrinsics.ts";
import { iterateAll } from "../iteration.ts";
import { isCallable, JsArray, JsBytes, JsIterator, JsObject, SYMBOLS, type Value } from "../objects.ts";
import { get, MAX_ARRAY_LENGTH, wrapElement } from "../properties.ts";
import type { Vm } from "../vm.ts";

define("TypedArray.prototype", "Object.prototype");

const SIZES: Record<string, number> = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
};

function elements(vm: Vm, kind: string, value: Value): number[] {
  if (value === undefined) return [];
  if (typeof value === "number") {
    if (value < 0 || value > MAX_ARRAY_LENGTH) vm.fail("RangeError", `Invalid typed array length: ${value}`);
    return new Array<number>(Math.trunc(value)).fill(0);
  }
  if (value instanceof JsBytes) return value.bytes.map((each) => wrapElement(kind, each));
  const isIterable = value instanceof JsObject && get(vm, value, SYMBOLS["iterator"]!) !== undefined;
  const items = isIterable ? iterateAll(vm, value) : itemsOf(vm, value);
  return items.map((item) => wrapElement(kind, toNumber(vm, item)));
}

for (const kind of Object.keys(SIZES)) {
  defineClass(
    kind,
    (vm, _self, [value], { newTarget }) => {
      if (!newTarget) vm.fail("TypeError", `Constructor ${kind} requires 'new'`);
      return new JsBytes(prototypeFor(vm, newTarget, `${kind}.prototype`), kind, elements(vm, kind, value));
    },
    { parentPrototype: "TypedArray.prototype" },
  );
  natives(kind, {
    from(vm, _self, [source, callback]) {
      const items = iterableOrList(vm, source);
      const mapped = isCallable(callback) ? items.map((item, i) => vm.call(callback, undefined, [item, i])) : items;
      return new JsBytes(
        vm.intrinsic(`${kind}.prototype`),
        kind,
        mapped.map((item) => wrapElement(kind, item)),
      );
    },
    of: (vm, _self, items) =>
      new JsBytes(
        vm.intrinsic(`${kind}.prototype`),
        kind,
        items.map((item) => wrapElement(kind, item)),
      ),
    "get BYTES_PER_ELEMENT": () => SIZES[kind],
  });
}
defineClass(
  "ArrayBuffer",
  (vm, _self, [length]) =>
    new JsBytes(vm.intrinsic("ArrayBuffer.prototype"), "ArrayBuffer", elements(vm, "Uint8Array", toNumber(vm, length))),
);
natives("ArrayBuffer.prototype", { "get byteLength": (_vm, self) => (self as JsBytes).bytes.length });

function iterableOrList(vm: Vm, value: Value): Value[] {
  const isIterable =
    typeof value === "string" || (value instanceof JsObject && get(vm, value, SYMBOLS["iterator"]!) !== undefined);
  return isIterable ? iterateAll(vm, value) : itemsOf(vm, value);
}

const bytesArray = (vm: Vm, self: Value): JsBytes =>
  self instanceof JsBytes ? self : vm.fail("TypeError", "this is not a typed array.");

function part(vm: Vm, self: Value, from: Value, to: Value): JsBytes {
  const source = bytesArray(vm, self);
  const { length } = source.bytes;
  return new JsBytes(
    source.proto,
    source.kind,
    source.bytes.slice(relativeIndex(vm, from, length, 0), relativeIndex(vm, to, length, length)),
  );
}

natives("TypedArray.prototype", {
  "get length": (vm, self) => bytesArray(vm, self).bytes.length,
  "get byteLength": (vm, self) => bytesArray(vm, self).bytes.length * (SIZES[(self as JsBytes).kind] ?? 1),
  "get byteOffset": () => 0,
  "get buffer": (vm, self) =>
    new JsBytes(vm.intrinsic("ArrayBuffer.prototype"), "ArrayBuffer", [...bytesArray(vm, self).bytes]),
  slice: (vm, self, [from, to]) => part(vm, self, from, to),
  subarray: (vm, self, [from, to]) => part(vm, self, from, to),
  join: (vm, self, [separator]) =>
    bytesArray(vm, self).bytes.join(separator === undefined ? "," : toText(vm, separator)),
  toString: (vm, self) => bytesArray(vm, self).bytes.join(","),
  indexOf: (vm, self, [value]) => bytesArray(vm, self).bytes.indexOf(toNumber(vm, value)),
  includes: (vm, self, [value]) => bytesArray(vm, self).bytes.includes(toNumber(vm, value)),
  at: (vm, self, [index]) => bytesArray(vm, self).bytes.at(toInteger(vm, index)),
  fill(vm, self, [value, from, to]) {
    const array = bytesArray(vm, self);
    const { length } = array.bytes;
    const filler =
      typeof value === "string" ? bytesOf(bytesOfText(value)) : [wrapElement(array.kind, toNumber(vm, value))];
    const start = relativeIndex(vm, from, length, 0);
    for (let i = start; i < relativeIndex(vm, to, length, length); i++)
      array.bytes[i] = filler[(i - start) % filler.length] ?? 0;
    return self;
  },
  set(vm, self, [source, offset]) {
    const array = bytesArray(vm, self);
    const items = itemsOf(vm, source instanceof JsBytes ? arrayOf(vm, source.bytes) : source);
    for (const [i, item] of items.entries()) array.bytes[toInteger(vm, offset) + i] = wrapElement(array.kind, item);
    return undefined;
  },
  reverse(vm, self) {
    bytesArray(vm, self).bytes.reverse();
    return self;
  },
  keys: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), bytesArray(vm, self), "keys"),
  values: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), bytesArray(vm, self), "values"),
  entries: (vm, self) => new JsIterator(vm.intrinsic("ArrayIterator.prototype"), bytesArray(vm, self), "entries"),
});
links("TypedArray.prototype", { "@@iterator": "TypedArray.prototype.values" });

// ---- Buffer

/** Byte string of a text in an encoding of Node.js. */
export function encode(vm: Vm, text: string, encoding: Value): string {
  switch (encoding === undefined || encoding === null ? "utf8" : toText(vm, encoding).toLowerCase()) {
    case "utf8":
    case "utf-8":
      return bytesOfText(text);
    case "hex":
      return (text.match(/[\da-f]{2}/gi) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
    case "base64":
    case "base64url": {
      const plain = text
        .replace(/[^\w+/-]/g, "")
        .replaceAll("-", "+")
        .replaceAll("_", "/");
      return atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
    }
    case "latin1":
    case "binary":
    case "ascii":
      return text.replace(/[\s\S]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) & 255));
    case "utf16le":
    case "ucs2":
      return text.replace(/[\s\S]/g, (letter) =>
        String.fromCharCode(letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8),
      );
    default:
      return vm.fail("TypeError", `Unknown encoding: ${toText(vm, encoding)}`, { code: "ERR_UNKNOWN_ENCODING" });
  }
}

/** The text of bytes in an encoding. */
export function decode(vm: Vm, bytes: string, encoding: Value): string {
  switch (encoding === undefined || encoding === null ? "utf8" : toText(vm, encoding).toLowerCase()) {
    case "utf8":
    case "utf-8":
      return textOfBytes(bytes);
    case "hex":
      return [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
    case "base64":
      return btoa(bytes);
    case "base64url":
      return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    case "latin1":
    case "binary":
      return bytes;
    case "ascii":
      return [...bytes].map((byte) => String.fromCharCode(byte.charCodeAt(0) & 127)).join("");
    case "utf16le":
    case "ucs2":
      return (bytes.match(/[\s\S][\s\S]/g) ?? [])
        .map((pair) => String.fromCharCode(pair.charCodeAt(0) | (pair.charCodeAt(1) << 8)))
        .join("");
    default:
      return vm.fail("TypeError", `Unknown encoding: ${toText(vm, encoding)}`, { code: "ERR_UNKNOWN_ENCODING" });
  }
}

export const bufferOf = (vm: Vm, bytes: string): JsBytes =>
  new JsBytes(vm.intrinsic("Buffer.prototype"), "Uint8Array", [...bytesOf(bytes)]);
export const byteStringOf = (value: JsBytes): string => byteString(Uint8Array.from(value.bytes));

/** Bytes of a text, a Buffer or a list. */
export function dataOf(vm: Vm, value: Value, encoding?: Value): string {
  if (typeof value === "string") return encode(vm, value, encoding);
  if (value instanceof JsBytes) return byteStringOf(value);
  if (value instanceof JsArray)
    return byteString(Uint8Array.from(value.items.map((item) => wrapElement("Uint8Array", item))));
  const received = vm.call(vm.intrinsic("node:text.received"), undefined, [value]) as string;
  return vm.fail(
    "TypeError",
    `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${received}`,
    { code: "ERR_INVALID_ARG_TYPE" },
  );
}

defineClass(
  "Buffer",
  (vm, _self, [value, encoding]) =>
    typeof value === "number" ? bufferOf(vm, "\0".repeat(value)) : bufferOf(vm, dataOf(vm, value, encoding)),
  {
    parent: "Uint8Array",
  },
);
natives("Buffer", {
  from(vm, _self, [value, encoding]) {
    const isJson = value instanceof JsObject && !(value instanceof JsBytes) && !(value instanceof JsArray);
    return bufferOf(vm, dataOf(vm, isJson ? get(vm, value, "data") : value, encoding));
  },
  alloc(vm, _self, [size, filler]) {
    const made = new JsBytes(
      vm.intrinsic("Buffer.prototype"),
      "Uint8Array",
      elements(vm, "Uint8Array", toNumber(vm, size)),
    );
    return filler === undefined ? made : vm.call(get(vm, made, "fill"), made, [filler]);
  },
  concat: (vm, _self, [list]) =>
    bufferOf(
      vm,
      itemsOf(vm, list)
        .map((each) => byteStringOf(each as JsBytes))
        .join(""),
    ),
  isBuffer: (vm, _self, [value]) => value instanceof JsBytes && value.proto === vm.intrinsic("Buffer.prototype"),
  byteLength: (vm, _self, [value, encoding]) => dataOf(vm, value, encoding).length,
  isEncoding: (_vm, _self, [name]) =>
    /^(?:utf-?8|hex|base64(?:url)?|latin1|binary|ascii|utf16le|ucs2)$/i.test(String(name as string)),
  compare: (_vm, _self, [a, b]) => compared(a, b),
});
links("Buffer", { allocUnsafe: "Buffer.alloc" });

function compared(a: Value, b: Value): number {
  const [x, y] = [byteStringOf(a as JsBytes), byteStringOf(b as JsBytes)];
  return x === y ? 0 : x < y ? -1 : 1;
}

natives("Buffer.prototype", {
  toString(vm, self, [encoding, from, to]) {
    return decode(vm, byteStringOf(part(vm, self, from, to)), encoding);
  },
  toJSON: (vm, self) => objectOf(vm, { type: "Buffer", data: arrayOf(vm, [...bytesArray(vm, self).bytes]) }),
  equals: (_vm, self, [other]) => compared(self, other) === 0,
  compare: (_vm, self, [other]) => compared(self, other),
  write(vm, self, [text, offset]) {
    const data = bytesOf(encode(vm, toText(vm, text), undefined));
    const array = bytesArray(vm, self);
    const start = typeof offset === "number" ? offset : 0;
    const count = Math.min(data.length, array.bytes.length - start);
    for (let i = 0; i < count; i++) array.bytes[start + i] = data[i]!;
    return count;
  },
  copy(vm, self, [target, at, from, to]) {
    const source = part(vm, self, from, to).bytes;
    const { bytes } = target as JsBytes;
    const start = toInteger(vm, at);
    const count = Math.min(source.length, bytes.length - start);
    for (let i = 0; i < count; i++) bytes[start + i] = source[i]!;
    return count;
  },
  indexOf: (vm, self, [value]) =>
    typeof value === "number"
      ? bytesArray(vm, self).bytes.indexOf(value)
      : byteStringOf(bytesArray(vm, self)).indexOf(dataOf(vm, value)),
  includes: (vm, self, [value]) =>
    typeof value === "number"
      ? bytesArray(vm, self).bytes.includes(value)
      : byteStringOf(bytesArray(vm, self)).includes(dataOf(vm, value)),
  readUInt8: (vm, self, [at]) => bytesArray(vm, self).bytes[toInteger(vm, at)],
  readUInt16BE: (vm, self, [at]) => readInteger(vm, self, at, 2, false),
  readUInt16LE: (vm, self, [at]) => readInteger(vm, self, at, 2, true),
  readUInt32BE: (vm, self, [at]) => readInteger(vm, self, at, 4, false),
  readUInt32LE: (vm, self, [at]) => readInteger(vm, self, at, 4, true),
  readInt32BE: (vm, self, [at]) => readInteger(vm, self, at, 4, false) | 0,
  writeUInt8: (vm, self, [value, at]) => writeInteger(vm, self, value, at, 1, false),
  writeUInt16BE: (vm, self, [value, at]) => writeInteger(vm, self, value, at, 2, false),
  writeUInt32BE: (vm, self, [value, at]) => writeInteger(vm, self, value, at, 4, false),
  writeUInt32LE: (vm, self, [value, at]) => writeInteger(vm, self, value, at, 4, true),
});

function readInteger(vm: Vm, self: Value, at: Value, size: number, isLittle: boolean): number {
  const start = toInteger(vm, at);
  const read = bytesArray(vm, self).bytes.slice(start, start + size);
  return (isLittle ? read.reverse() : read).reduce((sum, byte) => sum * 256 + byte, 0);
}

function writeInteger(vm: Vm, self: Value, value: Value, at: Value, size: number, isLittle: boolean): number {
  const start = toInteger(vm, at);
  const { bytes } = bytesArray(vm, self);
  for (let i = 0; i < size; i++) {
    const shift = isLittle ? i : size - 1 - i;
    bytes[start + i] = Math.floor(toNumber(vm, value) / 256 ** shift) & 255;
  }
  return start + size;
}

define("node:buffer", "Object.prototype", { isOpen: true });
links("node:buffer", { Buffer: "Buffer" }, true);
links("globalThis", { Buffer: "Buffer", TextEncoder: "TextEncoder", TextDecoder: "TextDecoder" });

defineClass("TextEncoder", (vm) => new JsObject(vm.intrinsic("TextEncoder.prototype")));
natives("TextEncoder.prototype", {
  encode: (vm, _self, [text]) =>
    new JsBytes(vm.intrinsic("Uint8Array.prototype"), "Uint8Array", [
      ...bytesOf(bytesOfText(text === undefined ? "" : toText(vm, text))),
    ]),
});
defineClass("TextDecoder", (vm) => new JsObject(vm.intrinsic("TextDecoder.prototype")));
natives("TextDecoder.prototype", {
  decode: (_vm, _self, [data]) => (data instanceof JsBytes ? textOfBytes(byteStringOf(data)) : ""),
});
natives("globalThis", {
  btoa: (vm, _self, [text]) => btoa(toText(vm, text)),
  atob: (vm, _self, [text]) => atob(toText(vm, text)),
});
define("node:string_decoder", "Object.prototype", { isOpen: true });
