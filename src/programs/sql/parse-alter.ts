/** ALTER. */
import type { AlterAction, Statement } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import { parseColumn, parseTableConstraint } from "./parse-define.ts";
import { parseGrant, parseRole } from "./parse-roles.ts";
import { parseType } from "./parse-type.ts";
import type { SqlType } from "./sql-type.ts";

export function parseAlter(cursor: Cursor): Statement {
  if (cursor.take("table")) {
    const ifExists = cursor.take("if", "exists");
    cursor.take("only");
    const name = cursor.qualifiedName();
    return { type: "alterTable", name, ifExists, actions: cursor.list(() => parseAlterAction(cursor)) };
  }
  const role = cursor.takeOneOf("role", "user", "group");
  if (role) return parseRole(cursor, "alter", role);
  if (cursor.take("default", "privileges")) return parseDefaultPrivileges(cursor);
  const what = cursor.takeOneOf("database", "schema", "sequence", "view", "index", "default", "system", "extension");
  if (!what) throw cursor.syntaxError();
  if (what === "index" || what === "view") throw unsupported(`ALTER ${what.toUpperCase()}`, cursor.at);
  cursor.skip();
  return { type: "accepted", tag: what === "default" ? "ALTER DEFAULT PRIVILEGES" : `ALTER ${what.toUpperCase()}` };
}

function parseDefaultPrivileges(cursor: Cursor): Statement {
  let creator: string | undefined;
  let schema = "public";
  for (;;) {
    if (cursor.take("for")) {
      cursor.takeOneOf("role", "user");
      creator = cursor.name();
    } else if (cursor.take("in", "schema")) schema = cursor.name();
    else break;
  }
  const action = cursor.takeOneOf("grant", "revoke");
  if (!action) throw cursor.syntaxError();
  const grant = parseGrant(cursor, action as "grant" | "revoke");
  return { type: "defaultPrivileges", schema, grant, ...(creator !== undefined && { creator }) };
}

function parseAlterAction(cursor: Cursor): AlterAction {
  if (cursor.take("add")) return parseAdd(cursor);
  if (cursor.take("drop")) return parseDropPart(cursor);
  if (cursor.take("rename")) {
    if (cursor.take("to") || (cursor.rules.isMySql && cursor.take("as")))
      return { type: "renameTable", to: cursor.name() };
    if (cursor.isWord("constraint") || cursor.isWord("index")) throw unsupported("renaming constraints", cursor.at);
    cursor.take("column");
    const from = cursor.name();
    cursor.expect("to");
    return { type: "renameColumn", from, to: cursor.name() };
  }
  if (cursor.rules.isMySql && cursor.take("modify")) {
    cursor.take("column");
    const column = parseColumn(cursor);
    skipPlace(cursor);
    return { type: "replaceColumn", from: column.name, column };
  }
  if (cursor.rules.isMySql && cursor.take("change")) {
    cursor.take("column");
    const from = cursor.name();
    const column = parseColumn(cursor);
    skipPlace(cursor);
    return { type: "replaceColumn", from, column };
  }
  if (cursor.take("alter")) return parseAlterColumn(cursor);
  if (cursor.take("owner", "to")) return { type: "setOwner", role: cursor.name() };
  if (/^(set|enable|disable|cluster|engine|validate|auto_increment|comment|convert|replica)$/.test(cursor.token.text)) {
    while (!cursor.isEnd && !cursor.isOperator(",")) cursor.next();
    return { type: "accepted" };
  }
  throw cursor.syntaxError();
}

function parseAdd(cursor: Cursor): AlterAction {
  const constraint = parseTableConstraint(cursor);
  if (constraint === "index") return { type: "accepted" };
  if (constraint) return { type: "addConstraint", constraint };
  cursor.take("column");
  const ifNotExists = cursor.take("if", "not", "exists");
  const column = parseColumn(cursor);
  skipPlace(cursor);
  return { type: "addColumn", column, ifNotExists };
}

/** MySQL's place of a column. It is accepted; columns stay in the order of their creation. */
function skipPlace(cursor: Cursor): void {
  if (!cursor.rules.isMySql) return;
  if (cursor.take("after")) cursor.name();
  else cursor.take("first");
}

function parseDropPart(cursor: Cursor): AlterAction {
  const mysqlKey =
    cursor.rules.isMySql && (cursor.take("foreign", "key") || cursor.takeOneOf("index", "key") !== undefined);
  if (mysqlKey) return { type: "dropConstraint", name: cursor.name(), ifExists: false };
  if (cursor.rules.isMySql && cursor.take("primary", "key"))
    return { type: "dropConstraint", name: "PRIMARY", ifExists: false };
  const isConstraint = cursor.take("constraint");
  if (!isConstraint) cursor.take("column");
  const ifExists = cursor.take("if", "exists");
  const name = cursor.name();
  cursor.takeOneOf("cascade", "restrict");
  return { type: isConstraint ? "dropConstraint" : "dropColumn", name, ifExists };
}

function parseAlterColumn(cursor: Cursor): AlterAction {
  cursor.take("column");
  const column = cursor.name();
  if (cursor.take("set", "not", "null")) return { type: "setNotNull", column, isNotNull: true };
  if (cursor.take("drop", "not", "null")) return { type: "setNotNull", column, isNotNull: false };
  if (cursor.take("add", "generated")) {
    const isAlways = cursor.take("always");
    if (!isAlways) cursor.expect("by", "default");
    cursor.expect("as", "identity");
    if (cursor.isOperator("(")) cursor.inParentheses(() => cursor.skipTo(")"));
    return { type: "setGenerated", column, generated: isAlways ? "always" : "byDefault" };
  }
  if (cursor.take("drop", "default")) return { type: "setDefault", column };
  if (cursor.take("set", "default")) {
    const { at } = cursor;
    const value = cursor.expression();
    return { type: "setDefault", column, default: value, defaultText: cursor.textFrom(at) };
  }
  cursor.take("set", "data");
  cursor.expect("type");
  const to: SqlType = parseType(cursor).type;
  const using = cursor.take("using") ? cursor.expression() : undefined;
  return { type: "setType", column, to, ...(using && { using }) };
}
