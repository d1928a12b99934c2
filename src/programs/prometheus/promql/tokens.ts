/**
 * The words of PromQL.
 * Source: github.com/prometheus/prometheus promql/parser/lex.go
 */
import { AGGREGATIONS, PromqlError } from "./syntax.ts";

export type TokenType = "identifier" | "metric" | "number" | "duration" | "string" | "operator" | "keyword" | "end";

export interface Token {
  type: TokenType;
  /** Its text; keywords and operators in words are in lower case. */
  text: string;
  from: number;
}

const WORD_OPERATORS = new Set(["and", "or", "unless", "atan2"]);
const KEYWORDS = new Set(["by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"]);
const SYMBOLS = /^(==|!=|=~|!~|>=|<=|[-+*/%^<>=(){}[\],@:])/;
const NUMBER = /^(0[xX][0-9a-fA-F]+|(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?)/;
const DURATION = /^(\d+(ms|[smhdwy]))+/;
const WORD = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const STRING = /^("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)/s;

/** Throws PromqlError. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  let isInBraces = false;
  let isInBrackets = false;
  const take = (type: TokenType, length: number, shown = text.slice(at, at + length)) => {
    tokens.push({ type, text: shown, from: at });
    at += length;
  };
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^(\s+|#[^\n]*)/.exec(rest)?.[0];
    if (space) {
      at += space.length;
      continue;
    }
    const quoted = /^["'`]/.test(rest);
    const string = STRING.exec(rest)?.[0];
    if (quoted && !string) throw new PromqlError(text, at, "unterminated quoted string");
    const duration = DURATION.exec(rest)?.[0];
    const number = NUMBER.exec(rest)?.[0];
    const word = isInBrackets && rest.startsWith(":") ? undefined : WORD.exec(rest)?.[0];
    const symbol = SYMBOLS.exec(rest)?.[0];
    if (string) take("string", string.length);
    else if (duration && !/^[a-zA-Z0-9_.]/.test(rest.slice(duration.length))) take("duration", duration.length);
    else if (number) {
      const wrong = /^[\w.]+/.exec(rest)?.[0] ?? "";
      if (wrong.length > number.length)
        throw new PromqlError(text, at, `bad number or duration syntax: ${JSON.stringify(wrong)}`);
      take("number", number.length);
    } else if (word) takeWord(word, isInBraces, take);
    else if (symbol) {
      if (symbol === "(") depth++;
      if (symbol === ")" && --depth < 0) throw new PromqlError(text, at, "unexpected right parenthesis ')'");
      if (symbol === "{") isInBraces = true;
      if (symbol === "}" && !isInBraces) throw new PromqlError(text, at, "unexpected character: '}'");
      if (symbol === "}") isInBraces = false;
      if (symbol === "[") isInBrackets = true;
      if (symbol === "]" && !isInBrackets) throw new PromqlError(text, at, "unexpected right bracket ']'");
      if (symbol === "]") isInBrackets = false;
      take("operator", symbol.length);
    } else {
      const where = isInBraces ? " inside braces" : "";
      throw new PromqlError(
        text,
        at,
        `unexpected character${where}: '${String.fromCodePoint(rest.codePointAt(0) ?? 0)}'`,
      );
    }
  }
  if (isInBraces) throw new PromqlError(text, at, "unexpected end of input inside braces");
  if (depth > 0) throw new PromqlError(text, at, "unclosed left parenthesis");
  if (isInBrackets) throw new PromqlError(text, at, "unclosed left bracket");
  tokens.push({ type: "end", text: "", from: text.length });
  return tokens;
}

function takeWord(
  word: string,
  isInBraces: boolean,
  take: (type: TokenType, length: number, shown?: string) => void,
): void {
  const lower = word.toLowerCase();
  if (isInBraces) take("identifier", word.length);
  else if (lower === "inf" || lower === "nan") take("number", word.length);
  else if (WORD_OPERATORS.has(lower)) take("operator", word.length, lower);
  else if (KEYWORDS.has(lower)) take("keyword", word.length, lower);
  else take(word.includes(":") ? "metric" : "identifier", word.length);
}

/** A token as errors name it. */
export function describeToken({ type, text }: Token): string {
  if (type === "end") return "end of input";
  if (AGGREGATIONS.has(text)) return `<aggr:${text}>`;
  if (type === "keyword") return `<${text}>`;
  const shown = text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : JSON.stringify(text);
  if (type === "operator") return /^[(){}[\],:@]$/.test(text) ? shown : `<op:${text}>`;
  return `${type === "metric" ? "metric identifier" : type} ${shown}`;
}

/** The content of a quoted string. */
export function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  if (text.startsWith("`")) return inner;
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gs, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? code;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
