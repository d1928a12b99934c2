/** Builtins on numbers: those of the C library that jq offers. */
import { described } from "../messages.ts";
import { JqError, type Value } from "../values.ts";
import type { Natives } from "./native.ts";

function number(value: Value): number {
  if (typeof value !== "number") throw new JqError(`${described(value)} number required`);
  return value;
}

/** To the nearest integer; halves to the even one. */
function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Exponent of the highest bit. */
function exponentOf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? Number.NEGATIVE_INFINITY : Math.abs(value);
  let exponent = Math.floor(Math.log2(Math.abs(value)));
  if (2 ** exponent > Math.abs(value)) exponent--;
  if (2 ** (exponent + 1) <= Math.abs(value)) exponent++;
  return exponent;
}

const LANCZOS = [
  ...[0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1],
  ...[-176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6],
  1.505_632_735_149_311_6e-7,
];

function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * value))) - logGamma(1 - value);
  const x = value - 1;
  const sum = LANCZOS.slice(1).reduce((total, part, i) => total + part / (x + i + 1), LANCZOS[0]!);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}

function gamma(value: number): number {
  if (Number.isInteger(value) && value > 0 && value < 20) {
    return Array.from({ length: value - 1 }, (_, i) => i + 1).reduce((product, factor) => product * factor, 1);
  }
  return value < 0.5 ? Math.PI / (Math.sin(Math.PI * value) * gamma(1 - value)) : Math.exp(logGamma(value));
}

const ONE: Readonly<Record<string, (value: number) => number>> = {
  ...{ acos: Math.acos, acosh: Math.acosh, asin: Math.asin, asinh: Math.asinh, atan: Math.atan, atanh: Math.atanh },
  ...{ cbrt: Math.cbrt, ceil: Math.ceil, cos: Math.cos, cosh: Math.cosh, exp: Math.exp, expm1: Math.expm1 },
  ...{ fabs: Math.abs, floor: Math.floor, log: Math.log, log10: Math.log10, log1p: Math.log1p, log2: Math.log2 },
  ...{ sin: Math.sin, sinh: Math.sinh, sqrt: Math.sqrt, tan: Math.tan, tanh: Math.tanh, trunc: Math.trunc },
  exp10: (value) => 10 ** value,
  exp2: (value) => 2 ** value,
  gamma: logGamma,
  lgamma: logGamma,
  lgamma_r: logGamma,
  logb: exponentOf,
  nearbyint: roundToEven,
  pow10: (value) => 10 ** value,
  rint: roundToEven,
  round: (value) => Math.sign(value) * Math.round(Math.abs(value)),
  significand: (value) => (value === 0 ? 0 : value / 2 ** exponentOf(value)),
  tgamma: gamma,
};

const TWO: Readonly<Record<string, (a: number, b: number) => number>> = {
  atan2: Math.atan2,
  copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
  drem: (a, b) => a - b * roundToEven(a / b),
  fdim: (a, b) => Math.max(a - b, 0),
  fmax: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)),
  fmin: (a, b) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)),
  fmod: (a, b) => a % b,
  hypot: Math.hypot,
  ldexp: (a, b) => a * 2 ** b,
  pow: (a, b) => a ** b,
  scalb: (a, b) => a * 2 ** b,
  scalbln: (a, b) => a * 2 ** b,
};

function frexp(value: number): Value {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  const exponent = exponentOf(value) + 1;
  return [value / 2 ** exponent, exponent];
}

const one = Object.entries(ONE).map(([name, f]): [string, Natives[string]] => [
  `${name}/0`,
  (value) => f(number(value)),
]);
const two = Object.entries(TWO).map(([name, f]): [string, Natives[string]] => [
  `${name}/2`,
  (_value, [a, b]) => f(number(a!), number(b!)),
]);

export const MATH: Natives = {
  ...Object.fromEntries(one),
  ...Object.fromEntries(two),
  "abs/0": (value) => {
    if (typeof value !== "number") throw new JqError(`${described(value)} has no absolute value`);
    return value < 0 ? -value : value;
  },
  "fma/3": (_value, [a, b, c]) => number(a!) * number(b!) + number(c!),
  "frexp/0": (value) => frexp(number(value)),
  "infinite/0": () => Number.POSITIVE_INFINITY,
  "isinfinite/0": (value) => Math.abs(number(value)) === Number.POSITIVE_INFINITY,
  "isnan/0": (value) => Number.isNaN(number(value)),
  "isnormal/0": (value) => Number.isFinite(number(value)) && Math.abs(number(value)) >= 2.2250738585072014e-308,
  "modf/0": (value) => {
    const whole = Math.trunc(number(value));
    return [number(value) - whole, whole];
  },
  "nan/0": () => Number.NaN,
};
