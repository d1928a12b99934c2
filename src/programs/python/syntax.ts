/** The concrete syntax tree of a Python source, with the questions that the compiler asks it. */
import type { SyntaxNode } from "@lezer/common";
import { parser } from "@lezer/python";

export type Node = SyntaxNode;

/** The source is not Python. */
export class PythonSyntaxError extends Error {
  override name = "PythonSyntaxError";
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

export interface Source {
  text: string;
  /** Name in tracebacks: `<string>` or a path. */
  file: string;
  lineStarts: readonly number[];
}

export function sourceOf(text: string, file: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  return { text, file, lineStarts };
}

/** Throws PythonSyntaxError. */
export function parse(source: Source): Node {
  const tree = parser.parse(source.text);
  tree.iterate({
    enter(node) {
      if (node.type.isError && !isOptional(node.node))
        throw new PythonSyntaxError("invalid syntax", lineAt(source, node.from));
    },
  });
  return tree.topNode;
}

/** The grammar marks the missing value of a bare `yield` and of `case str():` as an error. */
function isOptional(node: Node): boolean {
  return (
    node.from === node.to && ["YieldStatement", "YieldExpression", "LiteralPattern"].includes(node.parent?.name ?? "")
  );
}

/** Line of an offset, from 1. */
export function lineAt({ lineStarts }: Source, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== "Comment" && !child.type.isError) children.push(child);
  }
  return children;
}

/** Children between separators: the parts of `a, b` without commas and brackets. */
export function partsOf(node: Node): Node[] {
  return childrenOf(node).filter(({ name }) => !PUNCTUATION.has(name));
}

const PUNCTUATION = new Set(["(", ")", "[", "]", "{", "}", ","]);
