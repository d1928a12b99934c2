/** The command line of jq 1.6. */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Call } from "../base/call.ts";
import { JsonProblem, JsonReader, parseJson } from "./reader.ts";
import { type JqObject, jqValue, type Value } from "./values.ts";
import type { Style } from "./writer.ts";

export interface JqOptions {
  /** Undefined: no program was given. */
  program: string | undefined;
  files: string[];
  positional: Value[];
  named: JqObject;
  flags: Set<string>;
  style: Style;
}

/** A wrong command line, or a file of it that cannot be used. */
export class CommandLineProblem extends Error {
  override name = "CommandLineProblem";
  readonly hasHint: boolean;

  constructor(message: string, hasHint = true) {
    super(message);
    this.hasHint = hasHint;
  }
}

const LONG: Readonly<Record<string, string>> = {
  "ascii-output": "a",
  "color-output": "C",
  "compact-output": "c",
  "exit-status": "e",
  "from-file": "f",
  help: "h",
  "join-output": "j",
  "monochrome-output": "M",
  "null-input": "n",
  "raw-input": "R",
  "raw-output": "r",
  slurp: "s",
  "sort-keys": "S",
  version: "V",
};
/** Long options without a letter. */
const WORDS = new Set(["seq", "stream", "unbuffered", "tab", "args", "jsonargs", "raw-output0", "debug-dump-disasm"]);
const LETTERS = "acCefhjMnrRsSV";

interface Reader {
  call: Call;
  options: JqOptions;
  rest: string[];
  indent: string;
  /** What further words without a dash are. */
  mode: "files" | "args" | "jsonargs";
}

/** @throws CommandLineProblem */
export function readCommandLine(call: Call): JqOptions {
  const options: JqOptions = {
    program: undefined,
    files: [],
    positional: [],
    named: new Map(),
    flags: new Set(),
    style: {},
  };
  const reader: Reader = { call, options, rest: call.args.map(textOfBytes), indent: "  ", mode: "files" };
  let isPlain = false;
  for (let word = reader.rest.shift(); word !== undefined; word = reader.rest.shift()) {
    if (isPlain || !word.startsWith("-") || word === "-") plainWord(reader, word);
    else if (word === "--") isPlain = true;
    else if (word.startsWith("--")) longOption(reader, word.slice(2));
    else shortOptions(reader, word);
  }
  options.style = styleOf(reader);
  return options;
}

function styleOf({ options: { flags }, indent, call }: Reader): Style {
  const indents = flags.has("c") || indent === "" ? undefined : indent;
  const colors = flags.has("C") && !flags.has("M") ? colorsOf(call.process.env.JQ_COLORS) : undefined;
  return { indent: indents, sortsKeys: flags.has("S"), isAscii: flags.has("a"), ...(colors && { colors }) };
}

/** null, false, true, numbers, strings, arrays, objects. */
const COLORS = ["1;30", "0;39", "0;39", "0;39", "0;32", "1;39", "1;39"];

function colorsOf(setting: string | undefined): string[] {
  const given = setting !== undefined && /^[0-9;:]*$/.test(setting) ? setting.split(":") : [];
  return COLORS.map((color, i) => `\x1b[${given[i] || color}m`);
}

function plainWord({ options, mode }: Reader, word: string): void {
  if (options.program === undefined) options.program = word;
  else if (mode === "args") options.positional.push(word);
  else if (mode === "files") options.files.push(word);
  else {
    try {
      options.positional.push(parseJson(word));
    } catch {
      throw new CommandLineProblem("invalid JSON text passed to --jsonargs");
    }
  }
}

function shortOptions({ options }: Reader, word: string): void {
  const letters = [...word.slice(1)];
  if (!letters.every((letter) => LETTERS.includes(letter))) throw new CommandLineProblem(`Unknown option ${word}`);
  for (const letter of letters) options.flags.add(letter);
}

function longOption(reader: Reader, name: string): void {
  const { options } = reader;
  const letter = LONG[name];
  if (letter !== undefined) options.flags.add(letter);
  else if (name === "args" || name === "jsonargs") reader.mode = name;
  else if (name === "tab") reader.indent = "\t";
  else if (WORDS.has(name)) options.flags.add(name);
  else if (name === "indent") reader.indent = indentOf(reader.rest.shift());
  else if (/^(arg|argjson|slurpfile|rawfile)$/.test(name)) namedValue(reader, name);
  else throw new CommandLineProblem(`Unknown option --${name}`);
}

function indentOf(text: string | undefined): string {
  if (text === undefined) throw new CommandLineProblem("--indent takes one parameter");
  const blanks = Number.parseInt(text, 10) || 0;
  if (blanks < -1 || blanks > 7) throw new CommandLineProblem("--indent takes a number between -1 and 7");
  return blanks < 0 ? "\t" : " ".repeat(blanks);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  arg: "--arg varname value",
  argjson: "--argjson varname text",
  slurpfile: "--slurpfile varname filename",
  rawfile: "--rawfile varname filename",
};

function namedValue({ call, options, rest }: Reader, option: string): void {
  const [name, text] = [rest.shift(), rest.shift()];
  if (name === undefined || text === undefined) {
    throw new CommandLineProblem(`--${option} takes two parameters (e.g. ${EXAMPLES[option]})`);
  }
  const value =
    option === "arg" ? text : option === "argjson" ? jsonArgument(text) : fileValue(call, option, name, text);
  if (!options.named.has(name)) options.named.set(name, value);
}

function jsonArgument(text: string): Value {
  try {
    return parseJson(text);
  } catch {
    throw new CommandLineProblem("invalid JSON text passed to --argjson");
  }
}

function fileValue(call: Call, option: string, name: string, file: string): Value {
  const text = readText(call, file, (problem) => `Bad JSON in --${option} ${name} ${file}: ${problem}`);
  if (option === "rawfile") return text;
  const values: Value[] = [];
  const reader = new JsonReader(text);
  try {
    for (let next = reader.next(); next; next = reader.next()) values.push(next.value);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new CommandLineProblem(`Bad JSON in --${option} ${name} ${file}: ${error.message}`);
  }
  return values;
}

/** The text of a file of the command line. @throws CommandLineProblem */
export function readText(call: Call, file: string, message = (problem: string) => problem): string {
  const entry = call.process.files.find(call.path(bytesOfText(file)));
  if (entry?.type === "directory")
    throw new CommandLineProblem(message(`Could not open ${file}: It's a directory`), false);
  if (!entry && !file.startsWith("/dev/")) {
    throw new CommandLineProblem(message(`Could not open ${file}: No such file or directory`), false);
  }
  return textOfBytes(call.read(bytesOfText(file)));
}

/** `$ARGS`, `$__prog_args` and the variables of the command line. */
export function globalsOf({ named, positional }: JqOptions): Map<string, Value> {
  const args: Value = new Map<string, Value>([
    ["positional", positional],
    ["named", named],
  ]);
  return new Map([...named, ["ARGS", args]]);
}

/** The environment as a value. */
export function environmentOf(call: Call): Value {
  const entries = Object.entries(call.process.env).map(([name, value]) => [name, textOfBytes(value)]);
  return jqValue(Object.fromEntries(entries));
}
