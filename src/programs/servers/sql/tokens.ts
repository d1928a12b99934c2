/** Words of SQL. */
import { type Dialect, SqlError } from "./ast.ts";

export interface Token {
  type: "word" | "quoted" | "string" | "number" | "sign" | "end";
  /** Words in lower case; quoted names and strings without quotes. */
  text: string;
  at: number;
  end: number;
}

const PATTERN =
  /\s+|--[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|([eE]?)'((?:[^'\\]|''|\\[\s\S])*)'|\$(\w*)\$([\s\S]*?)\$\3\$|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(@{0,2}[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(::|<=>|<=|>=|<>|!=|\|\||->>|->|!~\*|!~|~\*|[-+*/%(),.;=<>~[\]?:&|^])/gy;

/** The tokens of a text. @throws SqlError */
export function tokenize(sql: string, dialect: Dialect): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(PATTERN.source, "gy");
  while (pattern.lastIndex < sql.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(sql);
    if (!match) throw unexpected(sql, at, dialect);
    const [, prefix, single, , dollar, double, back, number, word, sign] = match;
    const add = (type: Token["type"], text: string) => tokens.push({ type, text, at, end: pattern.lastIndex });
    if (single !== undefined) add("string", unquote(single, dialect === "mysql" || prefix !== ""));
    else if (dollar !== undefined) add("string", dollar);
    else if (double !== undefined) add(dialect === "mysql" ? "string" : "quoted", double.replace(/""/g, '"'));
    else if (back !== undefined) add("quoted", back.replace(/``/g, "`"));
    else if (number !== undefined) add("number", number);
    else if (word !== undefined) add("word", dialect === "postgres" ? word.toLowerCase() : word);
    else if (sign !== undefined) add("sign", sign);
  }
  tokens.push({ type: "end", text: "", at: sql.length, end: sql.length });
  return tokens;
}

function unquote(text: string, hasEscapes: boolean): string {
  const plain = text.replace(/''/g, "'");
  if (!hasEscapes) return plain;
  return plain.replace(/\\(.)/gs, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r", "0": "\0" })[letter] ?? letter);
}

function unexpected(sql: string, at: number, dialect: Dialect): SqlError {
  if (dialect === "mysql") return mysqlSyntax(sql, at);
  const isQuote = sql[at] === "'" || sql[at] === '"';
  const text = isQuote
    ? `unterminated quoted ${sql[at] === "'" ? "string" : "identifier"} at or near "${sql.slice(at).trimEnd()}"`
    : `syntax error at or near "${sql[at]}"`;
  return new SqlError("42601", text, { position: at + 1 });
}

/** MySQL quotes the rest of the statement. */
export function mysqlSyntax(sql: string, at: number): SqlError {
  const line = sql.slice(0, at).split("\n").length;
  return new SqlError(
    "42000",
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${sql.slice(at, at + 80)}' at line ${line}`,
    { number: 1064 },
  );
}

/** Statements of a script, split at semicolons, each with its place. */
export function splitStatements(sql: string, dialect: Dialect): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = [];
  let start = 0;
  for (const { type, text, at } of tokenize(sql, dialect)) {
    if (type !== "end" && !(type === "sign" && text === ";")) continue;
    const piece = sql.slice(start, at);
    if (piece.trim() !== "") found.push({ text: piece.trim(), at: start + (piece.length - piece.trimStart().length) });
    start = at + 1;
  }
  return found;
}
