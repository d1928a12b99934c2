/**
 * jq, version 1.6 in its texts, with the functions and repairs of 1.7. Values of one input are computed in one piece;
 * work is counted and bounded.
 */
import { bytesOfText } from "../../lib/bytes.ts";
import { type Call, type Tool, tool } from "../base/call.ts";
import { compileProgram } from "./compile.ts";
import { Inputs } from "./inputs.ts";
import { type Code, Halt, Machine } from "./machine.ts";
import { CommandLineProblem, environmentOf, globalsOf, type JqOptions, readCommandLine, readText } from "./options.ts";
import { JsonProblem } from "./reader.ts";
import { type CompileProblem, JqSyntaxError } from "./syntax.ts";
import { isTruthy, JqError, Meter, TooMuchWork, type Value } from "./values.ts";
import { styledText, textOf } from "./writer.ts";

/** Steps of the machine that take the host's time of one step of the shell. */
const STEPS_PER_STEP = 12;

const HINT =
  "Use jq --help for help with command-line options,\n" +
  "or see the jq manpage, or online docs  at https://stedolan.github.io/jq\n";
const USAGE =
  "jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n" +
  "\tjq [options] --args <jq filter> [strings...]\n\tjq [options] --jsonargs <jq filter> [JSON_TEXTS...]\n\n";

export const jq: Tool = tool((call) => {
  const meter = new Meter();
  try {
    const options = readCommandLine(call);
    if (options.flags.has("h")) return printed(call, USAGE);
    if (options.flags.has("V")) return printed(call, "jq-1.6\n");
    return new Run(call, options, meter).run();
  } catch (error) {
    if (error instanceof CommandLineProblem) {
      call.warn(bytesOfText(`jq: ${error.message}\n${error.hasHint ? HINT : ""}`));
      return 2;
    }
    if (!(error instanceof JqSyntaxError)) throw error;
    return 3;
  } finally {
    call.process.charge(meter.steps / STEPS_PER_STEP);
  }
});

function printed(call: Call, text: string): number {
  call.print(text);
  return 0;
}

class Run {
  readonly #call: Call;
  readonly #options: JqOptions;
  readonly #meter: Meter;
  readonly #inputs: Inputs;
  /** Of the last input. */
  #failed = false;
  #last: { value: Value } | undefined;

  constructor(call: Call, options: JqOptions, meter: Meter) {
    this.#call = call;
    this.#options = options;
    this.#meter = meter;
    this.#inputs = new Inputs(call, options, meter);
  }

  run(): number {
    const code = this.#compile();
    const { process } = this.#call;
    const machine = new Machine(this.#meter, {
      nowMs: process.nowMs,
      zone: process.env.TZ,
      environment: environmentOf(this.#call),
      inputName: () => this.#inputs.fileName,
      inputLine: () => this.#inputs.line,
      input: () => this.#inputs.next(),
      warn: (text) => this.#call.warn(bytesOfText(text)),
    });
    try {
      if (this.#options.flags.has("n")) this.#apply(machine, code, null);
      else
        for (let item = this.#inputs.next(); item; item = this.#inputs.next()) this.#apply(machine, code, item.value);
    } catch (error) {
      const status = this.#ending(error);
      if (status === undefined) throw error;
      return status;
    }
    return this.#status();
  }

  #compile(): Code {
    const { program: given = ".", flags } = this.#options;
    const text = flags.has("f") ? readText(this.#call, given) : given;
    try {
      return compileProgram(text, globalsOf(this.#options));
    } catch (error) {
      if (error instanceof JqSyntaxError) reportProblems(this.#call, text, error.problems);
      throw error;
    }
  }

  #apply(machine: Machine, code: Code, input: Value): void {
    this.#failed = false;
    machine.start(code, undefined, input);
    try {
      for (let result = machine.next(); result; result = machine.next()) {
        this.#last = result;
        this.#print(result.value);
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      this.#failed = error.value !== null;
      this.#reportError(error.value);
    }
  }

  #print(value: Value): void {
    const { flags, style } = this.#options;
    const isRaw = (flags.has("r") || flags.has("j") || flags.has("raw-output0")) && typeof value === "string";
    const text = isRaw && !flags.has("a") ? (value as string) : styledText(value, style, this.#meter);
    const end = flags.has("raw-output0") ? "\0" : flags.has("j") ? "" : "\n";
    this.#call.print(bytesOfText(`${flags.has("seq") ? "\x1e" : ""}${text}${end}`));
  }

  #reportError(message: Value): void {
    // `error(null)` ends without a message.
    if (message === null) return;
    const isText = typeof message === "string";
    const text = isText ? message : textOf(message, this.#meter);
    this.#call.warn(bytesOfText(`jq: error (at ${this.#inputs.place})${isText ? "" : " (not a string)"}: ${text}\n`));
  }

  /** The status of a run that an error or `halt` ended; undefined for other errors. */
  #ending(error: unknown): number | undefined {
    if (error instanceof Halt) {
      if (error.value !== undefined) this.#printHalt(error.value);
      return error.status;
    }
    if (error instanceof JsonProblem) {
      this.#call.warn(bytesOfText(`parse error: ${error.message}\n`));
      return 4;
    }
    if (error instanceof TooMuchWork) {
      this.#call.warn(`jq: error: ${error.message}\n`);
      return 5;
    }
    return undefined;
  }

  #printHalt(value: Value): void {
    if (value === null) return;
    this.#call.warn(bytesOfText(typeof value === "string" ? value : `${textOf(value, this.#meter)}\n`));
  }

  #status(): number {
    if (this.#inputs.failures > 0) return 2;
    if (this.#failed) return 5;
    if (!this.#options.flags.has("e")) return 0;
    return this.#last ? (isTruthy(this.#last.value) ? 0 : 1) : 4;
  }
}

function reportProblems(call: Call, text: string, problems: readonly CompileProblem[]): void {
  for (const { message, at } of problems) {
    const before = text.slice(0, at);
    const lineStart = before.lastIndexOf("\n") + 1;
    const lineEnd = text.indexOf("\n", at);
    const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    const lineNumber = before.split("\n").length;
    const place = `at <top-level>, line ${lineNumber}:\n${line}${" ".repeat(at - lineStart)}`;
    call.warn(bytesOfText(`jq: error: ${message} ${place}\n`));
  }
  const count = problems.length;
  call.warn(`jq: ${count} compile ${count > 1 ? "errors" : "error"}\n`);
}
