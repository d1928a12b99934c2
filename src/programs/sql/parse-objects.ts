/** CREATE of extensions, types and functions. */
import type { Statement } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { SqlError, unsupported } from "./errors.ts";
import { parseType } from "./parse-type.ts";
import type { SqlType } from "./sql-type.ts";

const EXTENSIONS =
  /^(uuid-ossp|pgcrypto|plpgsql|pg_stat_statements|citext|hstore|pg_trgm|btree_gin|btree_gist|unaccent)$/;

/** Functions of `uuid-ossp` and `pgcrypto` exist without the extension; others are known by name only. */
export function parseExtension(cursor: Cursor): Statement {
  cursor.take("if", "not", "exists");
  const name = cursor.token.type === "string" ? cursor.string() : cursor.name();
  cursor.skip();
  if (EXTENSIONS.test(name)) return { type: "accepted", tag: "CREATE EXTENSION" };
  throw new SqlError({ kind: "noExtension", name });
}

export function parseCreateType(cursor: Cursor): Statement {
  const name = cursor.qualifiedName();
  cursor.expect("as");
  if (!cursor.take("enum")) throw unsupported("CREATE TYPE other than ENUM", cursor.at);
  const values = cursor.inParentheses(() => cursor.list(() => cursor.string()));
  return { type: "createType", name, values };
}

/** Functions in SQL that return one value. */
export function parseCreateFunction(cursor: Cursor, replaces: boolean): Statement {
  const name = cursor.qualifiedName();
  const args = cursor.inParentheses(() => (cursor.isOperator(")") ? [] : cursor.list(() => parseParameter(cursor))));
  cursor.expect("returns");
  if (cursor.isWord("setof") || cursor.isWord("table") || cursor.isWord("trigger"))
    throw unsupported(`functions that return ${cursor.token.written.toUpperCase()}`, cursor.at);
  const returns = cursor.take("void") ? { name: "void" } : parseType(cursor).type;
  let body: string | undefined;
  let language = "";
  while (!cursor.isEnd) {
    if (cursor.take("as")) body = cursor.string();
    else if (cursor.take("language")) language = cursor.anyText().toLowerCase();
    else if (cursor.take("return")) {
      const { at } = cursor;
      cursor.expression();
      body = `SELECT ${cursor.textFrom(at)}`;
      language = "sql";
    } else cursor.next();
  }
  if (language !== "sql" || body === undefined) throw unsupported(`functions in ${language}`, cursor.at);
  return { type: "createFunction", name, replaces, args, returns, body };
}

function parseParameter(cursor: Cursor): { name: string; type: SqlType } {
  cursor.takeOneOf("in");
  const isType = [",", ")"].includes(cursor.peek().text) || cursor.peek().text === "(";
  const name = isType ? "" : cursor.name();
  return { name, type: parseType(cursor).type };
}
