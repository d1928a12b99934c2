/**
 * Types of PromQL expressions.
 * Source: github.com/prometheus/prometheus promql/parser/parse.go (`checkAST`)
 */
import { FUNCTIONS } from "./functions/registry.ts";
import { COMPARISONS, type Expression, PromqlError, SET_OPERATORS, TYPE_NAMES, type ValueType } from "./syntax.ts";

export function typeOf(expression: Expression): ValueType {
  switch (expression.type) {
    case "number":
      return "scalar";
    case "string":
      return "string";
    case "selector":
    case "aggregation":
      return "vector";
    case "range":
    case "subquery":
      return "matrix";
    case "call":
      return FUNCTIONS.get(expression.name)?.returns ?? "vector";
    case "binary":
      return typeOf(expression.left) === "scalar" && typeOf(expression.right) === "scalar" ? "scalar" : "vector";
    case "unary":
    case "parentheses":
      return typeOf(expression.inner);
  }
}

/** Throws PromqlError at the first place where a type does not fit. */
export function checkTypes(text: string, expression: Expression): void {
  const expect = (inner: Expression, wanted: ValueType, context: string) => {
    checkTypes(text, inner);
    const found = typeOf(inner);
    if (found === wanted) return;
    const problem = `expected type ${TYPE_NAMES[wanted]} in ${context}, got ${TYPE_NAMES[found]}`;
    throw new PromqlError(text, inner.from, problem);
  };
  switch (expression.type) {
    case "aggregation": {
      expect(expression.inner, "vector", "aggregation expression");
      const wanted = expression.operator === "count_values" ? "string" : "scalar";
      if (expression.parameter) expect(expression.parameter, wanted, "aggregation parameter");
      return;
    }
    case "call":
      checkCall(text, expression, expect);
      return;
    case "binary":
      checkBinary(text, expression);
      return;
    case "subquery": {
      checkTypes(text, expression.inner);
      const found = typeOf(expression.inner);
      if (found === "vector") return;
      const problem = `subquery is only allowed on instant vector, got ${TYPE_NAMES[found]} instead`;
      throw new PromqlError(text, expression.from, problem);
    }
    case "unary": {
      checkTypes(text, expression.inner);
      const found = typeOf(expression.inner);
      if (found === "scalar" || found === "vector") return;
      const problem = `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(TYPE_NAMES[found])}`;
      throw new PromqlError(text, expression.from, problem);
    }
    case "parentheses":
      checkTypes(text, expression.inner);
      return;
    default:
      return;
  }
}

function checkCall(
  text: string,
  { name, args, from }: Extract<Expression, { type: "call" }>,
  expect: (inner: Expression, wanted: ValueType, context: string) => void,
): void {
  const { parameters, optional = 0 } = FUNCTIONS.get(name)!;
  const isVariadic = optional === "any";
  const most = parameters.length;
  const least = isVariadic ? most - 1 : most - optional;
  const fail = (wanted: string) => {
    throw new PromqlError(
      text,
      from,
      `expected ${wanted} argument(s) in call to ${JSON.stringify(name)}, got ${args.length}`,
    );
  };
  if (least === most && args.length !== most) fail(`${most}`);
  if (args.length < least) fail(`at least ${least}`);
  if (!isVariadic && args.length > most) fail(`at most ${most}`);
  args.forEach((arg, i) => {
    expect(arg, parameters[Math.min(i, most - 1)]!, `call to function ${JSON.stringify(name)}`);
  });
}

function checkBinary(text: string, expression: Extract<Expression, { type: "binary" }>): void {
  const { left, right, operator, returnsBool, matching, from } = expression;
  checkTypes(text, left);
  checkTypes(text, right);
  const types = [typeOf(left), typeOf(right)];
  const fail = (problem: string, at = from) => {
    throw new PromqlError(text, at, problem);
  };
  const wrong = [left, right].find((each) => typeOf(each) !== "scalar" && typeOf(each) !== "vector");
  if (wrong) fail("binary expression must contain only scalar and instant vector types", wrong.from);
  const areScalars = types.every((type) => type === "scalar");
  if (COMPARISONS.has(operator) && areScalars && !returnsBool)
    fail("comparisons between scalars must use BOOL modifier");
  const hasScalar = types.includes("scalar");
  if (SET_OPERATORS.has(operator) && hasScalar) {
    fail(`set operator ${JSON.stringify(operator)} not allowed in binary scalar expression`);
  }
  if (hasScalar && (matching.labels.length > 0 || matching.mode === "on")) {
    fail("vector matching only allowed between instant vectors");
  }
  const twice = matching.mode === "on" ? matching.include.find((label) => matching.labels.includes(label)) : undefined;
  if (twice !== undefined) fail(`label ${JSON.stringify(twice)} must not occur in ON and GROUP clause at once`);
}
