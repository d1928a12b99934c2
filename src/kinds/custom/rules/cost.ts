/**
 * The largest cost of a rule, in Kubernetes' units, given the sizes that the schema allows. Rules above a limit are
 * refused. Follows cel-go's estimate (checker/cost.go), but considers only the largest sizes.
 */
import type { DeclaredType } from "../../../cel/declared.ts";
import { OVERRIDDEN } from "../../../cel/functions/overrides.ts";
import type { SyntaxNode } from "../../../cel/metering.ts";
import { COMPREHENSIONS } from "./comprehension-costs.ts";
import { type Estimate, LIST_COST, MAP_COST, ONE, type Shape, traversal, UNKNOWN } from "./estimate.ts";
import { FUNCTION_COSTS, METHOD_COSTS, NAMESPACES } from "./function-costs.ts";

/** Schemas do not limit the length of keys; Kubernetes counts it as zero. */
const MAP_KEY: Shape = { max: 0 };

/** The variables are `self` and `oldSelf`, both of the type. */
export function estimateCost(root: SyntaxNode, type: DeclaredType): number {
  const self = shapeOf(type);
  return new Estimator(
    new Map([
      ["self", self],
      ["oldSelf", self],
    ]),
  ).estimate(root).cost;
}

function shapeOf(type: DeclaredType): Shape {
  const { maxElements: max } = type;
  switch (type.kind) {
    case "list":
      return { max, items: shapeOf(type.items) };
    case "map":
      return { max, items: shapeOf(type.values), keys: MAP_KEY, field: () => shapeOf(type.values) };
    case "object":
      return {
        max,
        field: (name) => {
          const field = type.fields.get(name);
          return field && shapeOf(field.type);
        },
      };
    case "scalar":
      return type.scalar === "string" || type.scalar === "bytes"
        ? { max, kind: type.scalar === "string" ? "text" : "bytes" }
        : { max };
  }
}

const NAMES = new Map(Object.entries(OVERRIDDEN).map(([name, own]) => [own, name]));

class Estimator {
  readonly #variables: ReadonlyMap<string, Shape>;

  constructor(variables: ReadonlyMap<string, Shape>) {
    this.#variables = variables;
  }

  estimate(node: SyntaxNode): Estimate {
    switch (node.op) {
      case "value":
        return { cost: 0, shape: literalShape(node.args) };
      case "id":
        return { cost: 1, shape: this.#variables.get(node.args as string) ?? UNKNOWN };
      case ".":
      case ".?":
        return this.#select(node.args as [SyntaxNode, string]);
      case "[]":
      case "[?]":
        return this.#index(node.args as [SyntaxNode, SyntaxNode]);
      case "list":
        return this.#list(node.args as SyntaxNode[]);
      case "map":
        return this.#map(node.args as [SyntaxNode, SyntaxNode][]);
      case "call":
        return this.#call(node.args as [string, SyntaxNode[]]);
      case "rcall":
        return this.#method(node.args as [string, SyntaxNode, SyntaxNode[]]);
      default:
        return this.#operator(node);
    }
  }

  #select([target, name]: [SyntaxNode, string]): Estimate {
    const { cost, shape } = this.estimate(target);
    return { cost: cost + 1, shape: shape.field?.(name) ?? UNKNOWN };
  }

  #index([target, index]: [SyntaxNode, SyntaxNode]): Estimate {
    const of = this.estimate(target);
    const name = index.op === "value" && typeof index.args === "string" ? index.args : undefined;
    const shape = name === undefined ? of.shape.items : (of.shape.field?.(name) ?? of.shape.items);
    return { cost: of.cost + this.estimate(index).cost + 1, shape: shape ?? UNKNOWN };
  }

  #list(items: readonly SyntaxNode[]): Estimate {
    const parts = items.map((item) => this.estimate(item));
    const shape = { max: items.length, items: unionOf(parts.map((part) => part.shape)) };
    return { cost: LIST_COST + costOf(parts), shape };
  }

  #map(entries: readonly [SyntaxNode, SyntaxNode][]): Estimate {
    const keys = entries.map(([key]) => this.estimate(key));
    const values = entries.map(([, value]) => this.estimate(value));
    const [key, value] = [unionOf(keys.map(({ shape }) => shape)), unionOf(values.map(({ shape }) => shape))];
    const shape: Shape = { max: entries.length, items: value, keys: key, field: () => value };
    return { cost: MAP_COST + costOf(keys) + costOf(values), shape };
  }

  #operator({ op, args }: SyntaxNode): Estimate {
    const nodes = (Array.isArray(args) ? args : [args]) as SyntaxNode[];
    const parts = nodes.map((part) => this.estimate(part));
    const cost = costOf(parts);
    const [left, right, other] = parts as [Estimate, Estimate, Estimate];
    // A negative number is a literal.
    if (op === "-_" && nodes[0]?.op === "value") return left;
    switch (op) {
      case "&&":
      case "||":
        return { cost, shape: ONE };
      case "?:":
        return {
          cost: left.cost + Math.max(right.cost, other.cost),
          shape: unionOf([right.shape, other.shape]) ?? UNKNOWN,
        };
      case "in":
        return { cost: cost + (right.shape.keys ? 1 : right.shape.max), shape: ONE };
      case "+":
        return { cost: cost + sumCost(left.shape, right.shape), shape: joined(left.shape, right.shape) };
      case "==":
        return { cost: cost + equalityCost(left.shape, right.shape), shape: ONE };
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return { cost: cost + comparisonCost(left.shape, right.shape), shape: ONE };
      default:
        return { cost: cost + 1, shape: ONE };
    }
  }

  #call([called, args]: [string, SyntaxNode[]]): Estimate {
    const name = NAMES.get(called) ?? called;
    if (name === "has") {
      // Kubernetes counts the operand, and nothing for the test itself.
      const [field] = args;
      const target = (field?.args as unknown[] | undefined)?.[0] as SyntaxNode | undefined;
      return { cost: target ? this.estimate(target).cost : 0, shape: ONE };
    }
    return this.#function(name, args);
  }

  /** A global function, or one of a namespace by its full name. */
  #function(name: string, args: readonly SyntaxNode[]): Estimate {
    if (name === "cel.bind") return this.#bind(args as [SyntaxNode, SyntaxNode, SyntaxNode]);
    const parts = args.map((arg) => this.estimate(arg));
    const called = FUNCTION_COSTS.get(name)?.(...parts.map(({ shape }) => shape)) ?? { cost: 1, shape: ONE };
    return { cost: costOf(parts) + called.cost, shape: called.shape };
  }

  #method([called, receiver, args]: [string, SyntaxNode, SyntaxNode[]]): Estimate {
    const name = NAMES.get(called) ?? called;
    const namespace = receiver.op === "id" ? (receiver.args as string) : "";
    if (NAMESPACES.has(namespace) && !this.#variables.has(namespace))
      return this.#function(`${namespace}.${name}`, args);
    const comprehension = COMPREHENSIONS[name];
    const target = this.estimate(receiver);
    if (comprehension && args[0]?.op === "id" && args.length > 1) {
      return comprehension(target, args, (body, names, range = target.shape) =>
        this.#within(range, names).estimate(body),
      );
    }
    const parts = args.map((arg) => this.estimate(arg));
    const { cost, shape } = methodCost(
      name,
      target.shape,
      parts.map((part) => part.shape),
    );
    return { cost: target.cost + costOf(parts) + cost, shape };
  }

  /** A loop over an empty list, whose accumulator is the variable. */
  #bind([name, value, body]: [SyntaxNode, SyntaxNode, SyntaxNode]): Estimate {
    const { cost, shape } = this.estimate(value);
    const variables = new Map(this.#variables).set(name.args as string, shape);
    const result = new Estimator(variables).estimate(body);
    return { cost: LIST_COST + cost + result.cost, shape: result.shape };
  }

  /** Binds the variables of a comprehension: item or key, or index and item, or key and value. */
  #within(range: Shape, names: readonly string[]): Estimator {
    const variables = new Map(this.#variables);
    const [first = "", second] = names;
    variables.set(first, (second === undefined ? (range.keys ?? range.items) : (range.keys ?? ONE)) ?? UNKNOWN);
    if (second !== undefined) variables.set(second, range.items ?? UNKNOWN);
    return new Estimator(variables);
  }
}

function costOf(parts: readonly Estimate[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

function literalShape(value: unknown): Shape {
  if (typeof value === "string") return { max: [...value].length, min: [...value].length, kind: "text" };
  if (typeof value === "bigint") return { max: 1, value: Number(value) };
  return value instanceof Uint8Array ? { max: value.length, min: value.length, kind: "bytes" } : ONE;
}

function unionOf(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length === 0) return undefined;
  if (known.length === 1) return known[0];
  const max = Math.max(...known.map((shape) => shape.max));
  const min = Math.min(...known.map((shape) => shape.min ?? 0));
  const kind = known.find((shape) => shape.kind)?.kind;
  const parts = {
    ...(kind && { kind }),
    items: unionOf(known.map(({ items }) => items)),
    keys: unionOf(known.map(({ keys }) => keys)),
  };
  const field = (name: string) => unionOf(known.map((shape) => shape.field?.(name)));
  return { max, min, ...parts, field };
}

function joined(a: Shape, b: Shape): Shape {
  const kind = a.kind ?? b.kind;
  return {
    max: a.max + b.max,
    min: (a.min ?? 0) + (b.min ?? 0),
    ...(kind && { kind }),
    items: unionOf([a.items, b.items]),
  };
}

/** Lists are joined by reference, texts are copied; numbers are added. */
function sumCost(a: Shape, b: Shape): number {
  if (a.items || b.items || (a.max <= 1 && b.max <= 1)) return 1;
  return traversal(joined(a, b));
}

function comparisonCost(a: Shape, b: Shape): number {
  return traversal({ max: Math.min(a.max, b.max) });
}

function equalityCost(a: Shape, b: Shape): number {
  if (a.equality === undefined || a.equality !== b.equality) return comparisonCost(a, b);
  return a.equality === "size of the right one" ? traversal(b) : a.equality;
}

function methodCost(name: string, target: Shape, args: readonly Shape[]): Estimate {
  if (name === "orValue" || name === "or") return { cost: 1, shape: unionOf([target, args[0]]) ?? UNKNOWN };
  return METHOD_COSTS.get(name)?.(target, ...args) ?? { cost: 1, shape: ONE };
}
