/** The text of an expression's parts, as it is evaluated and as messages show it. */
import { childrenOf, type SyntaxNode } from "../../../cel/metering.ts";
import { HIDDEN } from "../show.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);
const INDEXES: ReadonlySet<string> = new Set(["[]", "[?]"]);
/** `s.metadata.name`, `o.kind`: no values of objects. */
const NAMES = /^\w+\.(metadata\.[\w.?]+|kind)$/;

export function sourceOf({ input, start, end }: SyntaxNode): string {
  return input.slice(start, end);
}

/**
 * For messages. An expression that reads confidential values may hold such a value as a literal: the one that it expects. Its
 * texts are hidden but for keys of maps and what names and kinds of objects are compared with.
 */
export function shownSource(node: SyntaxNode, isConfidential: boolean): string {
  if (!isConfidential) return sourceOf(node);
  let text = "";
  let at = node.start;
  for (const { start, end } of hiddenLiterals(node, null)) {
    text += node.input.slice(at, start) + HIDDEN;
    at = end;
  }
  return text + node.input.slice(at, node.end);
}

/** In the order of the source. */
function hiddenLiterals(node: SyntaxNode, parent: SyntaxNode | null): SyntaxNode[] {
  if (node.op === "value") return isText(node.args) && !isName(node, parent) ? [node] : [];
  return childrenOf(node)
    .flatMap((child) => hiddenLiterals(child, node))
    .toSorted((a, b) => a.start - b.start);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || value instanceof Uint8Array;
}

function isName(node: SyntaxNode, parent: SyntaxNode | null): boolean {
  if (!parent) return false;
  if (INDEXES.has(parent.op)) return true;
  return (
    COMPARISONS.has(parent.op) && childrenOf(parent).some((other) => other !== node && NAMES.test(sourceOf(other)))
  );
}
