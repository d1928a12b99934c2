/** Number, BigInt, Math and the functions that read numbers. */
import { toInteger, toNumber, toPrimitive, toText } from "../conversions.ts";
import { constants, define, defineClass, links, natives } from "../intrinsics.ts";
import { Boxed, type Value } from "../objects.ts";
import type { NativeFunction, Vm } from "../vm.ts";

defineClass("Number", (vm, _self, args, { newTarget }) => {
  const primitive = args.length === 0 ? 0 : toPrimitive(vm, args[0], "number");
  const number = typeof primitive === "bigint" ? Number(primitive) : toNumber(vm, primitive);
  return newTarget ? new Boxed(vm.intrinsic("Number.prototype"), number) : number;
});
constants(
  "Number",
  {
    MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
    MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
    MAX_VALUE: Number.MAX_VALUE,
    MIN_VALUE: Number.MIN_VALUE,
    EPSILON: Number.EPSILON,
    POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
    NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
    NaN: Number.NaN,
  },
  true,
);
natives("Number", {
  isInteger: (_vm, _self, [value]) => Number.isInteger(value),
  isSafeInteger: (_vm, _self, [value]) => Number.isSafeInteger(value),
  isFinite: (_vm, _self, [value]) => Number.isFinite(value),
  isNaN: (_vm, _self, [value]) => Number.isNaN(value),
});

const numberOf = (vm: Vm, self: Value): number => {
  const value = self instanceof Boxed ? self.primitive : self;
  return typeof value === "number"
    ? value
    : vm.fail("TypeError", "Number.prototype method called on a value that is not a number");
};

function formatted(method: "toFixed" | "toPrecision" | "toExponential", least: number) {
  return (vm: Vm, self: Value, [digits]: readonly Value[]): Value => {
    const number = numberOf(vm, self);
    if (digits === undefined && method !== "toFixed")
      return method === "toPrecision" ? String(number) : number.toExponential();
    const count = toInteger(vm, digits);
    if (count < least || count > 100) {
      const what = method === "toPrecision" ? "toPrecision() argument" : `${method}() digits argument`;
      vm.fail(
        "RangeError",
        method === "toPrecision" ? `${what} must be between 1 and 100` : `${what} must be between 0 and 100`,
      );
    }
    return number[method](count);
  };
}

/** Digits in groups of three, as `en-US` writes them. */
export function grouped(number: number, least = 0, most = 3): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "NaN" : number < 0 ? "-∞" : "∞";
  const [whole = "", fraction = ""] = Math.abs(number).toFixed(most).split(".");
  const trimmed = fraction.replace(/0+$/, "").padEnd(least, "0");
  const digits = whole
    .split("")
    .reverse()
    .join("")
    .match(/.{1,3}/g)!
    .join(",")
    .split("")
    .reverse()
    .join("");
  const sign = number < 0 && (Number(whole) !== 0 || /[1-9]/.test(trimmed)) ? "-" : "";
  return `${sign}${digits}${trimmed === "" ? "" : `.${trimmed}`}`;
}

natives("Number.prototype", {
  toString(vm, self, [radix]) {
    const base = toInteger(vm, radix, 10);
    if (base < 2 || base > 36) vm.fail("RangeError", "toString() radix must be between 2 and 36");
    return numberOf(vm, self).toString(base);
  },
  toFixed: formatted("toFixed", 0),
  toPrecision: formatted("toPrecision", 1),
  toExponential: formatted("toExponential", 0),
  valueOf: ((vm, self) => numberOf(vm, self)) as NativeFunction,
  toLocaleString(vm, self, [, options]) {
    const option = (name: string) => {
      const value =
        options === undefined || options === null
          ? undefined
          : vm.call(vm.intrinsic("Reflect.get"), undefined, [options, name]);
      return value === undefined ? undefined : toNumber(vm, value);
    };
    const least = option("minimumFractionDigits") ?? 0;
    return grouped(numberOf(vm, self), least, option("maximumFractionDigits") ?? Math.max(3, least));
  },
});

natives("globalThis", {
  parseInt: (vm, _self, [text, radix]) =>
    Number.parseInt(toText(vm, text), radix === undefined ? undefined : toNumber(vm, radix)),
  parseFloat: (vm, _self, [text]) => Number.parseFloat(toText(vm, text)),
  isNaN: (vm, _self, [value]) => Number.isNaN(toNumber(vm, value)),
  isFinite: (vm, _self, [value]) => Number.isFinite(toNumber(vm, value)),
});
links("Number", { parseInt: "globalThis.parseInt", parseFloat: "globalThis.parseFloat" });
constants("globalThis", { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, undefined }, true);

defineClass("BigInt", (vm, _self, [value]) => {
  const primitive = toPrimitive(vm, value, "number");
  if (typeof primitive === "number" && !Number.isInteger(primitive))
    vm.fail("RangeError", `The number ${primitive} cannot be converted to a BigInt because it is not an integer`);
  if (primitive === undefined || primitive === null)
    vm.fail("TypeError", `Cannot convert ${String(primitive)} to a BigInt`);
  try {
    return BigInt(primitive as string);
  } catch {
    return vm.fail("SyntaxError", `Cannot convert ${toText(vm, primitive)} to a BigInt`);
  }
});
natives("BigInt", {
  asIntN: (vm, _self, [bits, value]) => BigInt.asIntN(toInteger(vm, bits), value as bigint),
  asUintN: (vm, _self, [bits, value]) => BigInt.asUintN(toInteger(vm, bits), value as bigint),
});
const bigintOf = (self: Value): bigint => (self instanceof Boxed ? self.primitive : self) as bigint;
natives("BigInt.prototype", {
  toString: (vm, self, [radix]) => bigintOf(self).toString(toInteger(vm, radix, 10)),
  valueOf: ((_vm, self) => bigintOf(self)) as NativeFunction,
  toLocaleString: (_vm, self) =>
    bigintOf(self)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ","),
});
constants("BigInt.prototype", { "@@toStringTag": "BigInt" });

define("Math", "Object.prototype");
const ONE: Record<string, (value: number) => number> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  clz32: Math.clz32,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  expm1: Math.expm1,
  floor: Math.floor,
  fround: Math.fround,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  round: Math.round,
  sign: Math.sign,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};
natives(
  "Math",
  Object.fromEntries(
    Object.entries(ONE).map(([name, of]) => [
      name,
      (vm: Vm, _self: Value, [value]: readonly Value[]) => of(toNumber(vm, value)),
    ]),
  ),
);
natives("Math", {
  max: (vm, _self, args) =>
    args.reduce((best: number, each) => Math.max(best, toNumber(vm, each)), Number.NEGATIVE_INFINITY),
  min: (vm, _self, args) =>
    args.reduce((best: number, each) => Math.min(best, toNumber(vm, each)), Number.POSITIVE_INFINITY),
  pow: (vm, _self, [a, b]) => toNumber(vm, a) ** toNumber(vm, b),
  atan2: (vm, _self, [a, b]) => Math.atan2(toNumber(vm, a), toNumber(vm, b)),
  hypot: (vm, _self, args) => Math.hypot(...args.map((each) => toNumber(vm, each))),
  imul: (vm, _self, [a, b]) => Math.imul(toNumber(vm, a), toNumber(vm, b)),
  random: (vm) => (vm.process.random() * 2 ** 21 + (vm.process.random() >>> 11)) / 2 ** 53,
});
constants(
  "Math",
  {
    PI: Math.PI,
    E: Math.E,
    LN2: Math.LN2,
    LN10: Math.LN10,
    LOG2E: Math.LOG2E,
    LOG10E: Math.LOG10E,
    SQRT2: Math.SQRT2,
    SQRT1_2: Math.SQRT1_2,
  },
  true,
);
constants("Math", { "@@toStringTag": "Math" });
