/**
 * `not`, `and` and `or`. The kept parser gives `not` the lowest precedence of the three: its tree of `not a or b` is that
 * of `not (a or b)`. So the operands are read in their order, and the precedence of Python is applied here.
 */
import type { Compiler } from "./compile.ts";
import { childrenOf, type Node } from "./syntax.ts";

type Token = "not" | "and" | "or" | Node;

type Logic =
  | { type: "operand"; node: Node }
  | { type: "not"; operand: Logic }
  | { type: "and" | "or"; left: Logic; right: Logic };

/** Whether this function compiles the node. */
export function isLogic(c: Compiler, node: Node): boolean {
  return tokensOf(c, node).length > 1;
}

/** Leaves the value of the expression on the stack. */
export function compileLogic(c: Compiler, node: Node): void {
  const tokens = tokensOf(c, node);
  emit(c, readOr(tokens));
}

function tokensOf(c: Compiler, node: Node): Token[] {
  const children = childrenOf(node);
  if (node.name === "UnaryExpression" && c.text(children[0]!) === "not") return ["not", ...tokensOf(c, children[1]!)];
  if (node.name !== "BinaryExpression" || children.length !== 3) return [node];
  const operator = c.text(children[1]!);
  if (operator !== "and" && operator !== "or") return [node];
  return [...tokensOf(c, children[0]!), operator, ...tokensOf(c, children[2]!)];
}

function readOr(tokens: Token[]): Logic {
  let left = readAnd(tokens);
  while (tokens[0] === "or") {
    tokens.shift();
    left = { type: "or", left, right: readAnd(tokens) };
  }
  return left;
}

function readAnd(tokens: Token[]): Logic {
  let left = readNot(tokens);
  while (tokens[0] === "and") {
    tokens.shift();
    left = { type: "and", left, right: readNot(tokens) };
  }
  return left;
}

function readNot(tokens: Token[]): Logic {
  const token = tokens.shift()!;
  if (token === "not") return { type: "not", operand: readNot(tokens) };
  return { type: "operand", node: token as Node };
}

function emit(c: Compiler, logic: Logic): void {
  if (logic.type === "operand") {
    c.expression(logic.node);
    return;
  }
  if (logic.type === "not") {
    emit(c, logic.operand);
    c.emit("unary", "not");
    return;
  }
  const end = c.label();
  emit(c, logic.left);
  c.jump(logic.type === "and" ? "jumpIfFalseOrPop" : "jumpIfTrueOrPop", end);
  emit(c, logic.right);
  c.place(end);
}
