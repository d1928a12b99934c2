/** Parameter lists. */
import type { Parameter } from "./code.ts";
import type { Compiler } from "./compile.ts";
import { childrenOf, type Node } from "./syntax.ts";

/** Reads a parameter list and emits the defaults, positional ones first, then those of keyword-only parameters. */
export function compileParameters(
  c: Compiler,
  list: Node,
): { parameters: Parameter[]; defaults: number; keywords: string[] } {
  const nodes = childrenOf(list).filter(({ name }) => name !== "(" && name !== ")" && name !== "TypeDef");
  const groups: Node[][] = [[]];
  for (const node of nodes) {
    if (node.name === ",") groups.push([]);
    else groups.at(-1)!.push(node);
  }
  const parameters: Parameter[] = [];
  const later: { name: string; value: Node }[] = [];
  let isKeywordOnly = false;
  let defaults = 0;
  for (const group of groups) {
    const [head, second] = group;
    if (!head || head.name === "/") continue;
    if (head.name === "*" || head.name === "**") {
      if (second) {
        const kind = head.name === "*" ? "rest" : "keywords";
        parameters.push({ name: c.text(second), kind, hasDefault: false });
      }
      isKeywordOnly = true;
      continue;
    }
    const value = group.find((_, i) => group[i - 1]?.name === "AssignOp");
    const kind = isKeywordOnly ? "keywordOnly" : "positional";
    parameters.push({ name: c.text(head), kind, hasDefault: value !== undefined });
    if (!value) continue;
    if (isKeywordOnly) {
      later.push({ name: c.text(head), value });
    } else {
      c.expression(value);
      defaults++;
    }
  }
  for (const { value } of later) c.expression(value);
  return { parameters, defaults, keywords: later.map(({ name }) => name) };
}
