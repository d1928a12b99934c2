/** `if`, `while` and `for`, with `break` and `continue` out of what stands between. */
import type { Compiler, Leaving } from "./compile.ts";
import { compileAsyncNext } from "./coroutines.ts";
import { compileItemsOrOne } from "./expressions.ts";
import { childrenOf, type Node } from "./syntax.ts";
import { compileTarget } from "./targets.ts";

export function compileIf(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  const end = c.label();
  for (let i = 0; i < children.length; ) {
    if (c.text(children[i]!) === "else") {
      c.body(children[i + 1]!);
      break;
    }
    const otherwise = c.label();
    c.at(children[i]!);
    c.expression(children[i + 1]!);
    c.jump("jumpIfFalse", otherwise);
    c.body(children[i + 2]!);
    c.jump("jump", end);
    c.place(otherwise);
    i += 3;
  }
  c.place(end);
}

export function compileWhile(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  const start = c.label();
  const otherwise = c.label();
  const end = c.label();
  c.place(start);
  c.at(children[0]!);
  c.expression(children[1]!);
  c.jump("jumpIfFalse", otherwise);
  c.leavings.push({ kind: "loop", leave: () => {}, continueAt: start, breakAt: end });
  c.body(children[2]!);
  c.leavings.pop();
  c.jump("jump", start);
  c.place(otherwise);
  if (children[3]) c.body(children[4]!);
  c.place(end);
}

export function compileFor(c: Compiler, node: Node): void {
  const isAsync = childrenOf(node)[0]!.name === "async";
  const children = childrenOf(node).filter(({ name }) => name !== "async");
  const inAt = children.findIndex(({ name }) => name === "in");
  const bodyAt = children.findIndex(({ name }) => name === "Body");
  const start = c.label();
  const otherwise = c.label();
  const end = c.label();
  compileItemsOrOne(c, children.slice(inAt + 1, bodyAt));
  c.emit(isAsync ? "asyncIterate" : "iterate");
  c.place(start);
  c.at(children[0]!);
  if (isAsync) compileAsyncNext(c, () => c.jump("jump", otherwise));
  else c.jump("next", otherwise);
  compileTarget(c, children.slice(1, inAt));
  c.leavings.push({ kind: "loop", leave: (compiler) => compiler.emit("pop"), continueAt: start, breakAt: end });
  c.body(children[bodyAt]!);
  c.leavings.pop();
  c.jump("jump", start);
  c.place(otherwise);
  if (children[bodyAt + 1]) c.body(children[bodyAt + 2]!);
  c.place(end);
}

/** `break` and `continue`: leaves all blocks up to the loop. */
export function leaveUntil(c: Compiler, node: Node, how: "break" | "continue"): void {
  const loop = c.leavings.findLastIndex(({ kind }) => kind === "loop");
  if (loop === -1) c.fail(node, how === "break" ? "'break' outside loop" : "'continue' not properly in loop");
  const around: Leaving[] = c.leavings.splice(0);
  for (let i = around.length - 1; i > loop; i--) {
    c.leavings.splice(0, c.leavings.length, ...around.slice(0, i));
    around[i]!.leave(c);
  }
  c.leavings.splice(0, c.leavings.length, ...around);
  if (how === "break") {
    around[loop]!.leave(c);
    c.jump("jump", around[loop]!.breakAt!);
  } else {
    c.jump("jump", around[loop]!.continueAt!);
  }
}
