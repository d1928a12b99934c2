/** Exact decimal numbers, as NUMERIC of PostgreSQL and DECIMAL of MySQL have them. */

/** `units / 10^scale` */
export class Decimal {
  readonly units: bigint;
  readonly scale: number;

  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  /** Undefined for a text that is no decimal number. */
  static parse(text: string): Decimal | undefined {
    const [, sign, whole = "", fraction = "", exponent] =
      /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text) ?? [];
    if (whole === "" && fraction === "") return undefined;
    const shift = Number(exponent ?? 0) - fraction.length;
    const digits = BigInt(whole + fraction || "0") * (sign === "-" ? -1n : 1n);
    return shift > 0 ? new Decimal(digits * 10n ** BigInt(shift), 0) : new Decimal(digits, -shift);
  }

  static of(value: number): Decimal {
    return Decimal.parse(String(value)) ?? new Decimal(0n, 0);
  }

  toString(): string {
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, "0");
    const at = digits.length - this.scale;
    return `${this.units < 0n ? "-" : ""}${digits.slice(0, at)}${this.scale > 0 ? `.${digits.slice(at)}` : ""}`;
  }

  toNumber(): number {
    return Number(this.toString());
  }

  /** Rounds half away from zero. A negative scale rounds whole digits. */
  round(scale: number): Decimal {
    if (scale >= this.scale) return new Decimal(this.units * 10n ** BigInt(scale - this.scale), scale);
    const divisor = 10n ** BigInt(this.scale - scale);
    const half = this.units < 0n ? -(divisor / 2n) : divisor / 2n;
    const rounded = (this.units + half) / divisor;
    return scale < 0 ? new Decimal(rounded * 10n ** BigInt(-scale), 0) : new Decimal(rounded, scale);
  }

  /** Drops digits after `scale`. */
  truncate(scale: number): Decimal {
    if (scale >= this.scale) return this.round(scale);
    return new Decimal(this.units / 10n ** BigInt(this.scale - scale), scale);
  }

  floor(): Decimal {
    const cut = this.truncate(0);
    return cut.compare(this) > 0 ? new Decimal(cut.units - 1n, 0) : cut;
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.round(scale).units + other.round(scale).units, scale);
  }

  negated(): Decimal {
    return new Decimal(-this.units, this.scale);
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.units * other.units, this.scale + other.scale);
  }

  /** The quotient with `scale` digits after the point. */
  over(other: Decimal, scale: number): Decimal {
    const numerator = this.units * 10n ** BigInt(scale + 1 + other.scale);
    const denominator = other.units * 10n ** BigInt(this.scale);
    return new Decimal(numerator / denominator, scale + 1).round(scale);
  }

  modulo(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.round(scale).units % other.round(scale).units, scale);
  }

  /** The square root with as many digits after the point. */
  root(): Decimal {
    const scaled = this.units * 10n ** BigInt(this.scale + 2);
    if (scaled <= 0n) return new Decimal(0n, this.scale);
    let guess = 1n << BigInt(Math.ceil(scaled.toString(2).length / 2) + 1);
    for (let next = (guess + scaled / guess) / 2n; next < guess; next = (guess + scaled / guess) / 2n) guess = next;
    return new Decimal(guess, this.scale + 1).round(this.scale);
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const left = this.round(scale).units;
    const right = other.round(scale).units;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Without zeros at the end of the fraction. */
  trimmed(): Decimal {
    let { units, scale } = this;
    while (scale > 0 && units % 10n === 0n) {
      units /= 10n;
      scale--;
    }
    return new Decimal(units, scale);
  }
}

/**
 * Digits after the point of a quotient in PostgreSQL: at least 16 significant digits.
 * PostgreSQL: src/backend/utils/adt/numeric.c, select_div_scale.
 */
export function quotientScale(left: Decimal, right: Decimal): number {
  const [leftWeight, leftDigit] = firstGroup(left);
  const [rightWeight, rightDigit] = firstGroup(right);
  const weight = leftWeight - rightWeight - (leftDigit <= rightDigit ? 1 : 0);
  return Math.min(Math.max(16 - weight * 4, left.scale, right.scale, 0), 1000);
}

/** Weight and value of the first group of four digits that is not zero. */
function firstGroup(value: Decimal): [weight: number, digit: number] {
  if (value.units === 0n) return [0, 0];
  const [whole = "", fraction = ""] = value.toString().replace("-", "").split(".");
  const groups = whole.length + ((4 - (whole.length % 4)) % 4);
  const digits = whole.padStart(groups, "0") + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  for (let i = 0; i < digits.length; i += 4) {
    const digit = Number(digits.slice(i, i + 4));
    if (digit !== 0) return [groups / 4 - 1 - i / 4, digit];
  }
  return [0, 0];
}
