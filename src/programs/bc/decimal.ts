/** Decimal numbers of bc: an integer and the count of its digits behind the point. Results are cut, never rounded. */

export interface Decimal {
  /** The number without its point. */
  readonly digits: bigint;
  readonly scale: number;
}

/** Digits of one number. */
const MAX_DIGITS = 20_000;

export class BcError extends Error {
  override name = "BcError";
  /** A function is not defined. */
  readonly isUndefined: boolean;

  constructor(message: string, isUndefined = false) {
    super(message);
    this.isUndefined = isUndefined;
  }
}

export function decimal(digits: bigint | number, scale = 0): Decimal {
  return { digits: BigInt(digits), scale };
}

export const ZERO = decimal(0);
export const ONE = decimal(1);

/** The number with another scale; surplus digits are cut. */
export function rescale({ digits, scale }: Decimal, wanted: number): Decimal {
  if (wanted >= scale) return { digits: digits * 10n ** BigInt(wanted - scale), scale: wanted };
  return { digits: digits / 10n ** BigInt(scale - wanted), scale: wanted };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: rescale(a, scale).digits + rescale(b, scale).digits, scale };
}

export function negate({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, negate(b));
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const full = { digits: a.digits * b.digits, scale: a.scale + b.scale };
  return rescale(full, Math.min(full.scale, Math.max(scale, a.scale, b.scale)));
}

/** @throws BcError */
export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new BcError("Divide by zero");
  const digits = (a.digits * 10n ** BigInt(scale + b.scale)) / (b.digits * 10n ** BigInt(a.scale));
  return { digits, scale };
}

/** @throws BcError */
export function remainder(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new BcError("Modulo by zero");
  const wanted = Math.max(a.scale, b.scale + scale);
  const quotient = divide(a, b, scale);
  const product = { digits: quotient.digits * b.digits, scale: quotient.scale + b.scale };
  return rescale(subtract(a, product), wanted);
}

/** @throws BcError */
export function power(base: Decimal, exponent: Decimal, scale: number): Decimal {
  const count = Number(exponent.digits / 10n ** BigInt(exponent.scale));
  const size = Math.abs(count) * Math.max(1, String(base.digits).length);
  if (size > MAX_DIGITS * 5) throw new BcError("exponent too large in raise");
  const raised = { digits: base.digits ** BigInt(Math.abs(count)), scale: base.scale * Math.abs(count) };
  if (count < 0) return divide(ONE, raised, scale);
  return rescale(raised, Math.min(raised.scale, Math.max(scale, base.scale)));
}

/** @throws BcError */
export function squareRoot(value: Decimal, scale: number): Decimal {
  if (value.digits < 0n) throw new BcError("Square root of a negative number");
  const wanted = Math.max(scale, value.scale);
  return { digits: integerRoot(rescale(value, wanted * 2).digits), scale: wanted };
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

export function compare(a: Decimal, b: Decimal): number {
  const { digits } = subtract(a, b);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

const LETTERS = "0123456789ABCDEF";

/** Reads a number in a base. A digit above the base counts as the highest one, unless it stands alone. */
export function parseDecimal(text: string, base: number): Decimal {
  const [whole = "", fraction = ""] = text.split(".");
  const isSingle = text.length === 1;
  const value = (letter: string) => {
    const digit = LETTERS.indexOf(letter);
    return BigInt(isSingle ? digit : Math.min(digit, base - 1));
  };
  if (base === 10 && !/[A-F]/.test(text)) return decimal(BigInt(whole + fraction || "0"), fraction.length);
  let digits = 0n;
  for (const letter of whole) digits = digits * BigInt(base) + value(letter);
  let part = 0n;
  for (const letter of fraction) part = part * BigInt(base) + value(letter);
  const scale = fraction.length;
  return add(decimal(digits), rescale(divide(decimal(part), decimal(BigInt(base) ** BigInt(scale)), scale), scale));
}

/** A number as bc prints it: no zero before the point. Bases above 16 print each digit as a decimal number. */
export function formatDecimal(value: Decimal, base: number): string {
  const sign = value.digits < 0n ? "-" : "";
  const magnitude = value.digits < 0n ? -value.digits : value.digits;
  const unit = 10n ** BigInt(value.scale);
  const whole = magnitude / unit;
  const fraction = magnitude % unit;
  if (magnitude === 0n) return "0";
  if (base === 10) {
    const shown = value.scale > 0 ? `.${String(fraction).padStart(value.scale, "0")}` : "";
    return `${sign}${whole === 0n && shown !== "" ? "" : whole}${shown}`;
  }
  const big = BigInt(base);
  const digitText = (digit: bigint) =>
    base <= 16 ? LETTERS[Number(digit)]! : ` ${String(digit).padStart(String(base - 1).length, "0")}`;
  let text = whole === 0n ? (value.scale > 0 ? "" : "0") : "";
  for (let rest = whole; rest > 0n; rest /= big) text = digitText(rest % big) + text;
  if (value.scale === 0) return sign + text;
  let behind = "";
  let rest = fraction;
  for (let reached = 1n; reached < unit; reached *= big) {
    rest *= big;
    behind += digitText(rest / unit);
    rest %= unit;
  }
  return `${sign}${text}.${behind}`;
}
