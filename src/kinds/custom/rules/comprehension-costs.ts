/** What macros over lists and maps cost: for each item the body and what CEL turns the macro into around it. */
import type { SyntaxNode } from "../../../cel/metering.ts";
import { type Estimate, LIST_COST, MAP_COST, type Shape } from "./estimate.ts";

/** Estimates a part of the macro with its names standing for an item. */
type Body = (node: SyntaxNode, names: readonly string[]) => Estimate;
type ComprehensionCost = (range: Estimate, args: readonly SyntaxNode[], body: Body) => Estimate;

/** Names, and the arguments that are evaluated for each item. A comprehension over pairs has two names. */
function split(args: readonly SyntaxNode[], bodies: number): { names: string[]; rest: readonly SyntaxNode[] } {
  const isPair = args.length > bodies && args[1]?.op === "id" && args.length >= bodies + 1;
  const count = isPair ? 2 : 1;
  return { names: args.slice(0, count).map((arg) => arg.args as string), rest: args.slice(count) };
}

function loop(range: Estimate, each: number, { start, end }: { start: number; end: number }, shape: Shape): Estimate {
  return { cost: range.cost + start + end + range.shape.max * each, shape };
}

/** @param overhead of the loop's condition and of joining one result with the others */
function quantifier(overhead: number, end = 1): ComprehensionCost {
  return (range, args, body) => {
    const { names, rest } = split(args, 2);
    return loop(range, body(rest[0]!, names).cost + overhead, { start: 0, end }, { max: 1 });
  };
}

const map: ComprehensionCost = (range, args, body) => {
  // `map(x, filter, transform)`, unless the second argument is a name, which then is the transform.
  const names = [args[0]!.args as string];
  const rest = args.slice(1);
  const transform = body(rest.at(-1)!, names);
  const filter = rest.length > 1 ? body(rest[0]!, names).cost : 0;
  const each = filter + transform.cost + LIST_COST + 2;
  return loop(range, each, { start: LIST_COST, end: 1 }, { max: range.shape.max, items: transform.shape });
};

const filter: ComprehensionCost = (range, args, body) => {
  const names = [args[0]!.args as string];
  const each = body(args[1]!, names).cost + LIST_COST + 3;
  const items = range.shape.keys ?? range.shape.items;
  return loop(range, each, { start: LIST_COST, end: 1 }, { max: range.shape.max, items });
};

const transformList: ComprehensionCost = (range, args, body) => {
  const { names, rest } = split(args, 3);
  const transform = body(rest.at(-1)!, names);
  const condition = rest.length > 1 ? body(rest[0]!, names).cost : 0;
  const each = condition + transform.cost + LIST_COST + 2;
  return loop(range, each, { start: LIST_COST, end: 1 }, { max: range.shape.max, items: transform.shape });
};

const transformMap: ComprehensionCost = (range, args, body) => {
  const { names, rest } = split(args, 3);
  const transform = body(rest.at(-1)!, names);
  const condition = rest.length > 1 ? body(rest[0]!, names).cost : 0;
  const shape: Shape = { max: range.shape.max, items: transform.shape, keys: range.shape.keys };
  return loop(range, condition + transform.cost + 3, { start: MAP_COST, end: 1 }, shape);
};

export const COMPREHENSIONS: Readonly<Record<string, ComprehensionCost | undefined>> = {
  all: quantifier(3),
  exists: quantifier(4),
  exists_one: quantifier(2, 2),
  existsOne: quantifier(2, 2),
  map,
  filter,
  transformList,
  transformMap,
};
