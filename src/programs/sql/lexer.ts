/** Tokens of SQL, and the split of a script into statements. */
import { SqlError } from "./errors.ts";

export interface Token {
  type: "word" | "quoted" | "string" | "number" | "operator" | "variable" | "end";
  /** Words in lower case, unless the dialect keeps their case; quoted names and strings without quotes. */
  text: string;
  /** Offset of the first character. */
  at: number;
  end: number;
  /** A word as it was written. */
  written: string;
}

export interface LexicalRules {
  /** `"a"` is a string, names are in backticks, `#` begins a comment, backslashes escape. */
  isMySql: boolean;
}

const OPERATORS =
  /^(?:->>|#>>|<=>|=>|!~~\*|~~\*|!~\*|!~~|->|#>|@>|<@|<>|!=|<=|>=|\|\||&&|::|:=|!~|~\*|~~|<<|>>|[-+*/%^=<>(),.;[\]~!@#&|?:])/;

export function tokensOf(text: string, rules: LexicalRules): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += blankLength(text.slice(at), rules);
    if (at >= text.length) break;
    const token = tokenAt(text, at, rules);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ type: "end", text: "", at: text.length, end: text.length, written: "" });
  return tokens;
}

/** Length of blanks and comments at the start. */
function blankLength(text: string, { isMySql }: LexicalRules): number {
  const blank = isMySql
    ? /^(?:\s+|--(?=\s|$)[^\n]*|#[^\n]*|\/\*(?!!)[\s\S]*?\*\/|\/\*!\d*|\*\/)/
    : /^(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)/;
  let length = 0;
  for (let found = blank.exec(text); found; found = blank.exec(text.slice(length))) length += found[0].length;
  return length;
}

function tokenAt(text: string, at: number, rules: LexicalRules): Token {
  const rest = text.slice(at);
  const make = (type: Token["type"], value: string, length: number): Token => ({
    type,
    text: value,
    at,
    end: at + length,
    written: rest.slice(0, length),
  });
  const string = stringAt(rest, rules);
  if (string) {
    if (string.length < 0) throw new SqlError({ kind: "unterminated", near: rest, rest }, at);
    return make(string.isName ? "quoted" : "string", string.value, string.length);
  }
  const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?/i.exec(rest)?.[0];
  if (number !== undefined) return make("number", number, number.length);
  const variable = rules.isMySql ? /^@@?(?:(?:global|session)\.)?[\w.$]+/i.exec(rest)?.[0] : undefined;
  if (variable !== undefined) return make("variable", variable.toLowerCase(), variable.length);
  const parameter = rules.isMySql ? undefined : /^\$\d+/.exec(rest)?.[0];
  if (parameter !== undefined) return make("variable", parameter, parameter.length);
  const word = /^[A-Za-z_\x80-\xff][\w$\x80-\xff]*/.exec(rest)?.[0];
  if (word !== undefined) return make("word", word.toLowerCase(), word.length);
  const operator = OPERATORS.exec(rest)?.[0];
  if (operator !== undefined) return make("operator", operator, operator.length);
  throw new SqlError({ kind: "syntax", near: rest.slice(0, 1), rest }, at);
}

/** A string or a quoted name at the start of the text. Length -1: its end is missing. */
function stringAt(
  rest: string,
  { isMySql }: LexicalRules,
): { value: string; length: number; isName: boolean } | undefined {
  const first = rest[0];
  if (!isMySql) {
    const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(rest)?.[0];
    if (tag) {
      const end = rest.indexOf(tag, tag.length);
      return { value: rest.slice(tag.length, end), length: end < 0 ? -1 : end + tag.length, isName: false };
    }
    if (/^e'/i.test(rest)) {
      const found = quotedAt(rest.slice(1), "'", true);
      return { ...found, length: found.length < 0 ? -1 : found.length + 1, isName: false };
    }
    if (first === '"') return { ...quotedAt(rest, '"', false), isName: true };
  } else if (first === "`") return { ...quotedAt(rest, "`", false), isName: true };
  else if (first === '"') return { ...quotedAt(rest, '"', true), isName: false };
  return first === "'" ? { ...quotedAt(rest, "'", isMySql), isName: false } : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", b: "\b", Z: "\x1a" };

function quotedAt(text: string, quote: string, hasEscapes: boolean): { value: string; length: number } {
  let value = "";
  for (let i = 1; i < text.length; i++) {
    const character = text[i] ?? "";
    if (hasEscapes && character === "\\") {
      const next = text[++i] ?? "";
      // Patterns of LIKE keep their backslashes.
      value += next === "%" || next === "_" ? `\\${next}` : (ESCAPES[next] ?? next);
    } else if (character !== quote) value += character;
    else if (text[i + 1] === quote) {
      value += quote;
      i++;
    } else return { value, length: i + 1 };
  }
  return { value, length: -1 };
}

export interface Piece {
  text: string;
  /** The statement ends with a semicolon; false for the rest of a script. */
  isComplete: boolean;
  /** Offset behind the semicolon. */
  end: number;
}

/** The first statement of a script. Semicolons in strings, comments and parentheses do not end it. */
export function firstStatement(script: string, rules: LexicalRules): Piece {
  let depth = 0;
  let at = 0;
  for (;;) {
    at += blankLength(script.slice(at), rules);
    if (at >= script.length || script.startsWith("/*", at)) break;
    const string = stringAt(script.slice(at), rules);
    if (string) {
      if (string.length < 0) break;
      at += string.length;
      continue;
    }
    const character = script[at];
    if (character === "(") depth++;
    if (character === ")") depth = Math.max(0, depth - 1);
    if (character === ";" && depth === 0) return { text: script.slice(0, at + 1), isComplete: true, end: at + 1 };
    at += /^[\w$]+/.exec(script.slice(at))?.[0].length ?? 1;
  }
  return { text: script, isComplete: false, end: script.length };
}
