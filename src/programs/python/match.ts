/** `match`: patterns are compiled to comparisons. */
import type { Compiler, Label } from "./compile.ts";
import { childrenOf, type Node, partsOf } from "./syntax.ts";

export function compileMatch(c: Compiler, node: Node): void {
  const [, subject, body] = childrenOf(node);
  const end = c.label();
  c.expression(subject!);
  for (const clause of childrenOf(body!).filter(({ name }) => name === "MatchClause")) {
    const parts = childrenOf(clause).slice(1);
    const next = c.label();
    c.emit("duplicate");
    compilePattern(c, parts[0]!, next);
    const guard = parts.find(({ name }) => name === "Guard");
    if (guard) {
      c.expression(childrenOf(guard)[1]!);
      c.jump("jumpIfFalse", next);
    }
    c.body(parts.at(-1)!);
    c.jump("jump", end);
    c.place(next);
  }
  c.place(end);
  c.emit("pop");
}

/** Takes the value from the stack; jumps to `next` if it does not match. */
function compilePattern(c: Compiler, node: Node, next: Label): void {
  switch (node.name) {
    case "CapturePattern":
      if (c.text(node) === "_") c.emit("pop");
      else c.store(c.text(node));
      return;
    case "LiteralPattern": {
      compileLiteral(c, node);
      c.emit("compare", "==");
      c.jump("jumpIfFalse", next);
      return;
    }
    case "OrPattern":
      compileAlternatives(c, node, next);
      return;
    case "ClassPattern": {
      const [type, list] = childrenOf(node);
      if (list && partsOf(list).some((part) => childrenOf(part).length > 0)) {
        c.fail(node, "this interpreter matches classes without arguments");
      }
      c.expression(type!);
      c.emit("matchClass");
      c.jump("jumpIfFalse", next);
      return;
    }
    case "SequencePattern":
      compileSequence(c, partsOf(node), next);
      return;
    default:
      c.fail(node, "this pattern is not supported");
  }
}

/** A literal, with its sign. */
function compileLiteral(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  c.expression(children.at(-1)!);
  if (children.length > 1) c.emit("unary", c.text(children[0]!));
}

function compileAlternatives(c: Compiler, node: Node, next: Label): void {
  const patterns = childrenOf(node).filter(({ name }) => name.endsWith("Pattern"));
  const matched = c.label();
  for (const pattern of patterns) {
    if (pattern.name !== "LiteralPattern") c.fail(pattern, "this pattern is not supported");
    c.emit("duplicate");
    compileLiteral(c, pattern);
    c.emit("compare", "==");
    c.jump("jumpIfTrue", matched);
  }
  c.emit("pop");
  c.jump("jump", next);
  c.place(matched);
  c.emit("pop");
}

/** The value goes into a variable of its own, so that a mismatch leaves nothing on the stack. */
function compileSequence(c: Compiler, patterns: readonly Node[], next: Label): void {
  const hidden = `.match${c.code.instructions.length}`;
  c.store(hidden);
  c.emit("load", hidden);
  c.emit("matchSequence", patterns.length);
  c.jump("jumpIfFalse", next);
  for (const [i, pattern] of patterns.entries()) {
    c.emit("load", hidden);
    c.emit("constant", BigInt(i));
    c.emit("subscript");
    compilePattern(c, pattern, next);
  }
}
