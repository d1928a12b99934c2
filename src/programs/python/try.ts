/** `try` and `with`. */
import type { Compiler } from "./compile.ts";
import { compileAwait } from "./coroutines.ts";
import { childrenOf, type Node } from "./syntax.ts";
import { compileTarget } from "./targets.ts";

interface Clause {
  /** Undefined for a bare `except:`. */
  type?: Node;
  name?: Node;
  body: Node;
}

interface Parts {
  body: Node;
  clauses: Clause[];
  otherwise?: Node;
  finally?: Node;
}

export function compileTry(c: Compiler, node: Node): void {
  const parts = partsOfTry(c, node);
  if (!parts.finally) {
    compileExcept(c, parts);
    return;
  }
  const last = parts.finally;
  const handler = c.label();
  const end = c.label();
  c.jump("enterBlock", handler);
  const leave = (compiler: Compiler) => {
    compiler.emit("leaveBlock");
    compiler.body(last);
  };
  c.leavings.push({ kind: "block", leave });
  if (parts.clauses.length > 0) compileExcept(c, parts);
  else c.body(parts.body);
  c.leavings.pop();
  leave(c);
  c.jump("jump", end);
  c.place(handler);
  c.leavings.push(HANDLER);
  c.body(last);
  c.leavings.pop();
  c.emit("reraise");
  c.place(end);
}

/** While an exception is handled: it is on the stack of exceptions. */
const HANDLER = { kind: "handler" as const, leave: (c: Compiler) => c.emit("handled") };

function compileExcept(c: Compiler, { body, clauses, otherwise }: Parts): void {
  const handler = c.label();
  const end = c.label();
  const noError = c.label();
  c.jump("enterBlock", handler);
  c.leavings.push({ kind: "block", leave: (compiler) => compiler.emit("leaveBlock") });
  c.body(body);
  c.leavings.pop();
  c.emit("leaveBlock");
  c.jump("jump", noError);
  c.place(handler);
  c.leavings.push(HANDLER);
  for (const clause of clauses) {
    const next = c.label();
    c.at(clause.body);
    if (clause.type) {
      c.expression(clause.type);
      c.emit("matchException");
      c.jump("jumpIfFalse", next);
    }
    if (clause.name) {
      c.emit("exception");
      c.store(c.text(clause.name));
    }
    c.body(clause.body);
    c.emit("handled");
    c.jump("jump", end);
    c.place(next);
  }
  c.leavings.pop();
  c.emit("reraise");
  c.place(noError);
  if (otherwise) c.body(otherwise);
  c.place(end);
}

function partsOfTry(c: Compiler, node: Node): Parts {
  const children = childrenOf(node);
  const parts: Parts = { body: children[1]!, clauses: [] };
  for (let i = 2; i < children.length; ) {
    const keyword = c.text(children[i]!);
    const bodyAt = children.findIndex(({ name }, at) => at > i && name === "Body");
    const between = children.slice(i + 1, bodyAt).filter(({ name }) => name !== "*" && name !== ",");
    const body = children[bodyAt]!;
    if (keyword === "else") parts.otherwise = body;
    else if (keyword === "finally") parts.finally = body;
    else {
      const as = between.findIndex(({ name }) => name === "as");
      const [type] = between;
      parts.clauses.push({ body, ...(type && { type }), ...(as !== -1 && { name: between[as + 1]! }) });
    }
    i = bodyAt + 1;
  }
  return parts;
}

/** `with a as b, c:` is one block within the other. */
export function compileWith(c: Compiler, node: Node): void {
  const children = childrenOf(node).filter(({ name }) => name !== "async" && name !== "(" && name !== ")");
  const body = children.at(-1)!;
  const items: { value: Node; target?: Node }[] = [];
  for (let i = 1; i < children.length - 1; i++) {
    const child = children[i]!;
    if (child.name === ",") continue;
    if (child.name === "as") items.at(-1)!.target = children[++i]!;
    else items.push({ value: child });
  }
  compileManaged(c, items, body, node.firstChild?.name === "async");
}

function compileManaged(
  c: Compiler,
  [item, ...rest]: { value: Node; target?: Node }[],
  body: Node,
  isAsync: boolean,
): void {
  if (!item) {
    c.body(body);
    return;
  }
  const handler = c.label();
  const end = c.label();
  c.expression(item.value);
  // Leaves the manager on the stack, and the result of __enter__ above it.
  c.emit(isAsync ? "enterAsyncManager" : "enterManager");
  if (isAsync) compileAwait(c);
  c.jump("enterBlockBelow", handler);
  if (item.target) compileTarget(c, [item.target]);
  else c.emit("pop");
  // On the way out of a function a value lies above the manager: the block's depth tells where it is.
  const leave = (compiler: Compiler) => {
    compiler.emit(isAsync ? "leaveAsyncManager" : "leaveManager");
    if (!isAsync) return;
    compileAwait(compiler);
    compiler.emit("pop");
  };
  c.leavings.push({ kind: "block", leave });
  compileManaged(c, rest, body, isAsync);
  c.leavings.pop();
  leave(c);
  c.jump("jump", end);
  c.place(handler);
  if (isAsync) {
    c.emit("exitAsyncManagerWithException");
    compileAwait(c);
    c.emit("endAsyncManager");
  } else c.emit("exitManagerWithException");
  c.place(end);
}
