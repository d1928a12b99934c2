/**
 * `perl` for one-liners: `print` of texts, numbers, arithmetic and `bpi`, and `exit`. Any other program is refused with a
 * line that says so. Source: https://perldoc.perl.org/perlrun
 */
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { refuse } from "../base/unavailable.ts";
import { piDigits } from "./pi.ts";

/** CPU time of a thousand digits of pi in bignum, ms. */
const CPU_MS_PER_THOUSAND_DIGITS = 2500;

export const perl: Program = {
  run(process): Step {
    const { script, addsNewlines, isVersion } = invocationOf(process.argv.slice(1));
    if (isVersion) return end(process, 1, `\nThis is perl 5 (v${process.env["PERL_VERSION"] ?? "5.42.0"})\n`, 0);
    if (script === undefined) {
      const input = process.read(0);
      if (input === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      return input.trim() === "" ? { type: "exit", status: 0 } : refuse(process, "this Perl program");
    }
    if (process.state["startedAtMs"] === undefined) {
      process.state["startedAtMs"] = process.nowMs;
      const digits = Number(/bpi\s*\(\s*(\d+)/.exec(script)?.[1] ?? 0);
      const takesMs = Math.round((digits / 1000) * CPU_MS_PER_THOUSAND_DIGITS);
      if (takesMs > 0) {
        process.useCpu(takesMs);
        return { type: "wait", for: [{ type: "time", atMs: process.nowMs + takesMs }] };
      }
    }
    return runStatements(process, script, addsNewlines);
  },
};

function end(process: ProcessView, fd: number, text: string, status: number): Step {
  process.write(fd, text);
  return { type: "exit", status };
}

function invocationOf(args: readonly string[]): { script?: string; addsNewlines: boolean; isVersion: boolean } {
  let addsNewlines = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "-v" || arg === "--version") return { addsNewlines, isVersion: true };
    if (arg.startsWith("-M")) continue;
    // -de0 is the debugger on an empty program: without input it ends.
    if (!/^-[a-zA-Z]+$/.test(arg))
      return arg.startsWith("-d")
        ? { addsNewlines, isVersion: false }
        : { script: "?", addsNewlines, isVersion: false };
    if (arg.includes("l")) addsNewlines = true;
    if (/[eE]$/.test(arg)) return { script: args[i + 1] ?? "", addsNewlines, isVersion: false };
  }
  return { addsNewlines, isVersion: false };
}

function runStatements(process: ProcessView, script: string, addsNewlines: boolean): Step {
  let output = "";
  for (const statement of script
    .split(";")
    .map((each) => each.trim())
    .filter(Boolean)) {
    const exit = /^exit(?:\s*\(?\s*(\d+)\s*\)?)?$/.exec(statement);
    if (exit) return end(process, 1, output, Number(exit[1] ?? 0) & 255);
    const printed = /^(print|say)\b\s*(.*)$/s.exec(statement);
    const value = printed ? printedValue(printed[2] ?? "") : undefined;
    if (value === undefined) return refuse(process, "this Perl program");
    output += value + (addsNewlines || printed?.[1] === "say" ? "\n" : "");
  }
  return end(process, 1, output, 0);
}

/** A text, `bpi(n)`, or arithmetic of integers and decimals; undefined for other expressions. */
function printedValue(expression: string): string | undefined {
  const text = expression
    .trim()
    .replace(/^\((.*)\)$/s, "$1")
    .trim();
  const pi = /^bpi\s*\(\s*(\d+)\s*\)$/.exec(text);
  if (pi) return piDigits(Number(pi[1]));
  const double = /^"((?:[^"\\$@]|\\.)*)"$/s.exec(text);
  if (double) return (double[1] ?? "").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\(.)/g, "$1");
  const single = /^'([^'\\]*)'$/s.exec(text);
  if (single) return single[1] ?? "";
  return arithmetic(text);
}

/** `1+2*3`, left to right with the usual precedence, without parentheses. */
function arithmetic(text: string): string | undefined {
  if (!/^-?\d+(\.\d+)?(\s*[-+*/%]\s*\d+(\.\d+)?)*$/.test(text)) return undefined;
  const tokens = text.match(/\d+(?:\.\d+)?|[-+*/%]/g) ?? [];
  const terms: number[] = [];
  let operator = "+";
  for (const token of tokens) {
    if (!/\d/.test(token)) {
      operator = token;
      continue;
    }
    const value = Number(token);
    const last = terms.length - 1;
    if (operator === "+") terms.push(value);
    else if (operator === "-") terms.push(-value);
    else if (operator === "*") terms[last] = terms[last]! * value;
    else if (operator === "/") terms[last] = terms[last]! / value;
    else terms[last] = terms[last]! % value;
  }
  return String(terms.reduce((sum, term) => sum + term, 0));
}
