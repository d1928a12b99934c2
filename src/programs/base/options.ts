/** Options of the command line, as getopt_long(3) reads them. */
import { type Call, UsageError } from "./call.ts";

export interface Options {
  /** Arguments that are no options. */
  readonly operands: readonly string[];
  /** All options in their order. */
  readonly given: readonly { name: string; value: string }[];
  has(...names: string[]): boolean;
  /** The last value of an option; undefined without the option. */
  value(name: string): string | undefined;
  values(name: string): string[];
  /** The last given one of these options. */
  last(...names: string[]): string | undefined;
}

export interface OptionRules {
  /** Letters; a colon after a letter demands a value, two colons allow an attached one. */
  short: string;
  /** Long names, each with the letter that it stands for, or with `:` (value), `?` (optional value) or `-` (no value). */
  long?: Readonly<Record<string, string>>;
  /** Options end at the first operand (env, xargs, nohup). */
  stopsAtOperand?: boolean;
  /** `-5` counts as this option with the value 5 (head, tail). */
  numberOption?: string;
  /** Text for an unknown option or a missing value; default as getopt(3). */
  status?: number;
}

interface Reader {
  rules: OptionRules;
  given: { name: string; value: string }[];
  args: readonly string[];
  at: number;
}

/** @throws UsageError */
export function readOptions(call: Pick<Call, "args" | "flavour">, rules: OptionRules): Options {
  const reader: Reader = { rules, given: [], args: call.args, at: 0 };
  const operands: string[] = [];
  for (; reader.at < reader.args.length; reader.at++) {
    const argument = reader.args[reader.at]!;
    if (argument === "--") {
      operands.push(...reader.args.slice(reader.at + 1));
      break;
    }
    if (argument.startsWith("--")) readLong(reader, argument.slice(2));
    else if (argument.startsWith("-") && argument !== "-") readShort(reader, argument.slice(1));
    else if (rules.stopsAtOperand) {
      operands.push(...reader.args.slice(reader.at));
      break;
    } else operands.push(argument);
  }
  return optionsOf(reader.given, operands);
}

function optionsOf(given: Reader["given"], operands: string[]): Options {
  return {
    operands,
    given,
    has: (...names) => given.some(({ name }) => names.includes(name)),
    value: (name) => given.findLast((option) => option.name === name)?.value,
    values: (name) => given.filter((option) => option.name === name).map(({ value }) => value),
    last: (...names) => given.findLast(({ name }) => names.includes(name))?.name,
  };
}

function readShort(reader: Reader, letters: string): void {
  const { rules, given } = reader;
  if (rules.numberOption && /^\d+$/.test(letters)) {
    given.push({ name: rules.numberOption, value: letters });
    return;
  }
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i]!;
    const found = letter === ":" ? -1 : rules.short.indexOf(letter);
    if (found < 0) throw new UsageError(`invalid option -- '${letter}'`, { status: rules.status });
    if (rules.short[found + 1] !== ":") {
      given.push({ name: letter, value: "" });
      continue;
    }
    const rest = letters.slice(i + 1);
    if (rest !== "" || rules.short[found + 2] === ":") given.push({ name: letter, value: rest });
    else given.push({ name: letter, value: nextValue(reader, `option requires an argument -- '${letter}'`) });
    return;
  }
}

function readLong(reader: Reader, text: string): void {
  const { rules, given } = reader;
  const equals = text.indexOf("=");
  const typed = equals < 0 ? text : text.slice(0, equals);
  const attached = equals < 0 ? undefined : text.slice(equals + 1);
  const name = fullName(rules, typed);
  const meaning = rules.long?.[name] ?? "-";
  const target = /^[:?-]$/.test(meaning) ? name : meaning;
  const form = /^[:?-]$/.test(meaning) ? meaning : formOf(rules.short, meaning);
  if (form === "-") {
    if (attached !== undefined) {
      throw new UsageError(`option '--${name}' doesn't allow an argument`, { status: rules.status });
    }
    given.push({ name: target, value: "" });
  } else if (attached !== undefined || form === "?") {
    given.push({ name: target, value: attached ?? "" });
  } else {
    given.push({ name: target, value: nextValue(reader, `option '--${name}' requires an argument`) });
  }
}

function formOf(short: string, letter: string): ":" | "?" | "-" {
  const found = short.indexOf(letter);
  if (found < 0 || short[found + 1] !== ":") return "-";
  return short[found + 2] === ":" ? "?" : ":";
}

/** A long name may be shortened as far as it is unique. */
function fullName(rules: OptionRules, typed: string): string {
  const names = Object.keys(rules.long ?? {});
  if (names.includes(typed)) return typed;
  const candidates = names.filter((name) => name.startsWith(typed));
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0) throw new UsageError(`unrecognized option '--${typed}'`, { status: rules.status });
  const listed = candidates.map((name) => `'--${name}'`).join(" ");
  throw new UsageError(`option '--${typed}' is ambiguous; possibilities: ${listed}`, { status: rules.status });
}

function nextValue(reader: Reader, problem: string): string {
  const value = reader.args[++reader.at];
  if (value === undefined) throw new UsageError(problem, { status: reader.rules.status });
  return value;
}
