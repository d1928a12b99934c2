/** Code for parts of values: `.a`, `.[e]`, `.[a:b]`, `.[]`. In path expressions it extends the path. */
import { entriesOf, getKey } from "./access.ts";
import type { Compiler, Scope } from "./compiler.ts";
import { type Code, type Continuation, continuation, type Machine, type Path } from "./machine.ts";
import { shown } from "./messages.ts";
import type { Node } from "./syntax.ts";
import { JqError, type Value } from "./values.ts";

type NodeOf<T extends Node["type"]> = Extract<Node, { type: T }>;

/** Hands on `value[key]`. */
export function giveKey(
  machine: Machine,
  { value, path, key }: { value: Value; path: Path | undefined; key: Value },
  next: Continuation,
): void {
  if (path && !Object.is(path.at, value)) {
    const [name, of] = [shown(key), shown(value, 29)];
    throw new JqError(`Invalid path expression near attempt to access element ${name} of ${of}`);
  }
  const part = getKey(value, key, machine.meter);
  machine.give(next, part, path && { up: path, key, at: part });
}

export function indexCode(compiler: Compiler, node: NodeOf<"index">, scope: Scope | undefined): Code {
  const target = compiler.compile(node.target, scope);
  if (node.key.type === "literal") {
    const { value: key } = node.key;
    return (machine, input, next) => {
      const take = continuation(next, (value, path) => giveKey(machine, { value, path, key }, next));
      machine.evaluate(target, input, take);
    };
  }
  const keyCode = compiler.compile(node.key, scope);
  return (machine, input, next) => {
    const takeKey = continuation(next, (key) => {
      const take = continuation(next, (value, path) => giveKey(machine, { value, path, key }, next));
      machine.evaluate(target, input, take);
    });
    machine.evaluate(keyCode, { ...input, path: undefined }, takeKey);
  };
}

export function sliceCode(compiler: Compiler, node: NodeOf<"slice">, scope: Scope | undefined): Code {
  const absent: Node = { type: "literal", value: null };
  const target = compiler.compile(node.target, scope);
  const fromCode = compiler.compile(node.from ?? absent, scope);
  const toCode = compiler.compile(node.to ?? absent, scope);
  return (machine, input, next) => {
    const plain = { ...input, path: undefined };
    const takeFrom = continuation(next, (from) => {
      const takeTo = continuation(next, (to) => {
        const key: Value = new Map([
          ["start", from],
          ["end", to],
        ]);
        const take = continuation(next, (value, path) => giveKey(machine, { value, path, key }, next));
        machine.evaluate(target, input, take);
      });
      machine.evaluate(toCode, plain, takeTo);
    });
    machine.evaluate(fromCode, plain, takeFrom);
  };
}

export function iterateCode(compiler: Compiler, node: NodeOf<"iterate">, scope: Scope | undefined): Code {
  const target = compiler.compile(node.target, scope);
  return (machine, input, next) => {
    const take = continuation(next, (value, path) => {
      if (path && !Object.is(path.at, value)) {
        throw new JqError(`Invalid path expression near attempt to iterate through ${shown(value, 29)}`);
      }
      const entries = entriesOf(value);
      machine.meter.charge(entries.length / 10);
      const from = (at: number) => {
        const entry = entries[at];
        if (!entry) return;
        if (at + 1 < entries.length) machine.fork(() => from(at + 1));
        machine.give(next, entry.value, path && { up: path, key: entry.key, at: entry.value });
      };
      from(0);
    });
    machine.evaluate(target, input, take);
  };
}
