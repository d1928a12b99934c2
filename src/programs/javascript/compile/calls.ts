/** Calls, `new` and `super(…)`. On the stack lie `this`, the function and the arguments. */
import type { Compiler, Label } from "./compiler.ts";
import { compileArray, compileMember, compileMemberOf } from "./members.ts";
import { type AnyNode, describe } from "./syntax.ts";

type Call = AnyNode & { type: "CallExpression" };

export function compileCall(compiler: Compiler, node: Call, chain?: Label): void {
  const { callee } = node;
  if (callee.type === "Super") {
    compileSuper(compiler, node);
    return;
  }
  let position = callee.start;
  if (callee.type === "MemberExpression") {
    position = callee.property.start;
    compileReceiver(compiler, callee, chain);
  } else {
    compiler.emit("undefined");
    if (chain) compileChain(compiler, callee, chain);
    else compiler.expression(callee);
  }
  if (node.optional && chain) compiler.jump("jumpIfNullishCallee", chain);
  compileArguments(
    compiler,
    node,
    describe(callee, (each) => compiler.text(each)),
    position,
    "call",
  );
}

/** Pushes the object of a method and the method. */
function compileReceiver(compiler: Compiler, callee: AnyNode & { type: "MemberExpression" }, chain?: Label): void {
  if (callee.object.type === "Super") {
    compiler.emit("this");
    compileMember(compiler, callee);
    return;
  }
  if (chain) compileChain(compiler, callee.object, chain);
  else compiler.expression(callee.object);
  if (callee.optional && chain) compiler.jump("jumpIfNullish", chain);
  compiler.emit("duplicate");
  compileMemberOf(compiler, callee);
}

function compileArguments(
  compiler: Compiler,
  node: { arguments: readonly AnyNode[] },
  text: string,
  position: number,
  operation: string,
): void {
  const { arguments: args } = node;
  if (args.some(({ type }) => type === "SpreadElement")) {
    compileArray(compiler, args, position);
    compiler.emit(`${operation}Spread`, [0, text], position);
    return;
  }
  for (const each of args) compiler.expression(each);
  compiler.emit(operation, [args.length, text], position);
}

export function compileNew(compiler: Compiler, node: AnyNode & { type: "NewExpression" }): void {
  compiler.emit("undefined");
  compiler.expression(node.callee);
  compileArguments(
    compiler,
    node,
    describe(node.callee, (each) => compiler.text(each)),
    node.start,
    "new",
  );
}

function compileSuper(compiler: Compiler, node: Call): void {
  compiler.emit("undefined");
  compiler.emit("superConstructor");
  compileArguments(compiler, node, "super", node.start, "super");
}

/** An optional chain: jumps to `end` with undefined as soon as an optional part is missing. */
export function compileChain(compiler: Compiler, node: AnyNode, end: Label): void {
  if (node.type === "MemberExpression" && node.object.type !== "Super") {
    compileChain(compiler, node.object, end);
    if (node.optional) compiler.jump("jumpIfNullish", end);
    compileMemberOf(compiler, node);
  } else if (node.type === "CallExpression") compileCall(compiler, node, end);
  else compiler.expression(node);
}
