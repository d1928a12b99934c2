/** Comprehensions with two variables: index and value of a list, key and value of a map. */
import type { Environment } from "@marcbachmann/cel-js";
import { mapOf } from "../maps.ts";
import { charge, type SyntaxNode } from "../metering.ts";
import { type Checker, type Evaluator, type MacroCall, type MacroType, macroVariable, type Scope } from "./macro.ts";

interface PairMacro {
  receiver: SyntaxNode;
  body: readonly SyntaxNode[];
  names: readonly [string, string];
  outer?: Scope;
  inner?: Scope;
}

const NAMES = "the first two arguments must be names";

type Entry = readonly [key: unknown, value: unknown];
/** Evaluates one of the macro's further arguments for an entry. */
type Evaluate = (entry: Entry, argument?: number) => unknown;

interface PairMacroKind {
  signature: string;
  result: string;
  run(entries: readonly Entry[], evaluate: Evaluate): unknown;
}

const kinds: readonly PairMacroKind[] = [
  { signature: "list.all(ast, ast, ast)", result: "bool", run: (entries, evaluate) => !some(entries, evaluate, false) },
  {
    signature: "list.exists(ast, ast, ast)",
    result: "bool",
    run: (entries, evaluate) => some(entries, evaluate, true),
  },
  {
    signature: "list.existsOne(ast, ast, ast)",
    result: "bool",
    run: (entries, evaluate) => entries.filter((entry) => truth(evaluate(entry))).length === 1,
  },
  {
    signature: "list.transformList(ast, ast, ast)",
    result: "list<dyn>",
    run: (entries, evaluate) => entries.map((entry) => evaluate(entry)),
  },
  {
    signature: "list.transformList(ast, ast, ast, ast)",
    result: "list<dyn>",
    run: (entries, evaluate) => entries.filter((entry) => truth(evaluate(entry))).map((entry) => evaluate(entry, 1)),
  },
  {
    signature: "list.transformMap(ast, ast, ast)",
    result: "map<dyn, dyn>",
    run: (entries, evaluate) => mapOf(entries.map((entry) => [String(entry[0]), evaluate(entry)])),
  },
  {
    signature: "list.transformMap(ast, ast, ast, ast)",
    result: "map<dyn, dyn>",
    run(entries, evaluate) {
      const kept = entries.filter((entry) => truth(evaluate(entry)));
      return mapOf(kept.map((entry) => [String(entry[0]), evaluate(entry, 1)]));
    },
  },
  {
    signature: "list.transformMapEntry(ast, ast, ast)",
    result: "map<dyn, dyn>",
    run: (entries, evaluate) => merged(entries.map((entry) => evaluate(entry))),
  },
  {
    signature: "list.transformMapEntry(ast, ast, ast, ast)",
    result: "map<dyn, dyn>",
    run: (entries, evaluate) =>
      merged(entries.filter((entry) => truth(evaluate(entry))).map((entry) => evaluate(entry, 1))),
  },
];

/** One map from maps with distinct keys. */
function merged(maps: readonly unknown[]): unknown {
  const result = new Map<string, unknown>();
  for (const [key, value] of maps.flatMap(entriesOf)) {
    if (result.has(String(key))) throw new Error(`insert failed: key ${String(key)} already exists`);
    result.set(String(key), value);
  }
  return mapOf([...result]);
}

export function registerPairMacros(environment: Environment): void {
  for (const kind of kinds) {
    const expand = ({ args, receiver }: MacroCall) => expanded(kind, args, receiver);
    // `map(x, filter, transform)` is the language's own; `all`, `exists` and the others take two names here.
    environment.registerFunction(`${kind.signature}: ${kind.result}`, expand, { async: false });
  }
}

function expanded(kind: PairMacroKind, args: SyntaxNode[], receiver: SyntaxNode) {
  const [first, second, ...body] = args;
  const macro: PairMacro = { receiver, body, names: [macroVariable(first, NAMES), macroVariable(second, NAMES)] };
  return {
    async: false,
    typeCheck: (checker: Checker, _: unknown, scope: Scope) => check(kind, macro, checker, scope),
    evaluate: (evaluator: Evaluator, _: unknown, scope: Scope) => run(kind, macro, evaluator, scope),
  };
}

function check(kind: PairMacroKind, macro: PairMacro, checker: Checker, scope: Scope): MacroType {
  const anything = checker.getType("dyn");
  checker.check(macro.receiver, scope);
  macro.outer = scope.forkWithVariable(macro.names[0], anything);
  macro.inner = macro.outer.forkWithVariable(macro.names[1], anything);
  for (const argument of macro.body) checker.check(argument, macro.inner);
  return checker.getType(kind.result);
}

function run(kind: PairMacroKind, macro: PairMacro, evaluator: Evaluator, scope: Scope): unknown {
  const entries = entriesOf(evaluator.run(macro.receiver, scope));
  charge(entries.length);
  return kind.run(entries, ([key, value], argument = 0) => {
    const outer = macro.outer!.reuse(scope).setIterValue(key, evaluator);
    return evaluator.run(macro.body[argument]!, macro.inner!.reuse(outer).setIterValue(value, evaluator));
  });
}

function entriesOf(value: unknown): Entry[] {
  if (Array.isArray(value)) return value.map((item, i) => [BigInt(i), item]);
  if (value instanceof Map) return [...value];
  if (typeof value === "object" && value !== null) return Object.entries(value);
  throw new Error("only lists and maps can be gone through");
}

/** As in CEL, one deciding entry outweighs errors of others. */
function some(entries: readonly Entry[], evaluate: Evaluate, wanted: boolean): boolean {
  let failure: unknown;
  for (const entry of entries) {
    try {
      if (truth(evaluate(entry)) === wanted) return true;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return false;
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error("the condition must be true or false");
  return value;
}
