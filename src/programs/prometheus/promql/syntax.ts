/**
 * The syntax tree of PromQL and its types.
 * Source: github.com/prometheus/prometheus promql/parser (ast.go, value.go)
 */

/** Names and values; the name of a metric is `__name__`. */
export type Labels = Readonly<Record<string, string>>;

export type ValueType = "scalar" | "vector" | "matrix" | "string";

/** How errors call a type. */
export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: "scalar",
  vector: "instant vector",
  matrix: "range vector",
  string: "string",
};

export type MatchOperator = "=" | "!=" | "=~" | "!~";

export interface Matcher {
  name: string;
  operator: MatchOperator;
  value: string;
}

/** Where a selector or a subquery reads: moved by an offset, or fixed at an instant. */
export interface Shift {
  offsetMs: number;
  /** `@ 1609746000`, ms, or one end of the query's range. */
  at?: number | "start" | "end";
}

/** The position of an expression in its text, for errors. */
interface Placed {
  from: number;
}

export interface VectorSelector extends Placed, Shift {
  type: "selector";
  /** Absent: only matchers in braces. */
  name?: string;
  matchers: readonly Matcher[];
}

export interface VectorMatching {
  mode: "on" | "ignoring";
  labels: readonly string[];
  card: "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";
  /** Labels of the other side that `group_left` and `group_right` copy. */
  include: readonly string[];
}

export type Expression =
  | ({ type: "number"; value: number } & Placed)
  | ({ type: "string"; value: string } & Placed)
  | VectorSelector
  | ({ type: "range"; selector: VectorSelector; rangeMs: number } & Placed)
  | ({ type: "subquery"; inner: Expression; rangeMs: number; stepMs?: number } & Shift & Placed)
  | ({ type: "call"; name: string; args: readonly Expression[] } & Placed)
  | ({
      type: "aggregation";
      operator: string;
      inner: Expression;
      parameter?: Expression;
      grouping: readonly string[];
      isWithout: boolean;
    } & Placed)
  | ({
      type: "binary";
      operator: string;
      left: Expression;
      right: Expression;
      returnsBool: boolean;
      matching: VectorMatching;
    } & Placed)
  | ({ type: "unary"; operator: "+" | "-"; inner: Expression } & Placed)
  | ({ type: "parentheses"; inner: Expression } & Placed);

export const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", ">", "<", ">=", "<="]);
export const SET_OPERATORS: ReadonlySet<string> = new Set(["and", "or", "unless"]);

/** Aggregations; those with `true` have a parameter. */
export const AGGREGATIONS: ReadonlyMap<string, boolean> = new Map([
  ["sum", false],
  ["avg", false],
  ["min", false],
  ["max", false],
  ["count", false],
  ["group", false],
  ["stddev", false],
  ["stdvar", false],
  ["topk", true],
  ["bottomk", true],
  ["quantile", true],
  ["count_values", true],
]);

/** The text does not follow the grammar, or its types do not fit. `at` is an offset in the text. */
export class PromqlError extends Error {
  override name = "PromqlError";

  constructor(text: string, at: number, problem: string) {
    const before = text.slice(0, at).split("\n");
    super(`${before.length}:${(before.at(-1) ?? "").length + 1}: parse error: ${problem}`);
  }
}

/** The expression cannot be evaluated on the data that there are. */
export class EvaluationError extends Error {
  override name = "EvaluationError";
}
