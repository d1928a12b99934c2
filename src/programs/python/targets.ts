/** Targets of assignments, loops, `with` and `del`. A target takes one value from the stack. */
import type { Compiler } from "./compile.ts";
import { compileSubscript } from "./subscripts.ts";
import { childrenOf, type Node, partsOf } from "./syntax.ts";

/** `a`, `a.b`, `a[i]`, `a, *b`, `(a, b)`; the nodes are the parts of one target, commas included. */
export function compileTarget(c: Compiler, nodes: readonly Node[]): void {
  const items = nodes.filter(({ name }) => name !== ",");
  if (items.length !== 1 || nodes.length > 1) {
    compileUnpack(c, items);
    return;
  }
  const [node] = items;
  switch (node!.name) {
    case "VariableName":
      c.store(c.text(node!));
      return;
    case "MemberExpression":
      compileMemberTarget(c, node!, "storeAttribute", "storeSubscript");
      return;
    case "TupleExpression":
    case "ArrayExpression":
    case "ParenthesizedExpression": {
      const parts = partsOf(node!);
      if (node!.name === "ParenthesizedExpression") compileTarget(c, parts);
      else compileUnpack(c, parts);
      return;
    }
    default:
      c.fail(node!, "cannot assign to expression");
  }
}

function compileUnpack(c: Compiler, items: readonly Node[]): void {
  const star = items.findIndex(({ name }) => name === "*");
  const targets = items.filter(({ name }) => name !== "*");
  if (star === -1) c.emit("unpack", { before: targets.length });
  else c.emit("unpack", { before: star, after: targets.length - star - 1 });
  for (const target of targets) compileTarget(c, [target]);
}

function compileMemberTarget(c: Compiler, node: Node, attribute: string, subscript: string): void {
  const children = childrenOf(node);
  c.expression(children[0]!);
  if (children[1]!.name === ".") {
    c.emit(attribute, c.privateName(c.text(children[2]!)));
    return;
  }
  compileSubscript(c, children.slice(2, -1));
  c.emit(subscript);
}

export function compileDelete(c: Compiler, node: Node): void {
  if (node.name === "VariableName") {
    c.declare(c.text(node));
    c.emit("delete", c.text(node));
  } else if (node.name === "MemberExpression") {
    compileMemberTarget(c, node, "deleteAttribute", "deleteSubscript");
  } else {
    for (const part of partsOf(node)) compileDelete(c, part);
  }
}
