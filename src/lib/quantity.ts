/**
 * resource.Quantity: fixed-point numbers with a suffix (`500m`, `1Gi`, `1e3`), exact to a billionth. Finer values are
 * rounded away from zero, as in Kubernetes.
 */

type Format = "decimal" | "binary" | "exponent";

export interface Quantity {
  /** Billionths. */
  readonly nanos: bigint;
  readonly format: Format;
}

/** An invalid quantity; the message is Kubernetes' own. */
class QuantityError extends Error {
  override name = "QuantityError";
}

const NANOS_PER_UNIT = 1_000_000_000n;
const NANOS_PER_MILLI = 1_000_000n;
const NANO_DIGITS = 9;
/** Kubernetes' cap for quantities that do not fit its 64 bits: 2^63 - 1 units. */
const LARGEST_UNITS = 9_223_372_036_854_775_807n;
/** A larger exponent is either above the cap or below a billionth. */
const LARGEST_EXPONENT = 40;

const DECIMAL_SUFFIXES = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const DECIMAL_BY_EXPONENT = new Map([...DECIMAL_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const FORM = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** Reads a quantity. @throws QuantityError with Kubernetes' message */
export function parseQuantity(text: string): Quantity {
  const match = FORM.exec(text);
  if (text === "" || !match) throw new QuantityError(WRONG_FORMAT);
  const [, sign, whole = "", fraction = "", suffix = ""] = match as unknown as [
    string,
    string,
    string,
    string?,
    string?,
  ];
  if (whole === "" && fraction === "") throw new QuantityError(WRONG_FORMAT);

  const { base, exponent, format } = parseSuffix(suffix);
  const digits = BigInt(whole + fraction);
  const magnitude =
    base === 2
      ? divideAwayFromZero((digits * NANOS_PER_UNIT) << BigInt(exponent), 10n ** BigInt(fraction.length))
      : scaleDecimal(digits, exponent - fraction.length + NANO_DIGITS);
  const capped = magnitude > LARGEST_UNITS * NANOS_PER_UNIT && base === 2 ? LARGEST_UNITS * NANOS_PER_UNIT : magnitude;
  return { nanos: sign === "-" ? -capped : capped, format };
}

/** Whether the text is a quantity. */
export function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

/** The canonical text: no fraction, the largest suffix that loses nothing, in the original format. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos, format } = quantity;
  if (nanos === 0n) return "0";
  if (format === "binary" && isWholeAndLarge(nanos)) return formatBinary(nanos / NANOS_PER_UNIT);

  let digits = nanos;
  let exponent = -NANO_DIGITS;
  while (digits % 1000n === 0n && (format === "exponent" || exponent < 18)) {
    digits /= 1000n;
    exponent += 3;
  }
  if (format === "exponent") return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
  return `${digits}${DECIMAL_BY_EXPONENT.get(exponent) ?? ""}`;
}

/** The canonical form of a text: `1000m` → `1`, `1024Mi` → `1Gi`. @throws QuantityError */
export function canonicalQuantity(text: string): string {
  return formatQuantity(parseQuantity(text));
}

/** Rounded up to thousandths, the finest unit in which resources are counted. */
export function roundedToMilli(text: string): string {
  const { nanos, format } = parseQuantity(text);
  if (nanos % NANOS_PER_MILLI === 0n) return text;
  return formatQuantity({ nanos: ceilDivide(nanos, NANOS_PER_MILLI) * NANOS_PER_MILLI, format });
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0;
  const difference = parseQuantity(a).nanos - parseQuantity(b).nanos;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The sum, in the format of `a` (of `b` if `a` is zero), as Kubernetes' Add. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

/** Whole units, rounded up; exact up to 2^53. */
export function quantityValue(text: string): number {
  const plain = plainInteger(text);
  return plain ?? Number(ceilDivide(parseQuantity(text).nanos, NANOS_PER_UNIT));
}

/** Thousandths (CPU), rounded up; exact up to 2^53. */
export function quantityMilliValue(text: string): number {
  const plain = plainInteger(text);
  return plain !== undefined ? plain * 1000 : Number(ceilDivide(parseQuantity(text).nanos, 1_000_000n));
}

/** Units as a floating-point number, for shares and percentages. */
export function quantityNumber(text: string): number {
  return plainInteger(text) ?? Number(parseQuantity(text).nanos) / 1e9;
}

function parseSuffix(suffix: string): { base: 2 | 10; exponent: number; format: Format } {
  const decimal = DECIMAL_SUFFIXES.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "decimal" };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "binary" };
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    const exponent = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, Number(suffix.slice(1))));
    return { base: 10, exponent, format: "exponent" };
  }
  throw new QuantityError("unable to parse quantity's suffix");
}

function scaleDecimal(digits: bigint, exponent: number): bigint {
  return exponent >= 0 ? digits * 10n ** BigInt(exponent) : divideAwayFromZero(digits, 10n ** BigInt(-exponent));
}

function formatBinary(units: bigint): string {
  let rest = units;
  let step = 0;
  while (rest % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) {
    rest /= 1024n;
    step++;
  }
  return `${rest}${BINARY_SUFFIXES[step]}`;
}

/** Kubernetes writes binary quantities in decimal form if they are below 1024 or have a fraction. */
function isWholeAndLarge(nanos: bigint): boolean {
  const magnitude = nanos < 0n ? -nanos : nanos;
  return magnitude >= 1024n * NANOS_PER_UNIT && nanos % NANOS_PER_UNIT === 0n;
}

/** For non-negative numbers. */
function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend > 0n && dividend % divisor !== 0n ? quotient + 1n : quotient;
}

function plainInteger(text: string): number | undefined {
  return text.length < 16 && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
