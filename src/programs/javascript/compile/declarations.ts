/** Declarations of variables. */
import type { Compiler } from "./compiler.ts";
import { bind } from "./patterns.ts";
import type { AnyNode } from "./syntax.ts";

export function compileDeclaration(compiler: Compiler, node: AnyNode & { type: "VariableDeclaration" }): void {
  for (const { id, init } of node.declarations) {
    if (!init && node.kind === "var") continue;
    if (init) compiler.expression(init, id.type === "Identifier" ? id.name : undefined);
    else compiler.emit("undefined");
    if (init && id.type === "ArrayPattern") compiler.valueAt = init.start;
    bind(compiler, id, node.kind === "var" && !compiler.isScript ? "assign" : "declare");
  }
}
