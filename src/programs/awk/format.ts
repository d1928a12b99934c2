/** printf and sprintf of awk. */
import { MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import { formatFloat } from "../../shell/words/float-format.ts";
import { AwkError } from "./errors.ts";
import { integerText, toNumber, type Value } from "./values.ts";

interface Formatting {
  text(value: Value): string;
  /** printf or sprintf, for messages. */
  name: string;
  /** mawk ends at a format with too few arguments; others take empty ones. */
  needsAll: boolean;
}

const DIRECTIVE = /%([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh?|ll?|L|q|j|z|t)?([a-zA-Z%])/g;

/** @throws AwkError */
export function formatValues(format: string, args: readonly Value[], { name, text, needsAll }: Formatting): string {
  let at = 0;
  /** Where the present directive begins. */
  let from = 0;
  const next = (): Value => {
    if (at >= args.length && needsAll) {
      const shown = formatValues(format.slice(0, from), args, { name, text, needsAll: false });
      throw new AwkError(`not enough arguments passed to ${name}("${format}")`, { printed: shown });
    }
    return args[at++] ?? null;
  };
  return format.replace(DIRECTIVE, (all, givenFlags: string, givenWidth, givenPlaces, kind: string, where: number) => {
    from = where;
    if (kind === "%") return "%";
    let flags = givenFlags;
    let width = givenWidth === "*" ? Math.trunc(toNumber(next())) : Number(givenWidth ?? 0);
    const hasPlaces = /\./.test(all);
    const places = givenPlaces === "*" ? Math.trunc(toNumber(next())) : Number(givenPlaces ?? 0);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    if (width > MAX_VARIABLE_LENGTH) throw new AwkError("sprintf: result is too long");
    const shown = convert(kind, next(), flags, hasPlaces && places >= 0 ? places : undefined, text);
    if (shown === undefined) return all;
    if (flags.includes("-")) return shown.padEnd(width);
    const isZeroPadded = flags.includes("0") && !"cs".includes(kind) && !("dioxXu".includes(kind) && hasPlaces);
    if (!isZeroPadded || !/\d/.test(shown)) return shown.padStart(width);
    const sign = /^(?:[-+ ]|0x)?/i.exec(shown)![0];
    return sign + shown.slice(sign.length).padStart(width - sign.length, "0");
  });
}

function convert(
  kind: string,
  value: Value,
  flags: string,
  places: number | undefined,
  text: (value: Value) => string,
): string | undefined {
  if (kind === "s") return text(value).slice(0, places);
  if (kind === "c") {
    return typeof value === "number" ? String.fromCharCode(value & 255) : text(value).slice(0, 1) || "\0";
  }
  const number = toNumber(value);
  const sign = (isNegative: boolean) => (isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "");
  if (kind === "d" || kind === "i") {
    if (!Number.isFinite(number)) return formatFloat(number, { flags, precision: 6, kind: "g" });
    const whole = Math.trunc(number);
    return sign(whole < 0) + integerText(Math.abs(whole)).padStart(places ?? 0, "0");
  }
  if ("oxXu".includes(kind)) {
    if (!Number.isFinite(number)) return formatFloat(number, { flags, precision: 6, kind: "g" });
    const whole = BigInt.asUintN(64, BigInt(Math.trunc(number)));
    const digits = whole.toString(kind === "o" ? 8 : kind === "u" ? 10 : 16).padStart(places ?? 0, "0");
    const prefix = !flags.includes("#") || whole === 0n || kind === "u" ? "" : kind === "o" ? "0" : "0x";
    return kind === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
  }
  if ("eEfFgGaA".includes(kind)) return formatFloat(number, { flags, precision: places, kind });
  return undefined;
}
