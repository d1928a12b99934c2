/** Code for the flow of values: pipes, alternatives, conditions, errors, labels. */
import { type Compiler, entryAt, findName, inScope, type Scope } from "./compiler.ts";
import { type Code, continuation } from "./machine.ts";
import type { Node } from "./syntax.ts";
import { isTruthy } from "./values.ts";

type NodeOf<T extends Node["type"]> = Extract<Node, { type: T }>;

export function pipeCode(compiler: Compiler, node: NodeOf<"pipe">, scope: Scope | undefined): Code {
  const left = compiler.compile(node.left, scope);
  const right = compiler.compile(node.right, scope);
  return (machine, input, next) => {
    const { environment } = input;
    machine.evaluate(
      left,
      input,
      continuation(next, (value, path) => machine.evaluate(right, { environment, value, path }, next)),
    );
  };
}

export function commaCode(compiler: Compiler, node: NodeOf<"comma">, scope: Scope | undefined): Code {
  const left = compiler.compile(node.left, scope);
  const right = compiler.compile(node.right, scope);
  return (machine, input, next) => {
    machine.fork(() => machine.evaluate(right, input, next));
    machine.evaluate(left, input, next);
  };
}

export function tryCode(compiler: Compiler, node: NodeOf<"try">, scope: Scope | undefined): Code {
  const body = compiler.compile(node.body, scope);
  const handler = node.handler && compiler.compile(node.handler, scope);
  return (machine, input, next) => {
    const handle = (message: typeof input.value) => {
      if (handler) machine.evaluate(handler, { ...input, value: message }, next);
    };
    machine.evaluate(body, input, {
      handler: { height: machine.height, handle },
      take: (value, path) => machine.give(next, value, path),
    });
  };
}

/** `a // b`: the results of `a` that are neither null nor false, or else those of `b`. Errors of `a` count as none. */
export function alternativeCode(
  compiler: Compiler,
  node: NodeOf<"and" | "or" | "alternative">,
  scope: Scope | undefined,
): Code {
  const left = compiler.compile(node.left, scope);
  const right = compiler.compile(node.right, scope);
  return (machine, input, next) => {
    let isFound = false;
    machine.fork(() => {
      if (!isFound) machine.evaluate(right, input, next);
    });
    machine.evaluate(left, input, {
      handler: { height: machine.height, handle: () => {} },
      take: (value, path) => {
        if (!isTruthy(value)) return;
        isFound = true;
        machine.give(next, value, path);
      },
    });
  };
}

/** `and`, `or`: the right side counts only if the left one does not decide. */
export function logicCode(
  compiler: Compiler,
  node: NodeOf<"and" | "or" | "alternative">,
  scope: Scope | undefined,
): Code {
  const left = compiler.compile(node.left, scope);
  const right = compiler.compile(node.right, scope);
  const deciding = node.type === "or";
  return (machine, input, next) => {
    const { path } = input;
    const plain = { ...input, path: undefined };
    const takeRight = continuation(next, (value) => machine.give(next, isTruthy(value), path));
    machine.evaluate(
      left,
      plain,
      continuation(next, (value) => {
        if (isTruthy(value) === deciding) machine.give(next, deciding, path);
        else machine.evaluate(right, plain, takeRight);
      }),
    );
  };
}

export function ifCode(compiler: Compiler, node: NodeOf<"if">, scope: Scope | undefined): Code {
  const condition = compiler.compile(node.condition, scope);
  const then = compiler.compile(node.then, scope);
  const otherwise = compiler.compile(node.otherwise, scope);
  return (machine, input, next) => {
    machine.evaluate(
      condition,
      { ...input, path: undefined },
      continuation(next, (value) => machine.evaluate(isTruthy(value) ? then : otherwise, input, next)),
    );
  };
}

export function labelCode(compiler: Compiler, node: NodeOf<"label">, scope: Scope | undefined): Code {
  const body = compiler.compile(node.body, inScope(scope, "label", node.name));
  return (machine, input, next) => {
    const environment = { up: input.environment, label: machine.height };
    machine.evaluate(body, { ...input, environment }, next);
  };
}

export function breakCode(compiler: Compiler, node: NodeOf<"break">, scope: Scope | undefined): Code {
  const found = findName(scope, (entry) => entry.kind === "label" && entry.name === node.name);
  if (!found) compiler.problem(`$*label-${node.name} is not defined`, node.at);
  const depth = found?.depth ?? 0;
  return (machine, { environment }) => machine.cut(entryAt(environment, depth).label!);
}
