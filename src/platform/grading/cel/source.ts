/** The source text of an expression's parts, as evaluated and as shown in messages. */
import { childrenOf, type SyntaxNode } from "../../../cel/metering.ts";
import { HIDDEN } from "../show.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);
const INDEXES: ReadonlySet<string> = new Set(["[]", "[?]"]);
/** `s.metadata.name`, `o.kind`: names, not confidential values. */
const NAMES = /^\w+\.(metadata\.[\w.?]+|kind)$/;

export function sourceOf({ input, start, end }: SyntaxNode): string {
  return input.slice(start, end);
}

/**
 * The source for messages. An expression that reads confidential values may contain the expected value as a literal. Its
 * string literals are therefore hidden, except keys of maps and literals that names or kinds are compared with.
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
