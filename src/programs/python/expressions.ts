/** Expressions. Each leaves one value on the stack. */
import type { Compiler, Label } from "./compile.ts";
import { compileAsyncNext, compileAwait, compileDelegation } from "./coroutines.ts";
import { compileFormat } from "./format-strings.ts";
import { compileLogic, isLogic } from "./logic.ts";
import { Bytes, Ellipsis } from "./objects.ts";
import { compileParameters } from "./parameters.ts";
import { numberOf, resolveEscapes, stringParts } from "./strings.ts";
import { compileSubscript } from "./subscripts.ts";
import { childrenOf, type Node, partsOf } from "./syntax.ts";
import { compileTarget } from "./targets.ts";

type Compile = (compiler: Compiler, node: Node) => void;

const EXPRESSIONS: Record<string, Compile> = {
  VariableName: (c, node) => c.emit("load", c.text(node)),
  Number: (c, node) => c.emit("constant", numberOf(c.text(node))),
  Boolean: (c, node) => c.emit("constant", c.text(node) === "True"),
  None: (c) => c.emit("constant", null),
  Ellipsis: (c) => c.emit("constant", new Ellipsis()),
  String: (c, node) => c.emit("constant", literal(c, node)),
  FormatString: (c, node) => compileFormat(c, node),
  ContinuedString: compileContinued,
  ParenthesizedExpression: (c, node) => c.expression(partsOf(node)[0]!),
  UnaryExpression: compileUnary,
  BinaryExpression: compileBinary,
  ConditionalExpression: compileConditional,
  NamedExpression: compileNamed,
  CallExpression: compileCall,
  MemberExpression: compileMember,
  TupleExpression: (c, node) => compileItems(c, partsOf(node), "tuple"),
  ArrayExpression: (c, node) => compileItems(c, partsOf(node), "list"),
  SetExpression: (c, node) => compileItems(c, partsOf(node), "set"),
  DictionaryExpression: compileDictionary,
  LambdaExpression: compileLambda,
  ArrayComprehensionExpression: (c, node) => compileComprehension(c, node, "list"),
  SetComprehensionExpression: (c, node) => compileComprehension(c, node, "set"),
  DictionaryComprehensionExpression: (c, node) => compileComprehension(c, node, "dict"),
  ComprehensionExpression: (c, node) => compileComprehension(c, node, "generator"),
  AwaitExpression: (c, node) => {
    c.expression(partsOf(node)[1]!);
    compileAwait(c);
  },
  YieldExpression: compileYield,
};

export function compileExpression(compiler: Compiler, node: Node): void {
  const compile = EXPRESSIONS[node.name];
  if (!compile) compiler.fail(node);
  compiler.at(node);
  compile(compiler, node);
}

function literal(c: Compiler, node: Node): string | Bytes {
  const text = c.text(node);
  const parts = stringParts(text);
  const content = resolveEscapes(text.slice(parts.from, parts.to), parts);
  return parts.isBytes ? new Bytes(content) : content;
}

/** Adjacent literals are one string. */
function compileContinued(c: Compiler, node: Node): void {
  const parts = childrenOf(node);
  const literals = parts.map((part) => (part.name === "String" ? literal(c, part) : undefined));
  if (literals.every((part) => part instanceof Bytes)) {
    c.emit("constant", new Bytes(literals.map((part) => (part as Bytes).data).join("")));
    return;
  }
  for (const part of parts) c.expression(part);
  c.emit("join", parts.length);
}

function compileUnary(c: Compiler, node: Node): void {
  if (isLogic(c, node)) {
    compileLogic(c, node);
    return;
  }
  const [operator, operand] = childrenOf(node);
  c.expression(operand!);
  c.emit("unary", c.text(operator!));
}

const COMPARISONS = new Set(["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]);

function operatorOf(c: Compiler, nodes: readonly Node[]): string {
  return nodes.map((node) => c.text(node)).join(" ");
}

function compileBinary(c: Compiler, node: Node): void {
  if (isLogic(c, node)) {
    compileLogic(c, node);
    return;
  }
  const children = childrenOf(node);
  const left = children[0]!;
  const right = children.at(-1)!;
  const operator = operatorOf(c, children.slice(1, -1));
  if (!COMPARISONS.has(operator)) {
    c.expression(left);
    c.expression(right);
    c.emit("binary", operator);
    return;
  }
  compileComparison(c, node);
}

/** `a < b <= c` evaluates `b` once. */
function compileComparison(c: Compiler, node: Node): void {
  const operands: Node[] = [];
  const operators: string[] = [];
  let at = node;
  for (;;) {
    const children = childrenOf(at);
    const operator = operatorOf(c, children.slice(1, -1));
    if (at.name !== "BinaryExpression" || !COMPARISONS.has(operator)) break;
    operands.unshift(children.at(-1)!);
    operators.unshift(operator);
    at = children[0]!;
  }
  c.expression(at);
  const end = c.label();
  for (const [i, operand] of operands.entries()) {
    c.expression(operand);
    if (i < operands.length - 1) {
      c.emit("duplicateBelow");
      c.emit("compare", operators[i]!);
      c.jump("jumpIfFalseOrPopBelow", end);
    } else {
      c.emit("compare", operators[i]!);
    }
  }
  c.place(end);
}

function compileConditional(c: Compiler, node: Node): void {
  const [yes, , condition, , no] = childrenOf(node);
  const otherwise = c.label();
  const end = c.label();
  c.expression(condition!);
  c.jump("jumpIfFalse", otherwise);
  c.expression(yes!);
  c.jump("jump", end);
  c.place(otherwise);
  c.expression(no!);
  c.place(end);
}

function compileNamed(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  c.expression(children.at(-1)!);
  c.emit("duplicate");
  c.store(c.text(children[0]!));
}

function compileCall(c: Compiler, node: Node): void {
  const [callee, list] = childrenOf(node);
  c.expression(callee!);
  compileArguments(c, list!);
}

/** Arguments and the call itself; the callee is on the stack. */
export function compileArguments(c: Compiler, list: Node): void {
  const shape: string[] = [];
  const nodes = childrenOf(list).filter(({ name }) => !["(", ")", ","].includes(name));
  const inGenerator = nodes.some(({ name }) => name === "for");
  if (inGenerator) {
    compileComprehension(c, list, "generator");
    shape.push("");
  } else {
    for (let i = 0; i < nodes.length; i++) {
      const current = nodes[i]!;
      if (current.name === "*" || current.name === "**") {
        c.expression(nodes[++i]!);
        shape.push(current.name);
      } else if (nodes[i + 1]?.name === "AssignOp") {
        c.expression(nodes[i + 2]!);
        const isWalrus = c.text(nodes[i + 1]!) === ":=";
        if (isWalrus) {
          c.emit("duplicate");
          c.store(c.text(current));
        }
        shape.push(isWalrus ? "" : c.text(current));
        i += 2;
      } else {
        c.expression(current);
        shape.push("");
      }
    }
  }
  c.at(list);
  c.emit("call", { shape });
}

function compileMember(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  c.expression(children[0]!);
  if (children[1]!.name === ".") {
    c.emit("attribute", c.privateName(c.text(children[2]!)));
    return;
  }
  compileSubscript(c, children.slice(2, -1));
  c.emit("subscript");
}

/** Items of a list, tuple or set, with `*` unpacking. */
function compileItems(c: Compiler, nodes: readonly Node[], kind: "list" | "tuple" | "set"): void {
  const shape: string[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const isStarred = nodes[i]!.name === "*";
    c.expression(nodes[isStarred ? ++i : i]!);
    shape.push(isStarred ? "*" : "");
  }
  if (shape.includes("*")) c.emit(`${kind}Of`, { shape });
  else c.emit(kind, shape.length);
}

function compileDictionary(c: Compiler, node: Node): void {
  const nodes = partsOf(node).filter(({ name }) => name !== ":");
  c.emit("dict");
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i]!.name === "**") {
      c.expression(nodes[++i]!);
      c.emit("dictUpdate");
    } else {
      c.expression(nodes[i]!);
      c.expression(nodes[++i]!);
      c.emit("dictAdd");
    }
  }
}

function compileLambda(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  const list = children.find(({ name }) => name === "ParamList");
  const parameters = list ? compileParameters(c, list) : { parameters: [], defaults: 0, keywords: [] };
  const inner = c.inner("<lambda>", parameters);
  inner.expression(children.at(-1)!);
  inner.emit("return");
  c.emit("function", inner.code.number);
  c.emit("defaults", { shape: [String(parameters.defaults), ...parameters.keywords] });
}

/** A comprehension is a function of its first iterator, as in CPython. */
function compileComprehension(c: Compiler, node: Node, kind: "list" | "set" | "dict" | "generator"): void {
  const nodes = childrenOf(node).filter(({ name }) => !["(", ")", "[", "]", "{", "}", "async", ","].includes(name));
  const first = nodes.findIndex(({ name }) => name === "for");
  const head = nodes.slice(0, first).filter(({ name }) => name !== ":");
  const names = { list: "<listcomp>", set: "<setcomp>", dict: "<dictcomp>", generator: "<genexpr>" };
  const isCoroutine = isAsynchronous(node);
  const inner = c.inner(names[kind], {
    isCoroutine,
    parameters: [{ name: ".0", kind: "positional", hasDefault: false }],
  });
  if (kind === "generator") {
    inner.code.isGenerator = true;
    inner.code.isAsyncGenerator = isCoroutine;
  } else inner.emit(kind, kind === "dict" ? undefined : 0);
  c.emit("function", inner.code.number);
  compileClauses(c, inner, nodes.slice(first), (depth) => {
    for (const part of head) inner.expression(part);
    if (kind === "generator") {
      if (isCoroutine) inner.emit("asyncValue");
      inner.emit("yield");
      inner.emit("pop");
    } else {
      inner.emit(`${kind}Append`, depth);
    }
  });
  if (kind === "generator") inner.emit("constant", null);
  inner.emit("return");
  c.emit("call", { shape: [""] });
  if (isCoroutine && kind !== "generator") compileAwait(c);
}

/** Whether a comprehension awaits: by `async for`, or by `await` outside of functions inside. */
function isAsynchronous(node: Node): boolean {
  return childrenOf(node).some(
    (child) =>
      child.name === "async" ||
      child.name === "AwaitExpression" ||
      (child.name !== "LambdaExpression" && isAsynchronous(child)),
  );
}

/** `for … in … if …` clauses; the first iterator is evaluated outside. */
function compileClauses(outer: Compiler, inner: Compiler, nodes: readonly Node[], body: (depth: number) => void): void {
  const ends: (() => void)[] = [];
  const starts: Label[] = [];
  let depth = 0;
  for (let i = 0; i < nodes.length; ) {
    if (nodes[i]!.name === "if") {
      inner.expression(nodes[i + 1]!);
      inner.jump("jumpIfFalse", starts.at(-1)!);
      i += 2;
      continue;
    }
    const inAt = nodes.findIndex((node, at) => at > i && node.name === "in");
    const isAsync = nodes[i]!.prevSibling?.name === "async";
    const operation = isAsync ? "asyncIterate" : "iterate";
    if (depth === 0) {
      outer.expression(nodes[inAt + 1]!);
      outer.emit(operation);
      inner.emit("load", ".0");
    } else {
      inner.expression(nodes[inAt + 1]!);
      inner.emit(operation);
    }
    const start = inner.label();
    const end = inner.label();
    inner.place(start);
    if (isAsync) compileAsyncNext(inner, () => inner.jump("jump", end));
    else inner.jump("next", end);
    compileTarget(inner, nodes.slice(i + 1, inAt));
    starts.push(start);
    ends.push(() => {
      inner.jump("jump", start);
      inner.place(end);
    });
    depth++;
    i = inAt + 2;
  }
  body(depth);
  for (const end of ends.reverse()) end();
}

/** `yield`, `yield a, b` and `yield from a`. Leaves the value that was sent on the stack. */
export function compileYield(c: Compiler, node: Node): void {
  c.code.isGenerator = true;
  const [, second, third] = childrenOf(node);
  if (second?.name === "from") {
    c.expression(third!);
    c.emit("iterate");
    compileDelegation(c);
    return;
  }
  if (!second) c.emit("constant", null);
  else compileItemsOrOne(c, childrenOf(node).slice(1));
  if (c.code.isCoroutine) {
    c.code.isAsyncGenerator = true;
    c.emit("asyncValue");
  }
  c.emit("yield");
}

/** `a` or the tuple `a, b`. */
export function compileItemsOrOne(c: Compiler, nodes: readonly Node[]): void {
  const items = nodes.filter(({ name }) => name !== ",");
  if (items.length === 1 && nodes.length === 1) c.expression(items[0]!);
  else compileItems(c, items, "tuple");
}
