/** Indexes and slices. */
import type { Compiler } from "./compile.ts";
import type { Node } from "./syntax.ts";

/** The index between brackets: an expression, a slice, or a tuple of these. */
export function compileSubscript(c: Compiler, nodes: readonly Node[]): void {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (node.name === ",") parts.push([]);
    else parts.at(-1)!.push(node);
  }
  const filled = parts.filter((part, i) => part.length > 0 || i < parts.length - 1);
  for (const part of filled) compileIndex(c, part);
  if (parts.length > 1) c.emit("tuple", filled.length);
}

function compileIndex(c: Compiler, nodes: readonly Node[]): void {
  // Two colons without a step between them are one token.
  const tokens = nodes.flatMap((node) => (node.name === ":" ? [...c.text(node)].map(() => null) : [node]));
  if (!tokens.includes(null)) {
    c.expression(nodes[0]!);
    return;
  }
  const bounds: (Node | null)[] = [null];
  for (const token of tokens) {
    if (token === null) bounds.push(null);
    else bounds[bounds.length - 1] = token;
  }
  for (let i = 0; i < 3; i++) {
    const bound = bounds[i];
    if (bound) c.expression(bound);
    else c.emit("constant", null);
  }
  c.emit("slice");
}
