/** Tokens of awk. */
import { AwkSyntaxError, type DialectName } from "./syntax.ts";

export interface Token {
  /** `name(` is a name with a parenthesis directly behind it: a call of a function. */
  type: "number" | "string" | "regex" | "name" | "call" | "builtin" | "word" | "symbol" | "newline" | "end";
  text: string;
  line: number;
}

const WORDS = new Set(
  (
    "BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print " +
    "printf"
  ).split(" "),
);

const BUILTINS = new Set(
  (
    "length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system " +
    "close fflush systime strftime mktime gensub and or xor compl lshift rshift strtonum asort asorti"
  ).split(" "),
);

/** Functions that a dialect lacks. */
const MISSING: Readonly<Record<DialectName, ReadonlySet<string>>> = {
  mawk: new Set("gensub and or xor compl lshift rshift strtonum asort asorti".split(" ")),
  busybox: new Set("strtonum asort asorti".split(" ")),
  gawk: new Set(),
};

/** Longer ones first. */
const SYMBOLS =
  "**= && || ++ -- += -= *= /= %= ^= ** == <= >= != !~ >> { } ( ) [ ] ; , + - * / % ^ ! > < | ? : ~ $ =".split(" ");

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "/": "/",
};

/** The value of a text with its escapes. An unknown escape keeps its backslash in mawk. `\&` is left to `sub`. */
export function unescapeText(text: string, dialect: DialectName): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|\r?\n|(.)|$)/gs,
    (all, octal: string | undefined, letter: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (letter === undefined) return all === "\\" ? "\\" : "";
      if (dialect === "mawk") return letter === "/" ? all : (ESCAPES[letter] ?? all);
      return ESCAPES[letter] ?? (letter === "&" ? all : letter);
    },
  );
}

/** @throws AwkSyntaxError */
export function readTokens(source: string, dialect: DialectName): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < source.length) {
    const skipped = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(source.slice(at, at + 4096));
    if (skipped) {
      line += skipped[0].split("\n").length - 1;
      at += skipped[0].length;
      continue;
    }
    const token = readToken(source, at, line, tokens.at(-1), dialect);
    tokens.push(token.token);
    line += source.slice(at, token.end).split("\n").length - 1;
    at = token.end;
  }
  tokens.push({ type: "end", text: "", line });
  return tokens;
}

function readToken(source: string, at: number, line: number, last: Token | undefined, dialect: DialectName) {
  const made = (type: Token["type"], text: string, end: number) => ({ token: { type, text, line }, end });
  const character = source[at]!;
  if (character === "\n") return made("newline", "\n", at + 1);
  const rest = source.slice(at, at + 65_536);
  const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
  if (number !== undefined) return made("number", number, at + number.length);
  const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
  if (name !== undefined) return made(typeOfName(name, source[at + name.length], dialect), name, at + name.length);
  if (character === '"') {
    const end = endOfText(source, at, line);
    return made("string", unescapeText(source.slice(at + 1, end), dialect), end + 1);
  }
  if (character === "/" && !endsOperand(last)) {
    const end = endOfRegex(source, at, line);
    return made("regex", source.slice(at + 1, end).replaceAll("\\/", "/"), end + 1);
  }
  const symbol = SYMBOLS.find((each) => rest.startsWith(each) && !(dialect === "mawk" && each.startsWith("**")));
  if (symbol === undefined) throw new AwkSyntaxError("character", { line, near: character });
  return made("symbol", symbol, at + symbol.length);
}

function typeOfName(name: string, next: string | undefined, dialect: DialectName): Token["type"] {
  if (WORDS.has(name)) return "word";
  if (BUILTINS.has(name) && !MISSING[dialect].has(name)) return "builtin";
  return next === "(" ? "call" : "name";
}

/** A slash behind a value divides; elsewhere it begins a regular expression. */
function endsOperand(last: Token | undefined): boolean {
  if (!last) return false;
  if (last.type === "symbol") return [")", "]", "$", "++", "--"].includes(last.text);
  return last.type === "number" || last.type === "string" || last.type === "name" || last.text === "length";
}

function endOfText(source: string, from: number, line: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === '"') return at;
    else if (source[at] === "\n") break;
  }
  throw new AwkSyntaxError("endlessText", { line, near: source.slice(from, from + 20) });
}

function endOfRegex(source: string, from: number, line: number): number {
  let isInSet = false;
  for (let at = from + 1; at < source.length && source[at] !== "\n"; at++) {
    const character = source[at];
    if (character === "\\") at++;
    else if (character === "[" && !isInSet) {
      isInSet = true;
      if (source[at + 1] === "^") at++;
      if (source[at + 1] === "]") at++;
    } else if (character === "[" && /[:.=]/.test(source[at + 1] ?? "")) {
      const end = source.indexOf(`${source[at + 1]}]`, at + 2);
      if (end > 0) at = end + 1;
    } else if (character === "]") isInSet = false;
    else if (character === "/" && !isInSet) return at;
  }
  throw new AwkSyntaxError("endlessRegex", { line, near: source.slice(from, from + 20) });
}
