/**
 * Words of a Go template.
 * Source: Go's text/template/parse/lex.go
 */
import { TemplateError } from "./nodes.ts";

export interface Token {
  type:
    | "text"
    | "open"
    | "close"
    | "word"
    | "field"
    | "variable"
    | "string"
    | "raw"
    | "number"
    | "character"
    | "space"
    | "symbol"
    | "end";
  text: string;
  at: number;
}

const SPACES = " \t\r\n";
const PATTERNS: readonly (readonly [Token["type"], RegExp])[] = [
  ["space", /[ \t\r\n]+/y],
  ["string", /"(?:[^"\\\n]|\\.)*"/y],
  ["raw", /`[^`]*`/y],
  ["character", /'(?:[^'\\\n]|\\.)+'/y],
  ["variable", /\$[\p{L}\p{N}_]*/uy],
  [
    "number",
    /[+-]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+(?![\d.])|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y,
  ],
  ["field", /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ["word", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["symbol", /:=|[.|(),=]/y],
];

/** The words of a template. Throws TemplateError. */
export function tokensOf(text: string, name: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    const isTrimmed = open >= 0 && text[open + 2] === "-" && SPACES.includes(text[open + 3] ?? "x");
    const plain = text.slice(at, open < 0 ? undefined : open);
    const kept = isTrimmed ? plain.replace(/[ \t\r\n]+$/, "") : plain;
    if (kept !== "") tokens.push({ type: "text", text: kept, at });
    if (open < 0) break;
    at = action(text, { open, from: open + (isTrimmed ? 4 : 2), name }, tokens);
  }
  tokens.push({ type: "end", text: "EOF", at: text.length });
  return tokens;
}

interface ActionStart {
  open: number;
  from: number;
  name: string;
}

/** Reads an action or a comment. Returns the position behind it. */
function action(text: string, { open, from, name }: ActionStart, tokens: Token[]): number {
  const fail = (at: number, problem: string) => new TemplateError(`template: ${name}:${lineOf(text, at)}: ${problem}`);
  if (text.startsWith("/*", from)) {
    const end = text.indexOf("*/", from);
    if (end < 0) throw fail(open, "unclosed comment");
    const behind = closing(text, end + 2);
    if (behind === undefined) throw fail(end, "comment ends before closing delimiter");
    return behind;
  }
  tokens.push({ type: "open", text: "{{", at: open });
  let depth = 0;
  for (let at = from; ; ) {
    const behind = closing(text, at);
    if (behind !== undefined) {
      if (depth > 0) throw fail(at, "unclosed left paren");
      tokens.push({ type: "close", text: "}}", at });
      return behind;
    }
    const token = tokenAt(text, at);
    if (!token) throw fail(at, problemAt(text, at));
    if (token.text === "(") depth++;
    if (token.text === ")" && --depth < 0) throw fail(at, "unexpected right paren");
    tokens.push(token);
    at += token.text.length;
  }
}

/** The position behind `}}`, with the blanks that ` -}}` trims; undefined if the action does not end here. */
function closing(text: string, at: number): number | undefined {
  const trimmed = /[ \t\r\n]-\}\}[ \t\r\n]*/y;
  trimmed.lastIndex = at;
  const match = trimmed.exec(text);
  if (match) return at + match[0].length;
  return text.startsWith("}}", at) ? at + 2 : undefined;
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match === undefined) continue;
    // The blank in front of ` -}}` belongs to the end of the action.
    if (type === "space" && text.startsWith("-}}", at + match.length)) {
      return match.length === 1 ? undefined : { type, text: match.slice(0, -1), at };
    }
    return { type, text: match, at };
  }
  return undefined;
}

function problemAt(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (at >= text.length) return "unclosed action";
  if (character === '"') return "unterminated quoted string";
  if (character === "`") return "unterminated raw quoted string";
  if (character === "'") return "unterminated character constant";
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `unrecognized character in action: U+${code} '${character}'`;
}

export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
