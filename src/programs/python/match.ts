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
  const compile = PATTERNS[node.name];
  if (compile) compile(c, node, next);
  else c.fail(node, "this pattern is not supported");
}

const PATTERNS: Readonly<Record<string, (c: Compiler, node: Node, next: Label) => void>> = {
  CapturePattern(c, node) {
    if (c.text(node) === "_") c.emit("pop");
    else c.store(c.text(node));
  },
  LiteralPattern(c, node, next) {
    compileLiteral(c, node);
    c.emit("compare", "==");
    c.jump("jumpIfFalse", next);
  },
  AttributePattern(c, node, next) {
    compileAttribute(c, node);
    c.emit("compare", "==");
    c.jump("jumpIfFalse", next);
  },
  AsPattern(c, node, next) {
    const [pattern, , name] = childrenOf(node);
    const hidden = hide(c);
    c.emit("load", hidden);
    compilePattern(c, pattern!, next);
    if (!name) return;
    c.emit("load", hidden);
    c.store(c.text(name));
  },
  OrPattern: compileAlternatives,
  ClassPattern: compileClassPattern,
  MappingPattern: compileMapping,
  SequencePattern(c, node, next) {
    const parts = partsOf(node).filter(({ name }) => name !== ",");
    const isGroup = c.text(node).startsWith("(") && parts.length === 1 && !c.text(node).includes(",");
    if (isGroup) compilePattern(c, parts[0]!, next);
    else compileSequence(c, parts, next);
  },
};

/** Puts the value into a variable of its own, so that a mismatch leaves nothing on the stack. */
function hide(c: Compiler): string {
  const hidden = `.match${c.code.instructions.length}`;
  c.store(hidden);
  return hidden;
}

/** A literal, with its sign. */
function compileLiteral(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  c.expression(children.at(-1)!);
  if (children.length > 1) c.emit("unary", c.text(children[0]!));
}

function compileAttribute(c: Compiler, node: Node): void {
  const [first, ...rest] = c.text(node).split(".");
  c.emit("load", first!);
  for (const name of rest) c.emit("attribute", name);
}

function compileAlternatives(c: Compiler, node: Node, next: Label): void {
  const patterns = childrenOf(node).filter(({ name }) => name.endsWith("Pattern"));
  const matched = c.label();
  const hidden = hide(c);
  for (const [i, pattern] of patterns.entries()) {
    const other = i === patterns.length - 1 ? next : c.label();
    c.emit("load", hidden);
    compilePattern(c, pattern, other);
    c.jump("jump", matched);
    if (other !== next) c.place(other);
  }
  c.place(matched);
}

function compileClassPattern(c: Compiler, node: Node, next: Label): void {
  const [type, list] = childrenOf(node);
  const hidden = hide(c);
  c.emit("load", hidden);
  c.expression(type!);
  c.emit("matchClass");
  c.jump("jumpIfFalse", next);
  let position = 0;
  // The grammar has an empty literal in `str()`.
  for (const part of list ? partsOf(list).filter((each) => childrenOf(each).length > 0) : []) {
    c.emit("load", hidden);
    if (part.name === "KeywordPattern") {
      const [name, , pattern] = childrenOf(part);
      c.emit("matchAttribute", c.text(name!));
      c.jump("jumpIfFalse", next);
      c.emit("load", hidden);
      c.emit("attribute", c.text(name!));
      compilePattern(c, pattern!, next);
    } else {
      c.emit("matchArgument", position++);
      compilePattern(c, part, next);
    }
  }
}

function compileMapping(c: Compiler, node: Node, next: Label): void {
  const hidden = hide(c);
  c.emit("load", hidden);
  c.emit("matchMapping");
  c.jump("jumpIfFalse", next);
  const parts = partsOf(node).filter(({ name }) => name !== "," && name !== ":");
  const keys: Node[] = [];
  for (let i = 0; i < parts.length; i += 2) {
    const key = parts[i]!;
    if (key.name === "**") {
      c.emit("load", hidden);
      for (const each of keys) compileLiteral(c, each);
      c.emit("matchRest", keys.length);
      compilePattern(c, parts[i + 1]!, next);
      continue;
    }
    keys.push(key);
    c.emit("load", hidden);
    compileLiteral(c, key);
    c.emit("matchKey");
    c.jump("jumpIfFalse", next);
    c.emit("load", hidden);
    compileLiteral(c, key);
    c.emit("subscript");
    compilePattern(c, parts[i + 1]!, next);
  }
}

function compileSequence(c: Compiler, patterns: readonly Node[], next: Label): void {
  const hidden = hide(c);
  const star = patterns.findIndex(({ name }) => name === "StarPattern");
  c.emit("load", hidden);
  if (star === -1) c.emit("matchSequence", patterns.length);
  else c.emit("matchLongSequence", patterns.length - 1);
  c.jump("jumpIfFalse", next);
  for (const [i, pattern] of patterns.entries()) {
    c.emit("load", hidden);
    if (i === star) {
      const after = patterns.length - 1 - i;
      c.emit("constant", BigInt(i));
      c.emit("constant", after === 0 ? null : BigInt(-after));
      c.emit("constant", null);
      c.emit("slice");
      c.emit("subscript");
      c.emit("matchList");
      compilePattern(c, childrenOf(pattern).at(-1)!, next);
      continue;
    }
    c.emit("constant", BigInt(star === -1 || i < star ? i : i - patterns.length));
    c.emit("subscript");
    compilePattern(c, pattern, next);
  }
}
