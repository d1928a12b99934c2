/** Compiles statements. */
import { compileClass } from "./classes.ts";
import type { Compiler } from "./compiler.ts";
import { compileDeclaration } from "./declarations.ts";
import { hoistFunctions, lexicalNames } from "./functions.ts";
import { compileLoop } from "./loops.ts";
import { compileExport, compileImport } from "./modules.ts";
import { bind } from "./patterns.ts";
import { type AnyNode, boundNames } from "./syntax.ts";

type Of<T extends AnyNode["type"]> = AnyNode & { type: T };

export function compileStatement(compiler: Compiler, node: AnyNode): void {
  compiler.at(node.start);
  const rule = STATEMENTS[node.type] ?? compileLoop(node);
  if (!rule) compiler.fail(node, `Unsupported syntax: ${node.type}`);
  rule(compiler, node as never);
}

const STATEMENTS: Partial<Record<AnyNode["type"], (compiler: Compiler, node: never) => void>> = {
  EmptyStatement: () => {},
  DebuggerStatement: () => {},
  FunctionDeclaration: () => {},
  ExpressionStatement(compiler, node: Of<"ExpressionStatement">) {
    compiler.expression(node.expression);
    compiler.emit(compiler.isScript ? "complete" : "pop");
  },
  VariableDeclaration: compileDeclaration,
  ClassDeclaration(compiler, node: Of<"ClassDeclaration">) {
    compileClass(compiler, node as never, node.id?.name ?? "default");
    compiler.initialize(node.id?.name ?? "default");
  },
  BlockStatement: (compiler, node: Of<"BlockStatement">) => compileBlock(compiler, node.body),
  IfStatement(compiler, node: Of<"IfStatement">) {
    const otherwise = compiler.label();
    const end = compiler.label();
    compiler.expression(node.test);
    compiler.jump("jumpIfFalse", otherwise);
    compiler.statement(node.consequent);
    if (node.alternate) compiler.jump("jump", end);
    compiler.place(otherwise);
    if (node.alternate) compiler.statement(node.alternate);
    compiler.place(end);
  },
  ReturnStatement(compiler, node: Of<"ReturnStatement">) {
    if (node.argument) compiler.expression(node.argument);
    else compiler.emit("undefined");
    if (node.argument && compiler.code.isAsync && compiler.code.isGenerator) compiler.emit("await");
    compiler.return();
  },
  ThrowStatement(compiler, node: Of<"ThrowStatement">) {
    compiler.expression(node.argument);
    compiler.emit("throw", undefined, node.start);
  },
  BreakStatement: (compiler, node: Of<"BreakStatement">) => compileJump(compiler, node, "breakAt"),
  ContinueStatement: (compiler, node: Of<"ContinueStatement">) => compileJump(compiler, node, "continueAt"),
  LabeledStatement: compileLabeled,
  SwitchStatement: compileSwitch,
  TryStatement: compileTry,
  ImportDeclaration: (compiler, node: Of<"ImportDeclaration">) => compileImport(compiler, node),
  ExportNamedDeclaration: compileExport,
  ExportDefaultDeclaration: compileExport,
  ExportAllDeclaration: compileExport,
};

function compileBlock(compiler: Compiler, statements: readonly AnyNode[]): void {
  compiler.inScope(lexicalNames(statements), () => {
    hoistFunctions(compiler, statements);
    for (const statement of statements) compiler.statement(statement);
  });
}

/** Jumps out of a loop, a `switch` or a labelled statement. */
function compileJump(
  compiler: Compiler,
  node: Of<"BreakStatement"> | Of<"ContinueStatement">,
  to: "breakAt" | "continueAt",
): void {
  const { leavings } = compiler;
  const name = node.label?.name;
  for (let i = leavings.length - 1; i >= 0; i--) {
    const leaving = leavings[i]!;
    const isTarget = name === undefined ? to === "continueAt" || leaving.isBreakable : leaving.names?.includes(name);
    const label = leaving[to];
    if (!isTarget || !label) continue;
    compiler.leaveTo(i + 1, false);
    compiler.jump("jump", label);
    return;
  }
  compiler.fail(node, name === undefined ? "Illegal break statement" : `Undefined label '${name}'`);
}

function compileLabeled(compiler: Compiler, node: Of<"LabeledStatement">): void {
  const { name } = node.label;
  const { body } = node;
  if (/^(?:For|While|DoWhile|Labeled)/.test(body.type)) {
    compiler.labels.push(name);
    compiler.statement(body);
    compiler.labels = [];
    return;
  }
  const end = compiler.label();
  compiler.leavings.push({ leave: () => {}, names: [name], breakAt: end });
  compiler.statement(body);
  compiler.leavings.pop();
  compiler.place(end);
}

function compileSwitch(compiler: Compiler, node: Of<"SwitchStatement">): void {
  compiler.expression(node.discriminant);
  const end = compiler.label();
  const statements = node.cases.flatMap(({ consequent }) => consequent);
  // The value lies under the block until a case is found.
  compiler.inScope(lexicalNames(statements), () => {
    hoistFunctions(compiler, statements);
    const labels = node.cases.map(() => compiler.label());
    for (const [i, { test }] of node.cases.entries()) {
      if (!test) continue;
      compiler.emit("duplicate");
      compiler.expression(test);
      compiler.emit("===");
      compiler.jump("jumpIfTruePopBelow", labels[i]!);
    }
    const fallback = node.cases.findIndex(({ test }) => !test);
    compiler.emit("pop");
    const inner = compiler.label();
    compiler.jump("jump", fallback >= 0 ? labels[fallback]! : inner);
    compiler.leavings.push({ leave: () => {}, isBreakable: true, breakAt: inner });
    for (const [i, { consequent }] of node.cases.entries()) {
      compiler.place(labels[i]!);
      for (const statement of consequent) compiler.statement(statement);
    }
    compiler.leavings.pop();
    compiler.place(inner);
  });
  compiler.place(end);
}

function compileTry(compiler: Compiler, node: Of<"TryStatement">): void {
  const { block, handler, finalizer } = node;
  if (!finalizer) {
    compileCatch(compiler, block, handler!);
    return;
  }
  const onError = compiler.label();
  const end = compiler.label();
  compiler.jump("enterFinally", onError);
  compiler.leavings.push({
    leave: () => {
      compiler.emit("leaveTry");
      compileBlock(compiler, finalizer.body);
    },
  });
  if (handler) compileCatch(compiler, block, handler);
  else compileBlock(compiler, block.body);
  compiler.leavings.pop();
  compiler.emit("leaveTry");
  compileBlock(compiler, finalizer.body);
  compiler.jump("jump", end);
  compiler.place(onError);
  // The error lies on the stack while the block runs.
  compiler.leavings.push({ leave: (hasValue) => compiler.emit(hasValue ? "popBelow" : "pop") });
  compileBlock(compiler, finalizer.body);
  compiler.leavings.pop();
  compiler.emit("rethrow");
  compiler.place(end);
}

function compileCatch(compiler: Compiler, block: Of<"BlockStatement">, handler: Of<"CatchClause">): void {
  const onError = compiler.label();
  const end = compiler.label();
  compiler.jump("enterTry", onError);
  compiler.leavings.push({ leave: () => compiler.emit("leaveTry") });
  compileBlock(compiler, block.body);
  compiler.leavings.pop();
  compiler.emit("leaveTry");
  compiler.jump("jump", end);
  compiler.place(onError);
  const names = handler.param ? boundNames(handler.param).map((name) => [name, "let"] as [string, "let"]) : [];
  if (!handler.param) compiler.emit("pop");
  compiler.inScope(names, () => {
    if (handler.param) bind(compiler, handler.param, "declare");
    compileBlock(compiler, handler.body.body);
  });
  compiler.place(end);
}
