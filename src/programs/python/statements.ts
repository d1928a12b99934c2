/** Statements. */
import type { Compiler } from "./compile.ts";
import { compileItemsOrOne, compileYield } from "./expressions.ts";
import { compileClass, compileDecorated, compileFunction } from "./functions.ts";
import { compileImport } from "./imports.ts";
import { compileFor, compileIf, compileWhile, leaveUntil } from "./loops.ts";
import { compileMatch } from "./match.ts";
import { childrenOf, type Node, partsOf } from "./syntax.ts";
import { compileDelete, compileTarget } from "./targets.ts";
import { compileTry, compileWith } from "./try.ts";

type Compile = (compiler: Compiler, node: Node) => void;

const STATEMENTS: Record<string, Compile> = {
  StatementGroup: (c, node) => {
    for (const child of childrenOf(node)) if (child.name !== ";") compileStatement(c, child);
  },
  ExpressionStatement: (c, node) => {
    compileItemsOrOne(c, childrenOf(node));
    c.emit(c.showsValues ? "display" : "pop");
  },
  YieldStatement: (c, node) => {
    compileYield(c, node);
    c.emit("pop");
  },
  AssignStatement: compileAssign,
  UpdateStatement: compileUpdate,
  PassStatement: () => {},
  ReturnStatement: compileReturn,
  BreakStatement: (c, node) => leaveUntil(c, node, "break"),
  ContinueStatement: (c, node) => leaveUntil(c, node, "continue"),
  RaiseStatement: compileRaise,
  AssertStatement: compileAssert,
  DeleteStatement: (c, node) => {
    for (const part of partsOf(node).slice(1)) compileDelete(c, part);
  },
  ScopeStatement: compileScope,
  ImportStatement: compileImport,
  IfStatement: compileIf,
  WhileStatement: compileWhile,
  ForStatement: compileFor,
  TryStatement: compileTry,
  WithStatement: compileWith,
  MatchStatement: compileMatch,
  FunctionDefinition: (c, node) => c.store(compileFunction(c, node)),
  ClassDefinition: (c, node) => c.store(compileClass(c, node)),
  DecoratedStatement: compileDecorated,
  // `print` and `exec` as statements are Python 2.
  PrintStatement: (c, node) => c.fail(node, "Missing parentheses in call to 'print'. Did you mean print(...)?"),
};

export function compileStatement(compiler: Compiler, node: Node): void {
  const compile = STATEMENTS[node.name];
  if (!compile) compiler.fail(node);
  compiler.at(node);
  compile(compiler, node);
}

/** `a = b, c = value`, with an annotation or without. */
function compileAssign(c: Compiler, node: Node): void {
  const groups: Node[][] = [[]];
  for (const child of childrenOf(node)) {
    if (child.name === "TypeDef") continue;
    if (child.name === "AssignOp") groups.push([]);
    else groups.at(-1)!.push(child);
  }
  const targets = groups.slice(0, -1);
  // `x: int` declares a name without a value.
  const isAnnotated = childrenOf(node).some(({ name }) => name === "TypeDef");
  if (c.code.isClass && isAnnotated) c.emit("annotate", c.text(groups[0]![0]!));
  if (targets.length === 0) {
    c.declare(c.text(groups[0]![0]!));
    return;
  }
  compileItemsOrOne(c, groups.at(-1)!);
  targets.forEach((target, i) => {
    if (i < targets.length - 1) c.emit("duplicate");
    compileTarget(c, target);
  });
}

/** `target op= value`. */
function compileUpdate(c: Compiler, node: Node): void {
  const [target, operator, ...value] = childrenOf(node);
  const operation = c.text(operator!).slice(0, -1);
  if (target!.name === "MemberExpression") {
    const children = childrenOf(target!);
    c.expression(children[0]!);
    if (children[1]!.name === ".") {
      c.emit("duplicate");
      c.emit("attribute", c.privateName(c.text(children[2]!)));
      compileItemsOrOne(c, value);
      c.emit("inplace", operation);
      c.emit("swap");
      c.emit("storeAttribute", c.privateName(c.text(children[2]!)));
    } else {
      c.expression(children[2]!);
      c.emit("duplicateTwo");
      c.emit("subscript");
      compileItemsOrOne(c, value);
      c.emit("inplace", operation);
      c.emit("storeSubscriptBelow");
    }
    return;
  }
  c.declare(c.text(target!));
  c.emit("load", c.text(target!));
  compileItemsOrOne(c, value);
  c.emit("inplace", operation);
  c.store(c.text(target!));
}

function compileReturn(c: Compiler, node: Node): void {
  const value = childrenOf(node).slice(1);
  if (value.length > 0) compileItemsOrOne(c, value);
  else c.emit("constant", null);
  // Blocks are left from the innermost one, each without itself around it.
  const around = c.leavings.splice(0);
  for (let i = around.length - 1; i >= 0; i--) {
    c.leavings.splice(0, c.leavings.length, ...around.slice(0, i));
    if (around[i]!.kind !== "loop") around[i]!.leave(c);
  }
  c.leavings.splice(0, c.leavings.length, ...around);
  c.emit("return");
}

function compileRaise(c: Compiler, node: Node): void {
  const parts = partsOf(node).slice(1);
  if (parts.length === 0) {
    c.emit("reraise");
    return;
  }
  c.expression(parts[0]!);
  const from = parts.findIndex(({ name }) => name === "from");
  if (from !== -1) c.expression(parts[from + 1]!);
  c.emit("raise", from === -1 ? 0 : 1);
}

function compileAssert(c: Compiler, node: Node): void {
  const [, condition, message] = partsOf(node);
  const end = c.label();
  c.expression(condition!);
  c.jump("jumpIfTrue", end);
  c.emit("load", "AssertionError");
  if (message) c.expression(message);
  c.emit("call", { shape: message ? [""] : [] });
  c.emit("raise", 0);
  c.place(end);
}

function compileScope(c: Compiler, node: Node): void {
  const [keyword, ...names] = partsOf(node);
  for (const name of names) {
    if (c.text(keyword!) === "global") c.code.globals.add(c.text(name));
    else c.nonlocals.add(c.text(name));
  }
}
