/** Code for definitions, calls, variables and assignments. */

import { type Compiler, closureAt, entryAt, findName, inScope, type Scope } from "./compiler.ts";
import { type Closure, type Code, continuation, type Environment } from "./machine.ts";
import { findNative } from "./natives.ts";
import { findSpecial } from "./specials.ts";
import type { Node } from "./syntax.ts";
import type { Value } from "./values.ts";

type NodeOf<T extends Node["type"]> = Extract<Node, { type: T }>;

export function defineCode(compiler: Compiler, node: NodeOf<"define">, scope: Scope | undefined): Code {
  const { name, parameters, body } = node.definition;
  const outer = inScope(scope, "function", name, parameters.length);
  const bodyScope = parameters.reduce((up, parameter) => inScope(up, "parameter", parameter), outer);
  const code = compiler.compile(body, bodyScope);
  const rest = compiler.compile(node.rest, outer);
  return (machine, input, next) => {
    const environment: Environment = { up: input.environment };
    environment.closure = { code, environment };
    machine.evaluate(rest, { ...input, environment }, next);
  };
}

export function variableCode(compiler: Compiler, node: NodeOf<"variable">, scope: Scope | undefined): Code {
  const found = findName(scope, (entry) => entry.kind === "variable" && entry.name === node.name);
  if (found) {
    const { depth } = found;
    return (machine, { environment, path }, next) => {
      machine.give(next, entryAt(environment, depth).value ?? null, path);
    };
  }
  if (node.name === "ENV") {
    return (machine, { path }, next) => machine.give(next, machine.surroundings.environment, path);
  }
  const value = compiler.globals.get(node.name);
  if (value === undefined) compiler.problem(`$${node.name} is not defined`, node.at);
  return (machine, { path }, next) => machine.give(next, value ?? null, path);
}

/** Makes the closure of an argument. */
type MakeClosure = (environment: Environment | undefined) => Closure;

function argumentOf(compiler: Compiler, node: Node, scope: Scope | undefined): MakeClosure {
  if (node.type === "call" && node.args.length === 0) {
    // An argument that is handed on stays the same, so that recursion does not make a chain of it.
    const found = findName(scope, (entry) => isCallable(entry, node.name, 0));
    if (found?.kind === "parameter") return (environment) => closureAt(environment, found.depth);
  }
  const code = compiler.compile(node, scope);
  return (environment) => ({ code, environment });
}

function isCallable(entry: Scope, name: string, arity: number): boolean {
  return (entry.kind === "function" || entry.kind === "parameter") && entry.name === name && entry.arity === arity;
}

export function callCode(compiler: Compiler, node: NodeOf<"call">, scope: Scope | undefined): Code {
  const { name, args } = node;
  const found = findName(scope, (entry) => isCallable(entry, name, args.length));
  if (!found) return builtinCode(compiler, node, scope);
  const { depth, kind } = found;
  if (kind === "parameter") {
    return (machine, input, next) => {
      const { code, environment } = closureAt(input.environment, depth);
      machine.evaluate(code, { ...input, environment }, next);
    };
  }
  const makers = args.map((arg) => argumentOf(compiler, arg, scope));
  return (machine, input, next) => {
    const { code, environment } = closureAt(input.environment, depth);
    machine.evaluate(code, { ...input, environment: withArguments(makers, environment, input.environment) }, next);
  };
}

function withArguments(
  makers: readonly MakeClosure[],
  callee: Environment | undefined,
  caller: Environment | undefined,
): Environment | undefined {
  return makers.reduce<Environment | undefined>((up, make) => ({ up, closure: make(caller) }), callee);
}

function builtinCode(compiler: Compiler, node: NodeOf<"call">, scope: Scope | undefined): Code {
  const { name, args } = node;
  const key = `${name}/${args.length}`;
  const special = findSpecial(key);
  if (special) return special(args.map((arg) => compiler.compile(arg, scope)));
  const native = findNative(key);
  if (native) {
    const codes = args.map((arg) => compiler.compile(arg, scope));
    return nativeCode(codes, native);
  }
  const prelude = compiler.prelude(key);
  if (!prelude) compiler.problem(`${key} is not defined`, node.at);
  const makers = args.map((arg) => argumentOf(compiler, arg, scope));
  return (machine, input, next) => {
    const environment = withArguments(makers, undefined, input.environment);
    machine.evaluate(prelude!.code!, { ...input, environment }, next);
  };
}

/** Calls a native with every combination of its arguments; the last one varies most slowly. */
function nativeCode(codes: readonly Code[], native: NonNullable<ReturnType<typeof findNative>>): Code {
  return (machine, input, next) => {
    const plain = { ...input, path: undefined };
    const before = (at: number, values: readonly Value[]): void => {
      const code = codes[at];
      if (!code) {
        machine.give(next, native(input.value, values, machine), input.path);
        return;
      }
      machine.evaluate(
        code,
        plain,
        continuation(next, (value) => before(at - 1, [value, ...values])),
      );
    };
    before(codes.length - 1, []);
  };
}

/** `a = b`, `a |= b` and their kin, as calls of builtins. */
export function assignNode({ operator, left, right }: NodeOf<"assign">): Node {
  if (operator === "=") return { type: "call", name: "_assign", args: [left, right], at: 0 };
  if (operator === "|=") return { type: "call", name: "_modify", args: [left, right], at: 0 };
  // No name of a program has a blank.
  const name = "new value";
  const value: Node = { type: "variable", name, at: 0 };
  const identity: Node = { type: "identity" };
  const update: Node =
    operator === "//="
      ? { type: "alternative", left: identity, right: value }
      : { type: "binary", operator: operator.slice(0, -1), left: identity, right: value, at: 0 };
  const body: Node = { type: "call", name: "_modify", args: [left, update], at: 0 };
  return { type: "bind", source: right, patterns: [{ type: "variable", name }], body };
}
