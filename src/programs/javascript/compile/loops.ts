/** Loops. */
import type { Compiler, Label, VariableKind } from "./compiler.ts";
import { compileDeclaration } from "./declarations.ts";
import { bind } from "./patterns.ts";
import { type AnyNode, boundNames, describe } from "./syntax.ts";

type Of<T extends AnyNode["type"]> = AnyNode & { type: T };

export function compileLoop({ type }: AnyNode): ((compiler: Compiler, node: never) => void) | undefined {
  switch (type) {
    case "WhileStatement":
      return compileWhile;
    case "DoWhileStatement":
      return compileDoWhile;
    case "ForStatement":
      return compileFor;
    case "ForInStatement":
    case "ForOfStatement":
      return compileForEach;
    default:
      return undefined;
  }
}

/** Compiles the body of a loop, which `break` and `continue` leave. `leave`: what `return` must do besides. */
function compileLoopBody(
  compiler: Compiler,
  body: AnyNode,
  labels: { breakAt: Label; continueAt: Label },
  leave = (_hasValue: boolean) => {},
): void {
  const names = compiler.labels;
  compiler.labels = [];
  compiler.leavings.push({ leave, names, isBreakable: true, ...labels });
  compiler.statement(body);
  compiler.leavings.pop();
}

function compileWhile(compiler: Compiler, node: Of<"WhileStatement">): void {
  const [top, end] = [compiler.label(), compiler.label()];
  compiler.place(top);
  compiler.expression(node.test);
  compiler.jump("jumpIfFalse", end);
  compileLoopBody(compiler, node.body, { breakAt: end, continueAt: top });
  compiler.jump("jump", top);
  compiler.place(end);
}

function compileDoWhile(compiler: Compiler, node: Of<"DoWhileStatement">): void {
  const [top, next, end] = [compiler.label(), compiler.label(), compiler.label()];
  compiler.place(top);
  compileLoopBody(compiler, node.body, { breakAt: end, continueAt: next });
  compiler.place(next);
  compiler.expression(node.test);
  compiler.jump("jumpIfTrue", top);
  compiler.place(end);
}

function compileFor(compiler: Compiler, node: Of<"ForStatement">): void {
  const names = node.init?.type === "VariableDeclaration" ? scopedNames(node.init) : [];
  const labels = compiler.labels;
  compiler.inScope(names, () => {
    if (node.init?.type === "VariableDeclaration") compileDeclaration(compiler, node.init);
    else if (node.init) {
      compiler.expression(node.init);
      compiler.emit("pop");
    }
    const [top, next, end] = [compiler.label(), compiler.label(), compiler.label()];
    const codes = compiler.unit.codes.length;
    compiler.place(top);
    if (node.test) {
      compiler.expression(node.test);
      compiler.jump("jumpIfFalse", end);
    }
    compiler.labels = labels;
    compileLoopBody(compiler, node.body, { breakAt: end, continueAt: next });
    compiler.place(next);
    // Closures of the body keep the variables of their round.
    if (names.length > 0 && compiler.unit.codes.length > codes) compiler.emit("copyScope");
    if (node.update) {
      compiler.expression(node.update);
      compiler.emit("pop");
    }
    compiler.jump("jump", top);
    compiler.place(end);
  });
}

function scopedNames({ kind, declarations }: Of<"VariableDeclaration">): [string, VariableKind][] {
  if (kind === "var") return [];
  const variable = kind === "const" ? "const" : "let";
  return declarations.flatMap(({ id }) => boundNames(id).map((name): [string, VariableKind] => [name, variable]));
}

/** `for … in` and `for … of`: the iteration lies on the stack. */
function compileForEach(compiler: Compiler, node: Of<"ForInStatement"> | Of<"ForOfStatement">): void {
  const labels = compiler.labels;
  compiler.labels = [];
  const isAsync = node.type === "ForOfStatement" && node.await;
  compiler.expression(node.right);
  const operation = node.type === "ForInStatement" ? "enumerate" : isAsync ? "iterateAsync" : "iterate";
  compiler.emit(
    operation,
    describe(node.right, (each) => compiler.text(each)),
    node.right.start,
  );
  const [top, next, broken, over, onError] = [0, 0, 0, 0, 0].map(() => compiler.label()) as [
    Label,
    Label,
    Label,
    Label,
    Label,
  ];
  compiler.jump("enterFinally", onError);
  compiler.place(top);
  if (isAsync) {
    compiler.emit("iterationAsk");
    compiler.emit("await", undefined, node.right.start);
    compiler.jump("iterationTake", over);
  } else compiler.jump("iterationStep", over);
  const { left } = node;
  const names = left.type === "VariableDeclaration" ? scopedNames(left) : [];
  compiler.labels = labels;
  const close = () => compiler.emit(isAsync ? "closeIterationAsync" : "closeIteration");
  compiler.leavings.push({
    leave: (hasValue) => {
      compiler.emit("leaveTry");
      if (hasValue) compiler.emit("swap");
      close();
    },
  });
  compiler.leavings.push({ leave: () => {}, names: labels, isBreakable: true, breakAt: broken, continueAt: next });
  compiler.labels = [];
  compiler.inScope(names, () => {
    if (left.type === "VariableDeclaration")
      bind(compiler, left.declarations[0]!.id, left.kind === "var" && !compiler.isScript ? "assign" : "declare");
    else bind(compiler, left, "assign");
    compiler.statement(node.body);
  });
  compiler.leavings.pop();
  compiler.leavings.pop();
  compiler.place(next);
  compiler.jump("jump", top);
  compiler.place(onError);
  // iteration error → error
  compiler.emit("closeIterationBelow");
  compiler.emit("rethrow");
  const end = compiler.label();
  compiler.place(broken);
  compiler.emit("leaveTry");
  close();
  compiler.jump("jump", end);
  compiler.place(over);
  compiler.emit("leaveTry");
  compiler.place(end);
}
