/** f-strings: pieces of text and formatted values. */
import type { Compiler } from "./compile.ts";
import { resolveEscapes, stringParts } from "./strings.ts";
import { childrenOf, type Node } from "./syntax.ts";

export function compileFormat(c: Compiler, node: Node): void {
  const parts = stringParts(c.text(node));
  c.emit("join", compilePieces(c, node, node.from + parts.from, node.from + parts.to, parts.isRaw));
}

/** Emits the pieces of a text between two offsets; returns their number. */
function compilePieces(c: Compiler, node: Node, from: number, to: number, isRaw: boolean): number {
  let count = 0;
  let at = from;
  const addText = (end: number) => {
    if (end <= at) return;
    const text = c.unit.source.text.slice(at, end).replaceAll("{{", "{").replaceAll("}}", "}");
    c.emit("constant", resolveEscapes(text, { isRaw, isBytes: false }));
    count++;
  };
  for (const child of childrenOf(node)) {
    if (child.name !== "FormatReplacement") continue;
    addText(child.from);
    compileReplacement(c, child);
    count++;
    at = child.to;
  }
  addText(to);
  return count;
}

/** `{value!r:spec}` and `{value=}`. */
function compileReplacement(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  const value = children[1]!;
  const conversion = children.find(({ name }) => name === "FormatConversion");
  const spec = children.find(({ name }) => name === "FormatSpec");
  const isSelfDocumenting = children.some(({ name }) => name === "FormatSelfDoc");
  if (isSelfDocumenting) {
    c.emit("constant", `${c.text(value)}=`);
  }
  c.expression(value);
  if (spec) c.emit("join", compilePieces(c, spec, spec.from + 1, spec.to, false));
  else c.emit("constant", "");
  c.emit("format", conversion ? c.text(conversion).slice(1) : isSelfDocumenting && !spec ? "r" : "");
  if (isSelfDocumenting) c.emit("join", 2);
}
