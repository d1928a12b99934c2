/** Tokens of jq programs. Source: jq's lexer.l. */
import { SIMPLE_ESCAPES } from "./escapes.ts";
import { JqSyntaxError } from "./syntax.ts";

export type Token =
  | { type: "operator" | "keyword" | "identifier" | "field" | "format"; text: string; at: number }
  | { type: "number"; value: number; at: number }
  | { type: "string"; parts: (string | Token[])[]; at: number; endAt: number }
  | { type: "end"; at: number };

const KEYWORDS = new Set([
  ...["as", "import", "include", "module", "__loc__", "def", "if", "then", "else", "elif", "end", "and", "or"],
  ...["reduce", "foreach", "try", "catch", "label"],
]);
const OPERATORS = /(?:\?\/\/=?|\/\/=|[!=]=|<=|>=|\/\/|\|=|\+=|-=|\*=|\/=|%=|\.\.|[.[\](){};,:|=<>+\-*/%$?])/y;
const NAME = /(?:[a-zA-Z_][a-zA-Z_0-9]*::)*[a-zA-Z_][a-zA-Z_0-9]*/y;
const FIELD = /\.[a-zA-Z_][a-zA-Z_0-9]*/y;
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const FORMAT = /@[a-zA-Z0-9_]+/y;
const SPACE = /(?:[ \t\r\n]|#[^\n]*)+/y;
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface Lexer {
  text: string;
  at: number;
}

function take(lexer: Lexer, pattern: RegExp): string | undefined {
  pattern.lastIndex = lexer.at;
  const found = pattern.exec(lexer.text)?.[0];
  if (found !== undefined) lexer.at += found.length;
  return found;
}

/** @throws JqSyntaxError */
export function tokensOf(text: string): Token[] {
  const lexer = { text, at: 0 };
  return readTokens(lexer, undefined);
}

/** Tokens up to the end of the text, or to the bracket that closes an interpolation. */
function readTokens(lexer: Lexer, closer: string | undefined): Token[] {
  const tokens: Token[] = [];
  const open: string[] = closer === undefined ? [] : [closer];
  for (let spaceAt: number | undefined; ; ) {
    const start = lexer.at;
    if (take(lexer, SPACE) !== undefined) spaceAt = start;
    const at = lexer.at;
    if (at >= lexer.text.length) {
      // The end of the program is reported where its last token or blank begins.
      const last = tokens.at(-1);
      const isBehindSpace = spaceAt !== undefined && last !== undefined && spaceAt > last.at;
      tokens.push({
        type: "end",
        at: isBehindSpace ? spaceAt! : last?.type === "string" ? last.endAt : (last?.at ?? 0),
      });
      return tokens;
    }
    const token = readToken(lexer, at);
    if (token.type === "operator") {
      const closing = CLOSERS[token.text];
      if (closing !== undefined) open.push(closing);
      else if (/^[\])}]$/.test(token.text) && open.pop() !== token.text) {
        throw unexpectedCharacter(at);
      }
      if (open.length === 0 && closer !== undefined) {
        tokens.push({ type: "end", at });
        return tokens;
      }
    }
    tokens.push(token);
  }
}

function readToken(lexer: Lexer, at: number): Token {
  const { text } = lexer;
  if (text[at] === '"') return readString(lexer);
  const field = take(lexer, FIELD);
  if (field !== undefined) return { type: "field", text: field.slice(1), at };
  const number = take(lexer, NUMBER);
  if (number !== undefined) return { type: "number", value: Number(number), at };
  const name = take(lexer, NAME);
  if (name !== undefined) return { type: KEYWORDS.has(name) ? "keyword" : "identifier", text: name, at };
  const format = take(lexer, FORMAT);
  if (format !== undefined) return { type: "format", text: format, at };
  const operator = take(lexer, OPERATORS);
  if (operator !== undefined) return { type: "operator", text: operator, at };
  throw unexpectedCharacter(at);
}

function unexpectedCharacter(at: number): JqSyntaxError {
  const message = "syntax error, unexpected INVALID_CHARACTER, expecting $end (Unix shell quoting issues?)";
  return new JqSyntaxError([{ message, at }]);
}

function readString(lexer: Lexer): Token {
  const { text } = lexer;
  const at = lexer.at++;
  const parts: (string | Token[])[] = [];
  let part = "";
  for (;;) {
    const character = text[lexer.at];
    if (character === undefined) {
      const expected = "QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END";
      const message = `syntax error, unexpected $end, expecting ${expected} (Unix shell quoting issues?)`;
      throw new JqSyntaxError([{ message, at: at + 1 }]);
    }
    if (character === '"') break;
    if (character !== "\\") {
      part += character;
      lexer.at++;
      continue;
    }
    if (text[lexer.at + 1] === "(") {
      lexer.at += 2;
      parts.push(part, readTokens(lexer, ")"));
      part = "";
    } else part += readEscape(lexer);
  }
  parts.push(part);
  return { type: "string", parts, at, endAt: lexer.at++ };
}

function readEscape(lexer: Lexer): string {
  const { text, at } = lexer;
  const letter = text[at + 1] ?? "";
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) {
    lexer.at += 2;
    return simple;
  }
  const digits = /^\\u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 6))?.[1];
  if (digits === undefined) {
    const piece = text.slice(at, at + 2);
    const message = `Invalid escape at line 1, column 4 (while parsing '"${piece}"')`;
    throw new JqSyntaxError([{ message, at }]);
  }
  lexer.at += 6;
  return String.fromCharCode(Number.parseInt(digits, 16));
}
