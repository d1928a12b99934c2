/**
 * 64-bit integers in texts, without loss of digits. JavaScript's numbers are exact up to 2^53 only, and annotations,
 * labels and parameters may hold any value that Go's `strconv.ParseInt` accepts.
 */
import { BigInteger, isBigInteger } from "./json.ts";

export type IntegerProblem = "invalid syntax" | "value out of range";

/** The largest value of Go's `int32`. */
export const MAX_INT32 = 2_147_483_647;

const SIGNED = /^[+-]?[0-9]+$/;
const UNSIGNED = /^[0-9]+$/;

/** As Go's `strconv.ParseInt(text, 10, 64)`; undefined where it fails. */
export function parseInt64(text: string | undefined): bigint | undefined {
  const parsed = parseInteger(text ?? "", { bits: 64 });
  return typeof parsed === "bigint" ? parsed : undefined;
}

/** As Go's `strconv.ParseInt(text, 10, 32)`; undefined where it fails. */
export function parseInt32(text: string | undefined): number | undefined {
  const parsed = parseInteger(text ?? "", { bits: 32 });
  return typeof parsed === "bigint" ? Number(parsed) : undefined;
}

/** As Go's `strconv.ParseInt` and `ParseUint` to the base 10, with the reason of their error. */
export function parseInteger(
  text: string,
  { bits, isUnsigned = false }: { bits: 32 | 64; isUnsigned?: boolean },
): bigint | IntegerProblem {
  if (!(isUnsigned ? UNSIGNED : SIGNED).test(text)) return "invalid syntax";
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const isInRange = value === (isUnsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
  return isInRange ? value : "value out of range";
}

/** An integer of an object. Digits beyond 2^53 are kept beside its nearest number. */
export function toBigInt(value: number): bigint {
  return isBigInteger(value) ? BigInt(value.rawJSON) : BigInt(value);
}

/** The value for an object's field: a plain number if that is exact. */
export function fromBigInt(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : (new BigInteger(String(value)) as unknown as number);
}

/** One more than the greatest value; 1 without any. Overflow wraps as in Go. */
export function nextInt64(values: Iterable<bigint>): bigint {
  let greatest = 0n;
  for (const value of values) if (value > greatest) greatest = value;
  return BigInt.asIntN(64, greatest + 1n);
}

export function compareIntegers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
