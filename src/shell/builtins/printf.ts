/** printf of the shells: formats, %b, %q, %(…)T, -v. */
import { type Context, complain, writeOut } from "../context.ts";
import { assign, NAME, readVariable, splitElement } from "../variables.ts";
import { parseInteger } from "../words/arithmetic-parser.ts";
import { decodeEscapes, type EscapeStyle } from "../words/escapes.ts";
import { formatFloat } from "../words/float-format.ts";
import { quoteWithBackslashes } from "../words/quote.ts";
import { formatTime } from "../words/time-format.ts";
import { type Builtin, type BuiltinCall, print, refuse } from "./builtin.ts";

const FORMAT: EscapeStyle = {
  zeroOctal: false,
  bareOctal: true,
  hex: true,
  unicode: true,
  escape: true,
  quotes: true,
  cuts: false,
};
const ARGUMENT: EscapeStyle = { ...FORMAT, zeroOctal: true, quotes: false, cuts: true };
const MAX_WIDTH = 65_536;

const DIRECTIVE = /%(?:%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|j|z|t|L)?(?:\(([^)]*)\)(T)|([a-zA-Z])))/g;

interface Output {
  text: string;
  status: number;
  isCut: boolean;
  used: number;
}

export const printf: Builtin = (call) => {
  const { context } = call;
  let args = call.args;
  let variable: string | undefined;
  if (context.shell.flavour === "bash" && args[0]?.startsWith("-v")) {
    variable = args[0].length > 2 ? args[0].slice(2) : args[1];
    args = args.slice(args[0].length > 2 ? 1 : 2);
    if (variable === undefined || !(NAME.test(variable) || splitElement(variable))) {
      return refuse(call, `\`${variable ?? ""}': not a valid identifier`, 2);
    }
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0) return usage(call);
  const output = formatAll(call, args[0]!, args.slice(1));
  if (variable !== undefined) {
    const element = splitElement(variable);
    assign(context, { name: element?.name ?? variable, key: element?.key, appends: false, value: output.text });
    return output.status;
  }
  return print(call, output.text) || output.status;
};

function usage(call: BuiltinCall): number {
  switch (call.context.shell.flavour) {
    case "bash":
      writeOut(call.context, 2, "printf: usage: printf [-v var] format [arguments]\n");
      return 2;
    case "dash":
      return refuse(call, "usage: printf format [arg ...]", 2);
    case "busybox":
      complain(call.context, "usage: printf FORMAT [ARGUMENT...]");
      return 2;
  }
}

function formatAll(call: BuiltinCall, format: string, args: readonly string[]): Output {
  const output: Output = { text: "", status: 0, isCut: false, used: 0 };
  const template = decodeFormat(format, call.context.shell.flavour === "dash");
  do {
    const before = output.used;
    formatOnce(call, template, args, output);
    if (output.used === before) break;
  } while (output.used < args.length && !output.isCut);
  return output;
}

/** Backslashes are decoded first; a percent sign that they make is literal. */
function decodeFormat(format: string, isDash: boolean): string {
  return format.replace(/\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|[\s\S])/g, (sequence) =>
    decodeEscapes(sequence, isDash ? { ...FORMAT, hex: false, unicode: false, escape: false } : FORMAT).text.replaceAll(
      "%",
      "%%",
    ),
  );
}

function formatOnce(call: BuiltinCall, template: string, args: readonly string[], output: Output): void {
  const next = () => args[output.used++];
  let at = 0;
  DIRECTIVE.lastIndex = 0;
  for (const match of template.matchAll(DIRECTIVE)) {
    output.text += template.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0] === "%%") {
      output.text += "%";
      continue;
    }
    const [, flagText = "", widthText, precisionText, timeFormat, , kind = "T"] = match;
    let flags = flagText;
    let width = widthText === "*" ? toInteger(call, next() ?? "0", output) : Number(widthText ?? 0);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    const precision =
      precisionText === "*"
        ? toInteger(call, next() ?? "0", output)
        : precisionText === undefined
          ? undefined
          : Number(precisionText || 0);
    const directive: Directive = {
      flags,
      width: Math.min(width, MAX_WIDTH),
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      kind,
      timeFormat,
    };
    output.text += formatDirective(call, directive, next(), output);
    if (output.isCut) return;
  }
  const rest = template.slice(at);
  const bad = /%/.exec(rest);
  output.text += bad ? rest.slice(0, bad.index) : rest;
  if (bad) {
    complain(call.context, `\`${rest.slice(bad.index, bad.index + 2)}': missing format character`, call.name);
    output.status = 1;
    output.isCut = true;
  }
}

interface Directive {
  flags: string;
  width: number;
  precision: number | undefined;
  kind: string;
  timeFormat: string | undefined;
}

function formatDirective(
  call: BuiltinCall,
  directive: Directive,
  argument: string | undefined,
  output: Output,
): string {
  const { kind, precision } = directive;
  switch (kind) {
    case "s":
      return pad((argument ?? "").slice(0, precision), directive);
    case "c":
      return pad((argument ?? "").slice(0, 1), directive);
    case "b": {
      const decoded = decodeEscapes(argument ?? "", ARGUMENT);
      output.isCut = decoded.isCut;
      return pad(decoded.text.slice(0, precision), directive);
    }
    case "q":
    case "Q":
      return pad(quoteWithBackslashes(argument ?? ""), directive);
    case "d":
    case "i":
    case "u":
    case "x":
    case "X":
    case "o":
      return formatInteger(directive, toBigInt(call, argument ?? "", output));
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
    case "a":
    case "A":
      return pad(formatFloat(toNumber(call, argument ?? "", output), directive), directive);
    case "T":
      return pad(timeOf(call.context, directive.timeFormat ?? "", argument), directive);
    default:
      complain(
        call.context,
        call.context.shell.flavour === "bash" ? `\`${kind}': invalid format character` : `%${kind}: invalid directive`,
        call.name,
      );
      output.status = call.context.shell.flavour === "dash" ? 2 : 1;
      output.isCut = true;
      return "";
  }
}

/** -1 is now, -2 the start of the shell. */
function timeOf(context: Context, format: string, argument: string | undefined): string {
  const seconds = argument === undefined || argument === "" ? -1 : Number(argument);
  const atMs = seconds === -1 ? context.machine.nowMs : seconds === -2 ? context.shell.startedAtMs : seconds * 1000;
  return formatTime(atMs, format === "" ? "%X" : format, readVariable(context, "TZ"));
}

function pad(text: string, { flags, width }: Pick<Directive, "flags" | "width">): string {
  if (text.length >= width) return text;
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || !/^[-+ ]?[\d.]/.test(text)) return text.padStart(width);
  const sign = /^[-+ ]?(?:0[xX])?/.exec(text)![0];
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function formatInteger(directive: Directive, value: bigint): string {
  const { kind, precision } = directive;
  let { flags } = directive;
  const isSigned = kind === "d" || kind === "i";
  const magnitude = isSigned ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let digits = magnitude.toString(kind === "o" ? 8 : kind.toLowerCase() === "x" ? 16 : 10);
  if (precision !== undefined) {
    digits = precision === 0 && magnitude === 0n ? "" : digits.padStart(Math.min(precision, MAX_WIDTH), "0");
    flags = flags.replaceAll("0", "");
  }
  if (kind === "X") digits = digits.toUpperCase();
  let prefix = "";
  if (isSigned) prefix = value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  else if (flags.includes("#") && magnitude !== 0n) prefix = kind === "o" ? "0" : kind === "u" ? "" : `0${kind}`;
  const text = prefix + digits;
  if (text.length >= directive.width || flags.includes("-") || !flags.includes("0"))
    return pad(text, { ...directive, flags: flags.replaceAll("0", "") });
  return prefix + digits.padStart(directive.width - prefix.length, "0");
}

function invalidNumber(call: BuiltinCall, text: string, output: Output): void {
  const { context } = call;
  output.status = 1;
  switch (context.shell.flavour) {
    case "bash":
      complain(context, `${text}: invalid number`, call.name);
      return;
    case "dash":
      complain(
        context,
        `${text}: ${/^[-+]?\d/.test(text) ? "not completely converted" : "expected numeric value"}`,
        call.name,
      );
      return;
    case "busybox":
      complain(context, `invalid number '${text}'`);
  }
}

/** `'a` and `"a` are the code of the character. */
function characterCode(text: string): number | undefined {
  return /^['"]/.test(text) ? text.charCodeAt(1) || 0 : undefined;
}

function toBigInt(call: BuiltinCall, text: string, output: Output): bigint {
  const code = characterCode(text);
  if (code !== undefined) return BigInt(code);
  const [, sign = "", digits = ""] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*|)/.exec(text) ?? [];
  const isWhole = text.trim() === sign + digits;
  if (!isWhole || (digits === "" && text !== "")) invalidNumber(call, text, output);
  if (digits === "" || (!isWhole && call.context.shell.flavour === "busybox")) return 0n;
  const value = parseInteger(digits) ?? 0n;
  return sign === "-" ? -value : value;
}

function toInteger(call: BuiltinCall, text: string, output: Output): number {
  return Number(toBigInt(call, text, output));
}

function toNumber(call: BuiltinCall, text: string, output: Output): number {
  const code = characterCode(text);
  if (code !== undefined) return code;
  if (text === "") return 0;
  if (/^\s*[-+]?(?:inf|infinity)$/i.test(text))
    return text.includes("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\s*[-+]?nan$/i.test(text)) return Number.NaN;
  const [found = ""] = /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text) ?? [];
  if (found !== text) invalidNumber(call, text, output);
  return found === "" ? 0 : Number(found);
}
