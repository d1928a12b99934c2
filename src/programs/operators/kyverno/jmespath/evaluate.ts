/**
 * JMESPath as Kyverno evaluates it: a key that an object lacks is an error, which most operators take for null.
 * Source: github.com/kyverno/go-jmespath interpreter.go
 */
import jmespath, { type SyntaxNode } from "jmespath";
import { BoundedCache } from "../../../../lib/bounded-cache.ts";
import { MAX_QUERY_NODES } from "../../../../lib/container-limits.ts";
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MAX_COMPILED_PATTERNS } from "../../../../lib/limits.ts";
import { callFunction } from "./functions/registry.ts";
import {
  type Evaluator,
  type Host,
  isFalse,
  QueryError,
  Reference,
  UnknownKeyError,
  type Value,
  valuesOf,
} from "./values.ts";

const compiled = new BoundedCache<string, SyntaxNode | QueryError>(MAX_COMPILED_PATTERNS);

/** The value of an expression. Throws QueryError. */
export function search(expression: string, data: JsonValue, host: Host): JsonValue {
  const tree = compiled.getOrCompute(expression, () => compile(expression));
  if (tree instanceof QueryError) throw tree;
  const value = new Evaluation(host).run(tree, data);
  if (value instanceof Reference) throw new QueryError("the expression has no value");
  return value;
}

function compile(expression: string): SyntaxNode | QueryError {
  try {
    return jmespath.compile(expression);
  } catch (error) {
    return new QueryError(`SyntaxError: ${error instanceof Error ? error.message : String(error)}`);
  }
}

class Evaluation implements Evaluator {
  readonly host: Host;
  #nodes = 0;

  constructor(host: Host) {
    this.host = host;
  }

  run(node: SyntaxNode, value: Value): Value {
    this.#nodes++;
    this.host.charge(1 / NODES_PER_STEP);
    if (this.#nodes > MAX_QUERY_NODES) throw new QueryError("the expression takes too much work");
    const evaluate = NODES[node.type];
    if (!evaluate) throw new QueryError(`Unknown AST node: ${node.type}`);
    return evaluate(this, node, value);
  }

  /** As `run`, with null for an unknown key. */
  orNull(node: SyntaxNode, value: Value): Value {
    try {
      return this.run(node, value);
    } catch (error) {
      if (error instanceof UnknownKeyError) return null;
      throw error;
    }
  }

  /** As `run`, with null for every error. */
  quietly(node: SyntaxNode, value: Value): Value {
    try {
      return this.run(node, value);
    } catch (error) {
      if (error instanceof QueryError) return null;
      throw error;
    }
  }

  /** The values of the elements for which the node has one. */
  project(node: SyntaxNode, elements: readonly Value[]): JsonValue[] {
    return elements.flatMap((element) => {
      const value = this.orNull(node, element);
      return value === null ? [] : [value as JsonValue];
    });
  }
}

const NODES_PER_STEP = 4;

type Evaluate = (evaluation: Evaluation, node: SyntaxNode, value: Value) => Value;

const child = ({ children = [] }: SyntaxNode, i: number): SyntaxNode => children[i] ?? { type: "Literal", value: null };
const identity: Evaluate = (_evaluation, _node, value) => value;
const inOrder: Evaluate = (evaluation, node, value) =>
  evaluation.run(child(node, 1), evaluation.run(child(node, 0), value));

const NODES: Readonly<Record<string, Evaluate>> = {
  Literal: (_evaluation, { value }) => value as JsonValue,
  Identity: identity,
  Current: identity,
  Field(_evaluation, { name = "" }, value) {
    if (!isJsonObject(value)) return null;
    if (!Object.hasOwn(value, name)) throw new UnknownKeyError(name);
    return value[name] ?? null;
  },
  Subexpression: inOrder,
  IndexExpression: inOrder,
  Index(_evaluation, { value: index }, value) {
    return Array.isArray(value) ? (value.at(Number(index)) ?? null) : null;
  },
  Slice: (_evaluation, { children }, value) => slice(children as unknown as (number | null)[], value),
  Pipe: (evaluation, { children = [] }, value) =>
    children.reduce((current: Value, each) => evaluation.orNull(each, current), value),
  Projection(evaluation, node, value) {
    const list = evaluation.orNull(child(node, 0), value);
    return Array.isArray(list) ? evaluation.project(child(node, 1), list) : null;
  },
  ValueProjection(evaluation, node, value) {
    const object = evaluation.quietly(child(node, 0), value);
    return isJsonObject(object) ? evaluation.project(child(node, 1), valuesOf(object)) : null;
  },
  FilterProjection(evaluation, node, value) {
    const list = evaluation.quietly(child(node, 0), value);
    if (!Array.isArray(list)) return null;
    const chosen = list.filter((element) => !isFalse(evaluation.orNull(child(node, 2), element)));
    return evaluation.project(child(node, 1), chosen);
  },
  Flatten(evaluation, node, value) {
    const list = evaluation.quietly(child(node, 0), value);
    return Array.isArray(list) ? list.flat() : null;
  },
  MultiSelectList(evaluation, { children = [] }, value) {
    return value === null ? null : children.map((each) => evaluation.orNull(each, value) as JsonValue);
  },
  MultiSelectHash(evaluation, { children = [] }, value) {
    if (value === null) return null;
    const entries = children.map((each) => [each.name, evaluation.orNull(each.value as SyntaxNode, value)]);
    return Object.fromEntries(entries) as JsonObject;
  },
  OrExpression(evaluation, node, value) {
    const left = evaluation.orNull(child(node, 0), value);
    return isFalse(left) ? evaluation.orNull(child(node, 1), value) : left;
  },
  AndExpression(evaluation, node, value) {
    const left = evaluation.orNull(child(node, 0), value);
    return isFalse(left) ? left : evaluation.run(child(node, 1), value);
  },
  NotExpression: (evaluation, node, value) => isFalse(evaluation.orNull(child(node, 0), value)),
  Comparator(evaluation, node, value) {
    return compare(node.name ?? "", evaluation.orNull(child(node, 0), value), evaluation.orNull(child(node, 1), value));
  },
  ExpressionReference: (_evaluation, node) => new Reference(child(node, 0)),
  Function(evaluation, { name = "", children = [] }, value) {
    const args = children.map((each) => evaluation.orNull(each, value));
    return callFunction(name, args, evaluation);
  },
};

function compare(operator: string, left: Value, right: Value): Value {
  if (operator === "EQ") return equalJson(left, right);
  if (operator === "NE") return !equalJson(left, right);
  if (typeof left !== "number" || typeof right !== "number") return null;
  switch (operator) {
    case "GT":
      return left > right;
    case "GTE":
      return left >= right;
    case "LT":
      return left < right;
    default:
      return left <= right;
  }
}

function slice([start, stop, step]: readonly (number | null)[], value: Value): Value {
  if (!Array.isArray(value)) return null;
  const by = step ?? 1;
  if (by === 0) throw new QueryError("Invalid slice, step cannot be 0");
  const { length } = value;
  const bound = (index: number | null | undefined, fallback: number) => {
    if (index === null || index === undefined) return fallback;
    const position = index < 0 ? index + length : index;
    return by > 0 ? Math.min(Math.max(position, 0), length) : Math.min(Math.max(position, -1), length - 1);
  };
  const from = bound(start, by > 0 ? 0 : length - 1);
  const to = bound(stop, by > 0 ? length : -1);
  const taken: JsonValue[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) taken.push(value[i] ?? null);
  return taken;
}
