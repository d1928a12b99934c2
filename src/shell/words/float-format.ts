/** Floating-point conversions of printf(3). */

export interface FloatStyle {
  flags: string;
  precision: number | undefined;
  kind: string;
}

const MAX_PRECISION = 100;

export function formatFloat(value: number, { flags, precision = 6, kind }: FloatStyle): string {
  const isUpper = kind === kind.toUpperCase();
  const sign = value < 0 || Object.is(value, -0) ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const magnitude = Math.abs(value);
  const text = Number.isFinite(magnitude)
    ? convert(magnitude, kind.toLowerCase(), Math.min(precision, MAX_PRECISION), flags)
    : Number.isNaN(value)
      ? "nan"
      : "inf";
  return sign + (isUpper ? text.toUpperCase() : text);
}

function convert(value: number, kind: string, precision: number, flags: string): string {
  switch (kind) {
    case "f":
      return toFixed(value, precision);
    case "e":
      return exponent(value.toExponential(precision));
    case "a":
      return hexadecimal(value);
    default: {
      const digits = precision === 0 ? 1 : precision;
      const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split("e")[1]);
      const isFixed = power >= -4 && power < digits;
      const text = isFixed ? toFixed(value, digits - 1 - power) : exponent(value.toExponential(digits - 1));
      return flags.includes("#") ? text : text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
    }
  }
}

/** Exact for large numbers, too, unlike Number.toFixed. */
function toFixed(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(precision);
  return BigInt(value).toString() + (precision > 0 ? `.${"0".repeat(precision)}` : "");
}

/** At least two digits of the exponent. */
function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

function hexadecimal(value: number): string {
  if (value === 0) return "0x0p+0";
  let power = Math.floor(Math.log2(value));
  let mantissa = value / 2 ** power;
  while (mantissa < 1) {
    mantissa *= 2;
    power--;
  }
  const digits = mantissa.toString(16);
  return `0x${digits}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}
