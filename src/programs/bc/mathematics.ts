/** The library of `bc -l`: sine, cosine, arctangent, logarithm, exponential, Bessel functions. */
import {
  add,
  BcError,
  compare,
  type Decimal,
  decimal,
  divide,
  multiply,
  negate,
  ONE,
  rescale,
  squareRoot,
  subtract,
  ZERO,
} from "./decimal.ts";

/** Digits that are calculated beyond the wanted ones. */
const GUARD = 8;
const MAX_TERMS = 5_000;

/** Adds terms until they vanish. */
function series(first: Decimal, next: (term: Decimal, index: number) => Decimal): Decimal {
  let [sum, term] = [first, first];
  for (let i = 1; i < MAX_TERMS && term.digits !== 0n; i++) {
    term = next(term, i);
    sum = add(sum, term);
  }
  return sum;
}

function exponential(x: Decimal, scale: number): Decimal {
  if (x.digits < 0n) return divide(ONE, exponential(negate(x), scale + GUARD), scale);
  const whole = Number(rescale(x, 0).digits);
  if (whole > 20_000) throw new BcError("exponent too large in raise");
  let halvings = 0;
  while (whole / 2 ** halvings > 1) halvings++;
  const wide = scale + GUARD + Math.ceil(whole * 0.44) + halvings;
  const small = divide(rescale(x, wide), decimal(2n ** BigInt(halvings)), wide);
  let result = series(rescale(ONE, wide), (term, i) => divide(multiply(term, small, wide), decimal(i), wide));
  for (let i = 0; i < halvings; i++) result = rescale(multiply(result, result, wide), wide);
  return rescale(result, scale);
}

function logarithm(x: Decimal, scale: number): Decimal {
  // The result of GNU's library for numbers without a logarithm.
  if (x.digits <= 0n) return rescale(subtract(ONE, decimal(10n ** BigInt(scale + 1))), scale);
  const wide = scale + GUARD * 2;
  let value = rescale(x, Math.max(wide, x.scale));
  let factor = 2n;
  const half = decimal(5, 1);
  while (compare(value, decimal(2)) >= 0 || compare(value, half) <= 0) {
    value = squareRoot(value, wide);
    factor *= 2n;
  }
  const ratio = divide(subtract(value, ONE), add(value, ONE), wide);
  const square = multiply(ratio, ratio, wide);
  let power = ratio;
  let sum = ratio;
  for (let i = 3; power.digits !== 0n && i < MAX_TERMS * 2; i += 2) {
    power = rescale(multiply(power, square, wide), wide);
    sum = add(sum, divide(power, decimal(i), wide));
  }
  return rescale(multiply(sum, decimal(factor), wide), scale);
}

function sine(x: Decimal, scale: number): Decimal {
  const wide = scale + GUARD * 2 + String(rescale(x, 0).digits).length;
  const circle = multiply(pi(wide), decimal(2), wide);
  const turns = rescale(divide(x, circle, 0), 0);
  const value = rescale(subtract(x, multiply(turns, circle, wide)), wide);
  const square = multiply(value, value, wide);
  const result = series(value, (term, i) =>
    negate(divide(multiply(term, square, wide), decimal(2 * i * (2 * i + 1)), wide)),
  );
  return rescale(result, scale);
}

function arctangent(x: Decimal, scale: number): Decimal {
  if (x.digits < 0n) return negate(arctangent(negate(x), scale));
  const wide = scale + GUARD;
  let value = rescale(x, Math.max(wide, x.scale));
  let factor = 1n;
  while (compare(value, decimal(2, 1)) > 0) {
    const root = squareRoot(add(ONE, multiply(value, value, wide)), wide);
    value = divide(value, add(ONE, root), wide);
    factor *= 2n;
  }
  const square = multiply(value, value, wide);
  let power = value;
  let sum = value;
  for (let i = 3; power.digits !== 0n && i < MAX_TERMS * 2; i += 2) {
    power = negate(rescale(multiply(power, square, wide), wide));
    sum = add(sum, divide(power, decimal(i), wide));
  }
  return rescale(multiply(sum, decimal(factor), wide), scale);
}

function pi(scale: number): Decimal {
  const wide = scale + GUARD;
  const part = (denominator: number, factor: number) =>
    multiply(arctangent(divide(ONE, decimal(denominator), wide), wide), decimal(factor), wide);
  return rescale(subtract(part(5, 16), part(239, 4)), scale);
}

function bessel(order: Decimal, x: Decimal, scale: number): Decimal {
  const n = Math.abs(Number(rescale(order, 0).digits));
  const wide = scale + GUARD * 2;
  const half = divide(x, decimal(2), wide);
  let first = rescale(ONE, wide);
  for (let i = 1; i <= n; i++) first = divide(multiply(first, half, wide), decimal(i), wide);
  const square = multiply(half, half, wide);
  const sum = series(first, (term, i) => negate(divide(multiply(term, square, wide), decimal(i * (n + i)), wide)));
  const isNegated = rescale(order, 0).digits < 0n && n % 2 === 1;
  return rescale(isNegated ? negate(sum) : sum, scale);
}

export const LIBRARY: Readonly<Record<string, (args: readonly Decimal[], scale: number) => Decimal>> = {
  e: ([x = ZERO], scale) => exponential(x, scale),
  l: ([x = ZERO], scale) => logarithm(x, scale),
  s: ([x = ZERO], scale) => sine(x, scale),
  c: ([x = ZERO], scale) => sine(add(x, divide(pi(scale + GUARD), decimal(2), scale + GUARD)), scale),
  a: ([x = ZERO], scale) => arctangent(x, scale),
  j: ([n = ZERO, x = ZERO], scale) => bessel(n, x, scale),
};
