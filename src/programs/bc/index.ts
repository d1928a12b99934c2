/** bc: arithmetic of any precision. Lines are calculated as they arrive. */
import type { JsonObject } from "../../lib/json.ts";
import { readOptions } from "../base/options.ts";
import { type LineFilter, lineTool } from "../base/streams.ts";
import { Calculator } from "./calculator.ts";
import { BcError } from "./decimal.ts";
import { BcSyntaxError, parseBc } from "./syntax.ts";

const RULES = {
  short: "hilqsvw",
  long: { help: "h", interactive: "i", mathlib: "l", quiet: "q", standard: "s", version: "v", warn: "w" },
};
const BANNER =
  "bc 1.07.1\nCopyright 1991-1994, 1997, 1998, 2000, 2004, 2006, 2008, 2012-2017 Free Software Foundation, Inc.\n" +
  "This is free software with ABSOLUTELY NO WARRANTY.\nFor details type `warranty'. \n";

interface State {
  pending?: string;
  line?: number;
  calculator?: JsonObject;
  isGreeted?: boolean;
  isOver?: boolean;
  status?: number;
}

export const bc = lineTool((call, kept): LineFilter => {
  const state = kept as State;
  const options = readOptions(call, RULES);
  if (options.has("v")) {
    call.print(call.flavour === "gnu" ? BANNER.split("\n").slice(0, 2).join("\n").concat("\n") : "bc 1.37.0\n");
    return { names: [], line: () => true, end: () => 0 };
  }
  if (!state.isGreeted && !options.has("q") && call.process.isTerminal(0) && call.flavour === "gnu") call.print(BANNER);
  state.isGreeted = true;
  const names = [...options.operands, "-"];
  const isGnu = call.flavour === "gnu";
  const run = (source: string) => {
    const calculator = new Calculator(options.has("l"), state.calculator);
    try {
      const statements = parseBc(source);
      // GNU's bc ends as soon as it reads `quit`.
      if (isGnu && statements.some(({ type }) => type === "quit")) state.isOver = true;
      else if (calculator.run(statements)) state.isOver = true;
    } catch (error) {
      call.print(calculator.takeOutput());
      call.warn(`${problemOf(error, source, state.line ?? 1, isGnu)}\n`);
      if (!isGnu && !call.process.isTerminal(0)) {
        state.status = 1;
        state.isOver = true;
      }
    }
    call.print(calculator.takeOutput());
    state.calculator = calculator.save();
  };
  return {
    names,
    problem: (name, error) => {
      call.warn(isGnu ? `File ${name} is unavailable.\n` : `bc: can't open '${name}': ${error.message}\n`);
      state.isOver = true;
      return undefined;
    },
    line: (text) => {
      state.line = (state.line ?? 0) + 1;
      const source = `${state.pending ?? ""}${text}\n`;
      if (isOpen(source)) {
        state.pending = source;
        return false;
      }
      state.pending = "";
      run(source);
      return state.isOver === true;
    },
    end: (failed) => {
      if (state.pending) run(state.pending);
      return failed ? 1 : (state.status ?? 0);
    },
  };
});

/** The message for an error of a line; other errors are thrown. */
function problemOf(error: unknown, source: string, line: number, isGnu: boolean): string {
  if (error instanceof BcSyntaxError) {
    if (!isGnu) return `bc: bad expression at '${error.isAtEnd ? "" : source.trim()}'`;
    return `(standard_in) ${error.isAtEnd ? line + 1 : line}: ${error.message}`;
  }
  if (!(error instanceof BcError)) throw error;
  if (isGnu) return `Runtime error (func=(main), adr=${source.trim().length}): ${error.message}`;
  return `bc: ${error.isUndefined ? "undefined function" : error.message.toLowerCase()}`;
}

/** Whether a block, a text or a comment goes on in the next line. */
function isOpen(source: string): boolean {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/"[^"]*"/g, "")
    .replace(/#.*/g, "");
  if (/"|\/\*/.test(code) || /\\\n$/.test(source)) return true;
  const braces = (code.match(/\{/g) ?? []).length - (code.match(/\}/g) ?? []).length;
  return braces > 0 || (/\bdefine\b[^{]*$/.test(code) && !code.includes("}"));
}
