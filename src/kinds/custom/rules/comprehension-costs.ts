/** The cost of macros over lists and maps: for each item, the body and the rest of the expanded macro. */
import type { SyntaxNode } from "../../../cel/metering.ts";
import { type Estimate, LIST_COST, MAP_COST, type Shape } from "./estimate.ts";
import { comparingAll } from "./function-costs.ts";

/** Estimates a part of the macro with its variables bound to an item of the range (by default the macro's target). */
type Body = (node: SyntaxNode, names: readonly string[], range?: Shape) => Estimate;
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

/** The macros of this name with a condition between the two names and the result. */
function pairs(args: readonly SyntaxNode[], body: Body) {
  const names = args.slice(0, 2).map((arg) => arg.args as string);
  const rest = args.slice(2);
  const result = body(rest.at(-1)!, names);
  return { result, cost: result.cost + (rest.length > 1 ? body(rest[0]!, names).cost : 0) };
}

const transformList: ComprehensionCost = (range, args, body) => {
  const { result, cost } = pairs(args, body);
  const shape = { max: range.shape.max, items: result.shape };
  return loop(range, cost + LIST_COST + 2, { start: LIST_COST, end: 1 }, shape);
};

const transformMap: ComprehensionCost = (range, args, body) => {
  const { result, cost } = pairs(args, body);
  const shape: Shape = { max: range.shape.max, items: result.shape, keys: range.shape.keys };
  return loop(range, cost + 3, { start: MAP_COST, end: 1 }, shape);
};

/** The result of each step is a map of one entry, which is merged into the result. */
const transformMapEntry: ComprehensionCost = (range, args, body) => {
  const { result, cost } = pairs(args, body);
  const shape: Shape = { max: range.shape.max, items: result.shape.items, keys: result.shape.keys };
  return loop(range, cost + 2, { start: MAP_COST, end: 1 }, shape);
};

/** The optional is evaluated twice, its value is bound to the name, and the result is made an optional again. */
function optional(isFlat: boolean): ComprehensionCost {
  return (target, args, body) => {
    const value: Shape = { max: 1, items: target.shape };
    const { cost, shape } = body(args[1]!, [args[0]!.args as string], value);
    const bound = LIST_COST + target.cost + 1 + cost;
    return { cost: target.cost + 1 + bound + (isFlat ? 0 : 1), shape };
  };
}

/** The list is bound to a name, its keys are computed, and both are handed to a function that compares all keys. */
const sortBy: ComprehensionCost = (list, args, body) => {
  const keys = body(args[1]!, [args[0]!.args as string]);
  const range: Estimate = { cost: 1, shape: list.shape };
  const mapped = loop(range, keys.cost + LIST_COST + 2, { start: LIST_COST, end: 1 }, { max: list.shape.max });
  const sorted = comparingAll(list.shape, keys.shape);
  return { cost: LIST_COST + list.cost + 1 + mapped.cost + sorted.cost, shape: sorted.shape };
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
  transformMapEntry,
  optMap: optional(false),
  optFlatMap: optional(true),
  sortBy,
};
