/** printf. */
import { type Call, MissingOperand, tool } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { expandEscapes } from "./escapes.ts";

export const printf = tool((call) => {
  const args = call.args[0] === "--" ? call.args.slice(1) : call.args;
  const [format, ...values] = args;
  if (format === undefined) throw new MissingOperand("missing operand");
  const printer = new Printer(call, values);
  do {
    if (!printer.print(format)) break;
  } while (printer.hasMore());
  return printer.status;
});

/** A length such as `l` changes nothing, and is no part of a message. */
const DIRECTIVE = /%([-+ 0#'I]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlLjzt]*([^hlLjzt])/gs;

class Printer {
  status = 0;
  readonly #call: Call;
  readonly #values: readonly string[];
  #at = 0;
  #startedAt = 0;

  constructor(call: Call, values: readonly string[]) {
    this.#call = call;
    this.#values = values;
  }

  /** Whether the format took values and some are left. */
  hasMore(): boolean {
    return this.#at < this.#values.length && this.#at > this.#startedAt;
  }

  /** Prints the format once. Returns false when `\c` ended the output. */
  print(format: string): boolean {
    this.#startedAt = this.#at;
    let last = 0;
    for (const match of format.matchAll(DIRECTIVE)) {
      const { result, isCut } = expandEscapes(format.slice(last, match.index), "printf");
      this.#call.print(result);
      if (isCut) return false;
      last = match.index + match[0].length;
      const shown = this.#directive(match, format);
      if (shown === undefined) return false;
    }
    const { result, isCut } = expandEscapes(format.slice(last), "printf");
    this.#call.print(result);
    return !isCut;
  }

  #next(): string | undefined {
    return this.#values[this.#at++];
  }

  /** Undefined ends the output. */
  #directive(match: RegExpExecArray, format: string): true | undefined {
    const [all, flags = "", width, precision, kind = ""] = match;
    if (kind === "%") {
      this.#call.print("%");
      return true;
    }
    let field = width === "*" ? this.#integer(this.#next() ?? "0") : BigInt(width ?? 0);
    const places =
      precision === "*"
        ? Number(this.#integer(this.#next() ?? "0"))
        : all.includes(".")
          ? Number(precision ?? 0)
          : undefined;
    const isLeft = flags.includes("-") || field < 0n;
    if (field < 0n) field = -field;
    const value = this.#next();
    if (kind === "b") {
      const { result, isCut } = expandEscapes(value ?? "", "echo");
      this.#call.print(this.#padded(result.slice(0, places), Number(field), isLeft, false));
      return isCut ? undefined : true;
    }
    const text = this.#convert(kind, value, flags, places);
    if (text === undefined) {
      const rest = format.slice(match.index + all.length - 1);
      const problem =
        this.#call.flavour === "gnu" ? `${all}: invalid conversion specification` : `%${rest}: invalid format`;
      this.#call.warn(`${this.#call.name}: ${problem}\n`);
      this.status = 1;
      return undefined;
    }
    const isNumber = "diouxXeEfFgG".includes(kind);
    this.#call.print(
      this.#padded(
        text,
        Number(field),
        isLeft,
        isNumber && flags.includes("0") && (places === undefined || !"diouxX".includes(kind)),
      ),
    );
    return true;
  }

  #padded(text: string, width: number, isLeft: boolean, withZeros: boolean): string {
    if (isLeft) return text.padEnd(width);
    if (!withZeros) return text.padStart(width);
    const sign = /^([-+ ]|0x)?/i.exec(text)?.[0] ?? "";
    return sign + text.slice(sign.length).padStart(width - sign.length, "0");
  }

  #convert(kind: string, value: string | undefined, flags: string, places: number | undefined): string | undefined {
    if (kind === "s") return (value ?? "").slice(0, places);
    if (kind === "c") return (value ?? "").slice(0, 1);
    if (kind === "q" && this.#call.flavour === "gnu") return shellQuoted(value ?? "");
    const sign = (isNegative: boolean) =>
      isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    if (kind === "d" || kind === "i") {
      const number = this.#integer(value ?? "0");
      const digits = (number < 0n ? -number : number).toString().padStart(places ?? 0, "0");
      return sign(number < 0n) + digits;
    }
    if ("uoxX".includes(kind)) {
      const number = BigInt.asUintN(64, this.#integer(value ?? "0"));
      const digits = number.toString(kind === "o" ? 8 : kind === "u" ? 10 : 16).padStart(places ?? 0, "0");
      const prefix = !flags.includes("#") || number === 0n ? "" : kind === "o" ? "0" : kind === "u" ? "" : "0x";
      return kind === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
    }
    if ("eEfFgG".includes(kind)) {
      const number = this.#float(value ?? "0");
      const text = floatText(kind.toLowerCase(), Math.abs(number), places ?? 6, flags.includes("#"));
      return sign(number < 0 || Object.is(number, -0)) + (kind === kind.toUpperCase() ? text.toUpperCase() : text);
    }
    return undefined;
  }

  #integer(text: string): bigint {
    const quote = /^['"](.)/s.exec(text);
    if (quote) return BigInt(quote[1]!.charCodeAt(0));
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    const isPartial = match !== null && match[0].length < text.length;
    if (!match || isPartial) this.#complain(text, match !== null);
    if (!match || (isPartial && this.#call.flavour === "busybox")) return 0n;
    const digits = match[2]!;
    const isOctal = /^0[0-7]+$/.test(digits);
    const number = isOctal ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    const signed = match[1] === "-" ? -number : number;
    if (signed > 0x7fff_ffff_ffff_ffffn && signed <= 0xffff_ffff_ffff_ffffn) return signed;
    return signed < -0x8000_0000_0000_0000n ? -0x8000_0000_0000_0000n : signed;
  }

  #float(text: string): number {
    const quote = /^['"](.)/s.exec(text);
    if (quote) return quote[1]!.charCodeAt(0);
    const match = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|0x[0-9a-fA-F]+|inf(inity)?|nan)/i.exec(text);
    if (!match || match[0].length < text.length) this.#complain(text, match !== null);
    if (!match) return 0;
    return /inf/i.test(match[0])
      ? (match[0].trim().startsWith("-") ? -1 : 1) * Number.POSITIVE_INFINITY
      : Number(match[0]);
  }

  #complain(text: string, isPartial: boolean): void {
    if (text === "" && this.#call.flavour === "gnu") {
      this.#call.warn(`${this.#call.name}: ${quoted("")}: expected a numeric value\n`);
    } else if (text !== "" || this.#call.flavour === "gnu") {
      const gnu = isPartial
        ? `${quoted(text)}: value not completely converted`
        : `${quoted(text)}: expected a numeric value`;
      this.#call.warn(`${this.#call.name}: ${this.#call.flavour === "gnu" ? gnu : `invalid number '${text}'`}\n`);
    } else return;
    this.status = 1;
  }
}

/** As %f, %e and %g of C print a number that is not negative. */
function floatText(kind: string, value: number, places: number, keepsZeros = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : "inf";
  if (kind === "f")
    return value >= 1e21
      ? BigInt(value).toString() + (places > 0 ? `.${"0".repeat(places)}` : "")
      : value.toFixed(Math.min(100, places));
  if (kind === "e") return exponential(value, places);
  const significant = places === 0 ? 1 : places;
  const exponent = value === 0 ? 0 : Number(value.toExponential(significant - 1).split("e")[1]);
  const text =
    exponent < -4 || exponent >= significant
      ? exponential(value, significant - 1)
      : value.toFixed(Math.max(0, significant - 1 - exponent));
  if (keepsZeros || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/, "");
}

function exponential(value: number, places: number): string {
  const [digits = "", exponent = "0"] = value.toExponential(Math.min(100, places)).split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  return `${digits}e${sign}${exponent.replace(/^[-+]/, "").padStart(2, "0")}`;
}

function shellQuoted(text: string): string {
  if (text === "") return "''";
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
