/**
 * Errors of expressions in the words of cel-go, which clients of Kubernetes know: a line with the error, and a drawing
 * of its place.
 * The library's messages that are parsed here are pinned in test/cel/library-contract.test.ts.
 */
import type { Environment } from "@marcbachmann/cel-js";
import type { ConstantProblem } from "./constants.ts";
import { CelCostError, type CelError, type CelProblem } from "./error.ts";

interface Finding {
  text: string;
  /** The character of the source. */
  at: number;
}

/** The report for an expression that does not parse or has wrong types: `compilation failed: ERROR: <input>:1:1: …`. */
export function compilationReport(environment: Environment, source: string, error: CelError): string {
  if (!error.problem) return `compilation failed: ${error.message}`;
  const { text, at } = findingOf(environment, source, error.problem);
  return `compilation failed: ${drawn(source, text, at)}`;
}

/** The report for a constant argument that can only fail. */
export function constantReport(source: string, { text, at }: ConstantProblem): string {
  return `compilation failed: ${drawn(source, text, at)}`;
}

/** The kind of a runtime error, as far as callers report kinds differently. */
export interface RuntimeFailure {
  kind: "cost" | "overload" | "other";
  /** In the words of cel-go. */
  report: string;
}

export function runtimeFailure(error: CelError): RuntimeFailure {
  if (error instanceof CelCostError) return { kind: "cost", report: "operation cancelled: actual cost limit exceeded" };
  const { message, problem } = error;
  switch (problem?.code) {
    case "no_such_overload":
    case "no_matching_overload":
      return { kind: "overload", report: "no such overload" };
    case "index_out_of_bounds":
      return { kind: "other", report: `index out of bounds: ${problem.index ?? ""}` };
    case "no_such_key":
      return { kind: "other", report: problem.summary.replace(/^No such key: /, "no such key: ") };
    default:
      return { kind: "other", report: problem?.summary ?? message };
  }
}

/** A type in cel-go's notation: `list(string)`, where the library has `list<string>`. */
export function typeName(type: string): string {
  return type
    .replaceAll("<", "(")
    .replaceAll(">", ")")
    .replaceAll("google.protobuf.Timestamp", "timestamp")
    .replaceAll("google.protobuf.Duration", "duration")
    .replaceAll(/\bnull\b/g, "null_type")
    .replaceAll(/\boptional\(/g, "optional_type(");
}

/** An error with its place drawn below the source line. */
export function drawn(source: string, text: string, at: number): string {
  const before = source.slice(0, at);
  const line = before.split("\n").length;
  const column = at - (before.lastIndexOf("\n") + 1);
  const shown = source.split("\n")[line - 1] ?? "";
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${shown}\n | ${".".repeat(column)}^`;
}

function findingOf(environment: Environment, source: string, problem: CelProblem): Finding {
  const { code, summary, start } = problem;
  switch (code) {
    case "unknown_variable":
      return { text: undeclared(summary.replace("Unknown variable: ", "")), at: start };
    case "no_such_key":
      return {
        text: `undefined field '${summary.replace("No such key: ", "")}'`,
        at: lastIndexWithin(source, problem, "."),
      };
    case "cannot_index_type": {
      const type = typeName(summary.replace(/^Cannot index type '(.*)'$/, "$1"));
      return { text: `type '${type}' does not support field selection`, at: lastIndexWithin(source, problem, ".") };
    }
    case "invalid_comprehension_range":
      return { text: comprehensionProblem(summary), at: start };
    case "no_such_overload":
      return operatorFinding(source, problem);
    case "no_matching_overload":
      return callFinding(environment, source, problem);
    case "unexpected_token":
    case "unexpected_character":
      return { text: `Syntax error: ${syntaxProblem(summary, source, start)}`, at: start };
    default:
      return { text: summary, at: start };
  }
}

function comprehensionProblem(summary: string): string {
  const type = typeName(/type '(.*)' cannot/.exec(summary)?.[1] ?? "");
  return `expression of type '${type}' cannot be range of a comprehension (must be list, map, or dynamic)`;
}

function undeclared(name: string): string {
  return `undeclared reference to '${name}' (in container '')`;
}

function syntaxProblem(summary: string, source: string, at: number): string {
  if (/EOF/.test(summary) || at >= source.length) return "mismatched input '<EOF>'";
  return `mismatched input '${/^\w+|^\W/.exec(source.slice(at))?.[0] ?? source[at]}'`;
}

/** cel-go's names of operators. */
function operatorFunction(operator: string, isUnary: boolean): string {
  if (isUnary) return operator === "!" ? "!_" : "-_";
  if (operator === "in") return "@in";
  return operator === "[]" ? "_[_]" : `_${operator}_`;
}

/** `no such overload: int + string`. */
function operatorFinding(source: string, problem: CelProblem): Finding {
  const said = problem.summary.replace("no such overload: ", "");
  const binary = /^(.+?) (\S+) (.+)$/.exec(said);
  const unary = /^([-!])(.+)$/.exec(said);
  if (binary) {
    const [, left = "", operator = "", right = ""] = binary;
    const types = `(${typeName(left)}, ${typeName(right)})`;
    return {
      text: `found no matching overload for '${operatorFunction(operator, false)}' applied to '${types}'`,
      at: indexWithin(source, problem, operator),
    };
  }
  if (unary) {
    const [, operator = "", operand = ""] = unary;
    const name = operatorFunction(operator, true);
    return { text: `found no matching overload for '${name}' applied to '(${typeName(operand)})'`, at: problem.start };
  }
  return { text: `found no matching overload: ${said}`, at: problem.start };
}

/** `found no matching overload for 'string.find(int)'`. */
function callFinding(environment: Environment, source: string, problem: CelProblem): Finding {
  const call = /'(?:(.*)\.)?(\w+)\((.*)\)'$/s.exec(problem.summary);
  const [, receiver, name = "", types = ""] = call ?? [];
  const at = Math.max(problem.start, source.indexOf("(", source.indexOf(name, problem.start)));
  const isKnown = environment.getDefinitions().functions.some((each) => each.name === name);
  if (!isKnown) return { text: undeclared(name), at };
  const applied = receiver === undefined ? `(${typeName(types)})` : `${typeName(receiver)}.(${typeName(types)})`;
  return { text: `found no matching overload for '${name}' applied to '${applied}'`, at };
}

function indexWithin(source: string, { start, end }: CelProblem, text: string): number {
  const at = source.indexOf(text, start);
  return at < 0 || at > end ? start : at;
}

function lastIndexWithin(source: string, { start, end }: CelProblem, text: string): number {
  const at = source.lastIndexOf(text, end);
  // The library's place is the name behind the dot.
  return at < start - 1 ? start : at;
}
