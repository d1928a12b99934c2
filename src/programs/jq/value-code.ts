/** Code that makes values: literals, texts, arrays, objects, operators. */
import { calculate } from "./arithmetic.ts";
import type { Compiler, Scope } from "./compiler.ts";
import { applyFormat, isFormat } from "./formats.ts";
import { type Code, continuation } from "./machine.ts";
import { described } from "./messages.ts";
import type { Node } from "./syntax.ts";
import { JqError, type Value } from "./values.ts";

type NodeOf<T extends Node["type"]> = Extract<Node, { type: T }>;

export function literalCode(value: Value): Code {
  return (machine, { path }, next) => machine.give(next, value, path);
}

/** `"a \(x) b"`: later expressions vary more slowly than earlier ones. */
export function textCode(compiler: Compiler, node: NodeOf<"text">, scope: Scope | undefined): Code {
  const { format = "@text" } = node;
  const parts = node.parts.map((part) => (typeof part === "string" ? part : compiler.compile(part, scope)));
  return (machine, input, next) => {
    const plain = { ...input, path: undefined };
    const before = (at: number, rest: string): void => {
      const part = parts[at];
      if (part === undefined) machine.give(next, rest, input.path);
      else if (typeof part === "string") before(at - 1, part + rest);
      else {
        const take = continuation(next, (value) => {
          machine.meter.chargeText(rest.length);
          before(at - 1, applyFormat(format, value, machine.meter) + rest);
        });
        machine.evaluate(part, plain, take);
      }
    };
    before(parts.length - 1, "");
  };
}

export function formatCode(_compiler: Compiler, { name }: NodeOf<"format">): Code {
  return (machine, { value, path }, next) => {
    if (!isFormat(name)) throw new JqError(`${name.slice(1)} is not a valid format`);
    machine.give(next, applyFormat(name, value, machine.meter), path);
  };
}

export function arrayCode(compiler: Compiler, node: NodeOf<"array">, scope: Scope | undefined): Code {
  if (!node.body) return (machine, { path }, next) => machine.give(next, [], path);
  const body = compiler.compile(node.body, scope);
  return (machine, input, next) => {
    const items: Value[] = [];
    machine.fork(() => machine.give(next, items, input.path));
    const take = continuation(next, (value) => {
      items.push(value);
    });
    machine.evaluate(body, { ...input, path: undefined }, take);
  };
}

interface Made {
  up: Made | undefined;
  key: string;
  value: Value;
}

export function objectCode(compiler: Compiler, node: NodeOf<"object">, scope: Scope | undefined): Code {
  const entries = node.entries.map(({ key, value, at }) => {
    if (key.type === "literal" && typeof key.value !== "string") {
      compiler.problem(`Cannot use ${described(key.value)} as object key`, at);
    }
    return { key: compiler.compile(key, scope), value: compiler.compile(value, scope) };
  });
  return (machine, input, next) => {
    const plain = { ...input, path: undefined };
    const from = (at: number, made: Made | undefined): void => {
      const entry = entries[at];
      if (!entry) {
        machine.give(next, objectOf(made), input.path);
        return;
      }
      const takeKey = continuation(next, (key) => {
        if (typeof key !== "string") throw new JqError(`Cannot use ${described(key)} as object key`);
        const take = continuation(next, (value) => from(at + 1, { up: made, key, value }));
        machine.evaluate(entry.value, plain, take);
      });
      machine.evaluate(entry.key, plain, takeKey);
    };
    from(0, undefined);
  };
}

function objectOf(made: Made | undefined): Value {
  const entries: [string, Value][] = [];
  for (let entry = made; entry; entry = entry.up) entries.push([entry.key, entry.value]);
  return new Map(entries.reverse());
}

/** The right side varies more slowly than the left one. */
export function binaryCode(compiler: Compiler, node: NodeOf<"binary">, scope: Scope | undefined): Code {
  const { operator } = node;
  const isDivision = operator === "/" && node.left.type === "literal" && node.right.type === "literal";
  if (isDivision && node.right.type === "literal" && node.right.value === 0) {
    compiler.problem("Division by zero?", 0);
  }
  const left = compiler.compile(node.left, scope);
  const right = compiler.compile(node.right, scope);
  return (machine, input, next) => {
    const plain = { ...input, path: undefined };
    const takeRight = continuation(next, (b) => {
      const takeLeft = continuation(next, (a) => {
        machine.give(next, calculate(operator, a, b, machine.meter), input.path);
      });
      machine.evaluate(left, plain, takeLeft);
    });
    machine.evaluate(right, plain, takeRight);
  };
}

export function negateCode(compiler: Compiler, node: NodeOf<"negate">, scope: Scope | undefined): Code {
  const body = compiler.compile(node.body, scope);
  return (machine, input, next) => {
    const take = continuation(next, (value) => {
      if (typeof value !== "number") throw new JqError(`${described(value)} cannot be negated`);
      machine.give(next, -value, input.path);
    });
    machine.evaluate(body, { ...input, path: undefined }, take);
  };
}
