/** Digits of pi, as Perl's `bpi` of bignum gives them. */

/** Digits that one call computes at most; each thousand takes some milliseconds. */
const MAX_DIGITS = 20_000;
/** Further digits, so that the last one is rounded right. */
const GUARD_DIGITS = 10;

/** Pi with a number of significant digits, rounded. Machin's formula: 16 arctan(1/5) - 4 arctan(1/239). */
export function piDigits(significant: number): string {
  const digits = Math.max(1, Math.min(significant, MAX_DIGITS));
  const unit = 10n ** BigInt(digits + GUARD_DIGITS);
  const pi = 16n * inverseArctan(5n, unit) - 4n * inverseArctan(239n, unit);
  const cut = 10n ** BigInt(GUARD_DIGITS + 1);
  const rounded = ((pi + cut / 2n) / cut).toString();
  return digits === 1 ? rounded : `${rounded[0]}.${rounded.slice(1)}`;
}

/** arctan(1/x) in units of 1/unit. */
function inverseArctan(x: bigint, unit: bigint): bigint {
  const square = x * x;
  let power = unit / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= square;
    sum += (sign * power) / n;
  }
  return sum;
}
