/**
 * yq, version 4 of Mike Farah's: YAML and JSON by expressions that are mostly those of jq. https://mikefarah.gitbook.io/yq
 */
import { Document } from "yaml";
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { type Call, type Tool, tool } from "../base/call.ts";
import { compileProgram } from "../jq/compile.ts";
import { Halt, Machine } from "../jq/machine.ts";
import { environmentOf } from "../jq/options.ts";
import { JqSyntaxError } from "../jq/syntax.ts";
import { isObject, isTruthy, JqError, Meter, TooMuchWork, type Value } from "../jq/values.ts";
import { styledText, textOf } from "../jq/writer.ts";
import { type InputDocument, readDocuments, yamlText } from "./documents.ts";
import { jqProgram, unknownOperator } from "./expression.ts";

const VERSION = "yq (https://github.com/mikefarah/yq/) version v4.44.3";
/** Steps of the machine that take the host's time of one step of the shell. */
const STEPS_PER_STEP = 12;

/** The line goes to the standard error, after `Error: `. */
class YqError extends Error {
  override name = "YqError";
}

interface Options {
  evaluatesAll: boolean;
  inPlace: boolean;
  output: "yaml" | "json" | "props";
  isPretty: boolean;
  noInput: boolean;
  setsStatus: boolean;
  unwraps: boolean;
  hasSeparators: boolean;
  indent: number;
  expression: string | undefined;
  files: string[];
}

export const yq: Tool = tool((call) => {
  const meter = new Meter();
  try {
    const args = call.args.map(textOfBytes);
    if (args[0] === "-V" || args[0] === "--version") {
      call.print(`${VERSION}\n`);
      return 0;
    }
    return run(call, readOptions(call, args), meter);
  } catch (error) {
    if (!(error instanceof YqError)) throw error;
    call.warn(bytesOfText(`Error: ${error.message}\n`));
    return 1;
  } finally {
    call.process.charge(meter.steps / STEPS_PER_STEP);
  }
});

const SWITCHES: Readonly<Record<string, (options: Options) => void>> = {
  i: (options) => (options.inPlace = true),
  inplace: (options) => (options.inPlace = true),
  P: (options) => (options.isPretty = true),
  prettyPrint: (options) => (options.isPretty = true),
  n: (options) => (options.noInput = true),
  "null-input": (options) => (options.noInput = true),
  e: (options) => (options.setsStatus = true),
  "exit-status": (options) => (options.setsStatus = true),
  r: (options) => (options.unwraps = true),
  unwrapScalar: (options) => (options.unwraps = true),
  N: (options) => (options.hasSeparators = false),
  "no-doc": (options) => (options.hasSeparators = false),
  j: (options) => (options.output = "json"),
  tojson: (options) => (options.output = "json"),
  M: () => undefined,
  "no-colors": () => undefined,
  C: () => undefined,
  colors: () => undefined,
  v: () => undefined,
};
const OUTPUTS: Readonly<Record<string, Options["output"]>> = {
  ...{ yaml: "yaml", y: "yaml", auto: "yaml", a: "yaml", json: "json", j: "json", props: "props", p: "props" },
};

function readOptions(call: Call, given: readonly string[]): Options {
  const options: Options = {
    ...{ evaluatesAll: false, inPlace: false, output: "yaml", isPretty: false, noInput: false, setsStatus: false },
    ...{ unwraps: true, hasSeparators: true, indent: 2, expression: undefined, files: [] },
  };
  const args = [...given];
  if (["e", "eval", "ea", "eval-all"].includes(args[0] ?? "")) options.evaluatesAll = /^ea|-all$/.test(args.shift()!);
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const [, name = "", value] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (!arg.startsWith("-") || arg === "-") words.push(arg);
    else if (/^-(?:o|p|I)./.test(arg) && !arg.startsWith("--"))
      setValue(options, arg[1]!, arg.slice(2).replace(/^=/, ""));
    else if (["o", "output-format", "p", "input-format", "I", "indent", "expression", "from-file"].includes(name)) {
      setValue(options, name, value ?? args[++at] ?? "", call);
    } else if (SWITCHES[name]) {
      if (value === "false" && /^(r|unwrapScalar)$/.test(name)) options.unwraps = false;
      else SWITCHES[name](options);
    } else if (/^-[a-zA-Z]{2,}$/.test(arg) && [...arg.slice(1)].every((letter) => SWITCHES[letter])) {
      for (const letter of arg.slice(1)) SWITCHES[letter]!(options);
    } else
      throw new YqError(
        arg.startsWith("--") ? `unknown flag: ${arg}` : `unknown shorthand flag: '${arg[1]}' in ${arg}`,
      );
  }
  if (options.expression === undefined && words.length > 0 && !isFile(call, words[0]!))
    options.expression = words.shift();
  else if (options.expression === undefined && words.length > 1) options.expression = words.shift();
  options.files = words;
  return options;
}

function setValue(options: Options, name: string, value: string, call?: Call): void {
  if (name === "o" || name === "output-format") {
    const output = OUTPUTS[value];
    if (!output) throw new YqError(`unknown format '${value}' please use [yaml|json|props|csv|tsv|xml]`);
    options.output = output;
  } else if (name === "I" || name === "indent") options.indent = Number(value);
  else if (name === "expression") options.expression = value;
  else if (name === "from-file" && call) options.expression = textOfBytes(call.read(value));
}

/** A first word that names a file is no expression. */
function isFile(call: Call, word: string): boolean {
  if (word === "-") return true;
  try {
    return call.process.files.stat(call.path(word)).type === "file";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

interface Result {
  value: Value;
  from: InputDocument | undefined;
}

function run(call: Call, options: Options, meter: Meter): number {
  const expression = options.expression ?? ".";
  const unknown = unknownOperator(expression);
  if (unknown !== undefined)
    throw new YqError(`this cluster simulates containers, and yq's operator ${unknown} cannot run in it`);
  const inputs = options.noInput ? [] : inputsOf(call, options);
  const results = resultsOf(call, options, { expression, inputs, meter });
  if (options.inPlace) {
    const [file] = options.files;
    if (file === undefined || file === "-")
      throw new YqError("write in place flag only applicable when giving an expression and at least one file");
    call.process.files.write(call.path(file), bytesOfText(printed(options, results, meter)));
  } else call.print(bytesOfText(printed(options, results, meter)));
  if (options.setsStatus && !results.some(({ value }) => isTruthy(value))) throw new YqError("no matches found");
  return 0;
}

function inputsOf(call: Call, { files }: Options): InputDocument[] {
  return (files.length > 0 ? files : ["-"]).flatMap((file, fileIndex) => {
    let text: string;
    try {
      text = textOfBytes(call.read(file));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new YqError(`open ${file}: ${error.message.toLowerCase()}`);
    }
    try {
      return readDocuments(text, file, fileIndex);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const line = /at line (\d+)/.exec(error.message)?.[1] ?? "1";
      throw new YqError(`bad file '${file}': yaml: line ${line}: ${error.message.split(" at line")[0]}`);
    }
  });
}

interface Work {
  expression: string;
  inputs: readonly InputDocument[];
  meter: Meter;
}

/** `eval` runs the expression on each document; `eval-all` once, with all documents at hand. */
function resultsOf(call: Call, { evaluatesAll, noInput }: Options, { expression, inputs, meter }: Work): Result[] {
  const usesAll = evaluatesAll && /\b(?:fileIndex|fi|ireduce)\b/.test(expression);
  const starts: (InputDocument | undefined)[] = noInput || usesAll ? [inputs[0]] : [...inputs];
  const values = inputs.map(({ value }) => value);
  const byFile: Value[] = [];
  for (const { fileIndex, value } of inputs) byFile[fileIndex] ??= value;
  const results: Result[] = [];
  for (const from of starts) {
    const globals = new Map<string, Value>([
      ["__all", values],
      ["__files", byFile],
      ["__fileIndex", from?.fileIndex ?? 0],
      ["__documentIndex", from?.documentIndex ?? 0],
      ["__filename", from?.file ?? ""],
    ]);
    for (const value of evaluate(call, expression, globals, from?.value ?? null, meter)) results.push({ value, from });
  }
  return results;
}

function evaluate(
  call: Call,
  expression: string,
  globals: ReadonlyMap<string, Value>,
  input: Value,
  meter: Meter,
): Value[] {
  const machine = new Machine(meter, {
    ...{ nowMs: call.process.nowMs, zone: call.process.env.TZ, environment: environmentOf(call) },
    ...{ inputName: () => undefined, inputLine: () => 0, input: () => undefined, warn: () => undefined },
  });
  try {
    machine.start(compileProgram(jqProgram(expression), globals), undefined, input);
    const values: Value[] = [];
    for (let result = machine.next(); result; result = machine.next()) values.push(result.value);
    return values;
  } catch (error) {
    if (error instanceof JqSyntaxError) throw new YqError(`invalid expression: ${expression}`);
    if (error instanceof JqError)
      throw new YqError(typeof error.value === "string" ? error.value : textOf(error.value, meter));
    if (error instanceof TooMuchWork || error instanceof Halt) throw new YqError(error.message);
    throw error;
  }
}

function printed(options: Options, results: readonly Result[], meter: Meter): string {
  let text = "";
  for (const [index, result] of results.entries()) {
    const before = results[index - 1];
    const isNext = before !== undefined && before.from !== result.from;
    if (isNext && options.hasSeparators && options.output === "yaml") text += "---\n";
    text += resultText(options, result, meter);
  }
  return text;
}

function resultText({ output, isPretty, indent, unwraps }: Options, { value, from }: Result, meter: Meter): string {
  if (output === "json") return `${styledText(value, indent > 0 ? { indent: " ".repeat(indent) } : {}, meter)}\n`;
  if (output === "props") return properties(value, "");
  if (!isObject(value) && !Array.isArray(value) && unwraps)
    return `${typeof value === "string" ? value : textOf(value, meter)}\n`;
  return yamlText(value, from?.document, { indent: indent || 2, isPretty }, () => new Document(null));
}

/** Lines `a.b.0 = value`. */
function properties(value: Value, path: string): string {
  if (isObject(value) || Array.isArray(value)) {
    return [...value.entries()]
      .map(([key, item]) => properties(item, path === "" ? String(key) : `${path}.${key}`))
      .join("");
  }
  return `${path} = ${value ?? ""}\n`;
}
