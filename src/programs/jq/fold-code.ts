/** Code for `reduce`, `foreach` and what `as` binds. */
import { getKey } from "./access.ts";
import { type Compiler, inScope, type Scope } from "./compiler.ts";
import { type Code, type Continuation, continuation, type Environment, type Machine, pathStart } from "./machine.ts";
import type { Node, Pattern } from "./syntax.ts";
import { JqError, typeName, type Value } from "./values.ts";

type NodeOf<T extends Node["type"]> = Extract<Node, { type: T }>;

interface Binding {
  machine: Machine;
  environment: Environment | undefined;
  /** The input of the whole expression, for keys that are computed. */
  input: Value;
  next: Continuation;
}

/** Binds the parts of a value and goes on with `done`. */
type Binder = (binding: Binding, value: Value, done: (environment: Environment | undefined) => void) => void;

function compilePattern(
  compiler: Compiler,
  pattern: Pattern,
  scope: Scope | undefined,
): { bind: Binder; scope: Scope | undefined } {
  if (pattern.type === "variable") {
    const bind: Binder = ({ environment }, value, done) => done({ up: environment, value });
    return { bind, scope: inScope(scope, "variable", pattern.name) };
  }
  return pattern.type === "array"
    ? listPattern(compiler, pattern.items, scope)
    : objectPattern(compiler, pattern, scope);
}

function listPattern(compiler: Compiler, items: readonly Pattern[], scope: Scope | undefined) {
  let inner = scope;
  const binders = items.map((item) => {
    const compiled = compilePattern(compiler, item, inner);
    inner = compiled.scope;
    return compiled.bind;
  });
  const from = (at: number, binding: Binding, value: Value, done: (environment: Environment | undefined) => void) => {
    const binder = binders[at];
    if (!binder) {
      done(binding.environment);
      return;
    }
    const part = getKey(value, at, binding.machine.meter);
    binder(binding, part, (environment) => from(at + 1, { ...binding, environment }, value, done));
  };
  const bind: Binder = (binding, value, done) => from(0, binding, value, done);
  return { bind, scope: inner };
}

function objectPattern(
  compiler: Compiler,
  { entries }: Extract<Pattern, { type: "object" }>,
  scope: Scope | undefined,
) {
  let inner = scope;
  const binders = entries.map(({ key, variable, pattern }): Binder => {
    const keyCode = compiler.compile(key, inner);
    if (variable !== undefined) inner = inScope(inner, "variable", variable);
    const compiled = pattern && compilePattern(compiler, pattern, inner);
    if (compiled) inner = compiled.scope;
    return (binding, value, done) => {
      const { machine, next, input } = binding;
      const take = continuation(next, (name) => {
        if (typeof name !== "string") throw new JqError(`Cannot index ${typeName(value)} with ${typeName(name)}`);
        const part = getKey(value, name, machine.meter);
        let { environment } = binding;
        if (variable !== undefined) environment = { up: environment, value: part };
        if (compiled) compiled.bind({ ...binding, environment }, part, done);
        else done(environment);
      });
      machine.evaluate(keyCode, { environment: binding.environment, value: input, path: undefined }, take);
    };
  });
  const from = (at: number, binding: Binding, value: Value, done: (environment: Environment | undefined) => void) => {
    const binder = binders[at];
    if (!binder) {
      done(binding.environment);
      return;
    }
    binder(binding, value, (environment) => from(at + 1, { ...binding, environment }, value, done));
  };
  const bind: Binder = (binding, value, done) => from(0, binding, value, done);
  return { bind, scope: inner };
}

function namesOf(pattern: Pattern): string[] {
  if (pattern.type === "variable") return [pattern.name];
  if (pattern.type === "array") return pattern.items.flatMap(namesOf);
  return pattern.entries.flatMap(({ variable, pattern: inner }) => [
    ...(variable === undefined ? [] : [variable]),
    ...(inner ? namesOf(inner) : []),
  ]);
}

/** `source as pattern ?// pattern | body`. An error of a pattern or its body leads to the next pattern. */
export function bindCode(compiler: Compiler, node: NodeOf<"bind">, scope: Scope | undefined): Code {
  const source = compiler.compile(node.source, scope);
  const names = node.patterns.length > 1 ? [...new Set(node.patterns.flatMap(namesOf))] : [];
  const outer = names.reduce<Scope | undefined>((up, name) => inScope(up, "variable", name), scope);
  const alternatives = node.patterns.map((pattern) => {
    const { bind, scope: inner } = compilePattern(compiler, pattern, outer);
    return { bind, body: compiler.compile(node.body, inner) };
  });
  return (machine, input, next) => {
    const attempt = (at: number, value: Value) => {
      const { bind, body } = alternatives[at]!;
      const isLast = at === alternatives.length - 1;
      const inner: Continuation = isLast
        ? next
        : {
            handler: { height: machine.height, handle: () => attempt(at + 1, value) },
            take: (result, path) => machine.give(next, result, path),
          };
      const environment = names.reduce<Environment | undefined>((up) => ({ up, value: null }), input.environment);
      const start = continuation(inner, () => {
        const binding = { machine, environment, input: input.value, next: inner };
        bind(binding, value, (bound) => machine.evaluate(body, { ...input, environment: bound }, inner));
      });
      machine.give(start, null, undefined);
    };
    machine.evaluate(
      source,
      { ...input, path: undefined },
      continuation(next, (value) => attempt(0, value)),
    );
  };
}

interface Fold {
  machine: Machine;
  input: Parameters<Code>[1];
  next: Continuation;
}

function foldParts(compiler: Compiler, node: NodeOf<"reduce"> | NodeOf<"foreach">, scope: Scope | undefined) {
  const source = compiler.compile(node.source, scope);
  const init = compiler.compile(node.init, scope);
  const { bind, scope: inner } = compilePattern(compiler, node.pattern, scope);
  const update = compiler.compile(node.update, inner);
  /** Runs `update` for each result of the source with its variables bound. */
  const each = ({ machine, input, next }: Fold, action: (environment: Environment | undefined) => void) => {
    const take = continuation(next, (item) => {
      bind({ machine, environment: input.environment, input: input.value, next }, item, action);
    });
    machine.evaluate(source, { ...input, path: undefined }, take);
  };
  return { init, update, each, scope: inner };
}

export function reduceCode(compiler: Compiler, node: NodeOf<"reduce">, scope: Scope | undefined): Code {
  const { init, update, each } = foldParts(compiler, node, scope);
  return (machine, input, next) => {
    const begin = continuation(next, (first, firstPath) => {
      let state = { value: first, path: firstPath };
      machine.fork(() => machine.give(next, state.value, state.path));
      const keep = continuation(next, (value, path) => {
        state = { value, path };
      });
      each({ machine, input, next }, (environment) => {
        const before = state;
        // An update without a result leaves null.
        state = { value: null, path: firstPath && pathStart(null) };
        machine.evaluate(update, { environment, ...before }, keep);
      });
    });
    machine.evaluate(init, input, begin);
  };
}

export function foreachCode(compiler: Compiler, node: NodeOf<"foreach">, scope: Scope | undefined): Code {
  const { init, update, each, scope: inner } = foldParts(compiler, node, scope);
  const extract = compiler.compile(node.extract, inner);
  return (machine, input, next) => {
    const begin = continuation(next, (first, firstPath) => {
      let state = { value: first, path: firstPath };
      each({ machine, input, next }, (environment) => {
        const keep = continuation(next, (value, path) => {
          state = { value, path };
          machine.evaluate(extract, { environment, value, path }, next);
        });
        machine.evaluate(update, { environment, ...state }, keep);
      });
    });
    machine.evaluate(init, input, begin);
  };
}
