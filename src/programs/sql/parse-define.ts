/** CREATE, ALTER and DROP. */
import type {
  ColumnDefinition,
  ConstraintDefinition,
  DropKind,
  ReferenceAction,
  References,
  Statement,
} from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import { parseCreateFunction, parseCreateType, parseExtension } from "./parse-objects.ts";
import { parseRole } from "./parse-roles.ts";
import { parseType } from "./parse-type.ts";

export function parseCreate(cursor: Cursor): Statement {
  const replaces = cursor.take("or", "replace");
  const kind = cursor.takeOneOf("temporary", "temp", "unlogged", "global", "local");
  const isTemporary = kind?.startsWith("temp") === true || cursor.takeOneOf("temporary", "temp") !== undefined;
  if (cursor.take("table")) return parseCreateTable(cursor, isTemporary);
  const isUnique = cursor.take("unique");
  if (cursor.take("index") || cursor.take("fulltext", "index")) return parseCreateIndex(cursor, isUnique);
  cursor.take("recursive");
  const isMaterialized = cursor.isWord("materialized");
  if (cursor.take("view") || cursor.take("materialized", "view")) {
    if (isMaterialized) cursor.take("if", "not", "exists");
    const name = cursor.qualifiedName();
    const columns = cursor.isOperator("(") ? cursor.names() : undefined;
    cursor.expect("as");
    const { at } = cursor;
    const query = cursor.query();
    const text = cursor.textFrom(at);
    if (cursor.take("with")) cursor.skip();
    return { type: "createView", name, query, text, replaces, isMaterialized, ...(columns && { columns }) };
  }
  if (cursor.take("database")) return parseCreateDatabase(cursor);
  if (cursor.take("schema")) {
    if (cursor.rules.isMySql) return parseCreateDatabase(cursor);
    const ifNotExists = cursor.take("if", "not", "exists");
    const hasName = !cursor.isWord("authorization");
    const name = hasName ? cursor.name() : undefined;
    const owner = cursor.take("authorization") ? cursor.name() : undefined;
    if (!cursor.isEnd) throw unsupported("objects within CREATE SCHEMA", cursor.at);
    return { type: "createSchema", name: name ?? owner ?? "", ifNotExists, ...(owner !== undefined && { owner }) };
  }
  const role = cursor.takeOneOf("role", "user", "group");
  if (role) return parseRole(cursor, "create", role);
  if (cursor.take("sequence")) return parseCreateSequence(cursor);
  if (cursor.take("extension")) return parseExtension(cursor);
  if (cursor.take("type")) return parseCreateType(cursor);
  if (cursor.take("function")) return parseCreateFunction(cursor, replaces);
  const what = cursor.isEnd ? undefined : cursor.token.written.toUpperCase();
  if (what && /^(PROCEDURE|TRIGGER|RULE|EVENT|DOMAIN|POLICY|AGGREGATE)$/.test(what))
    throw unsupported(`CREATE ${what}`, cursor.at);
  throw cursor.syntaxError();
}

function parseCreateDatabase(cursor: Cursor): Statement {
  const ifNotExists = cursor.take("if", "not", "exists");
  const name = cursor.name();
  let owner: string | undefined;
  while (!cursor.isEnd) if (cursor.next().text === "owner" && !cursor.takeOperator("=")) owner = cursor.anyText();
  return { type: "createDatabase", name, ifNotExists, ...(owner !== undefined && { owner }) };
}

function parseCreateSequence(cursor: Cursor): Statement {
  const ifNotExists = cursor.take("if", "not", "exists");
  const name = cursor.qualifiedName();
  let start = 1;
  let increment = 1;
  while (!cursor.isEnd) {
    const word = cursor.next().text;
    if (word === "start") {
      cursor.take("with");
      start = cursor.integer();
    } else if (word === "increment") {
      cursor.take("by");
      increment = cursor.integer();
    }
  }
  return { type: "createSequence", name, ifNotExists, start, increment };
}

function parseCreateIndex(cursor: Cursor, isUnique: boolean): Statement {
  cursor.take("concurrently");
  const ifNotExists = cursor.take("if", "not", "exists");
  const name = cursor.isWord("on") ? undefined : cursor.name();
  cursor.expect("on");
  const table = cursor.qualifiedName();
  const method = cursor.take("using") ? cursor.name() : "btree";
  const columns: string[] = [];
  const words: string[] = [];
  cursor.inParentheses(() =>
    cursor.list(() => {
      const { at } = cursor;
      const expr = cursor.expression();
      columns.push(expr.type === "column" ? expr.name : cursor.textFrom(at));
      words.push(expr.type === "column" ? expr.name : expr.type === "call" ? expr.name : "expr");
      if (cursor.isName()) cursor.name();
      cursor.takeOneOf("asc", "desc");
      if (cursor.take("nulls")) cursor.takeOneOf("first", "last");
    }),
  );
  if (cursor.take("include")) cursor.names();
  if (cursor.take("with")) cursor.inParentheses(() => cursor.skipTo(")"));
  let where: string | undefined;
  if (cursor.take("where")) {
    const { at } = cursor;
    cursor.expression();
    where = cursor.textFrom(at);
  }
  if (cursor.rules.isMySql) cursor.skip();
  return {
    type: "createIndex",
    table,
    columns,
    words,
    isUnique,
    ifNotExists,
    method,
    ...(name !== undefined && { name }),
    ...(where !== undefined && { where }),
  };
}

function parseCreateTable(cursor: Cursor, isTemporary: boolean): Statement {
  const ifNotExists = cursor.take("if", "not", "exists");
  const { at } = cursor;
  const name = cursor.qualifiedName();
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const base = { type: "createTable" as const, name, at, isTemporary, ifNotExists };
  if (cursor.take("like")) return { ...base, columns, constraints, like: cursor.qualifiedName(), options: {} };
  if (cursor.isOperator("(") && cursor.peek().text !== "select") {
    if (cursor.peek().text === "like") {
      cursor.next();
      cursor.next();
      const like = cursor.qualifiedName();
      while (!cursor.isOperator(")")) cursor.next();
      cursor.next();
      return { ...base, columns, constraints, like, options: {} };
    }
    cursor.inParentheses(() => {
      if (cursor.isOperator(")")) return;
      cursor.list(() => {
        const constraint = parseTableConstraint(cursor);
        if (constraint === "index") return;
        if (constraint) constraints.push(constraint);
        else columns.push(parseColumn(cursor));
      });
    });
  }
  if (cursor.isWord("partition") || cursor.isWord("inherits"))
    throw unsupported("partitioned and inherited tables", cursor.at);
  const options = parseTableOptions(cursor);
  const query = cursor.take("as") || cursor.isWord("select") ? cursor.query() : undefined;
  if (query && cursor.take("with")) cursor.skip();
  return { ...base, columns, constraints, options, ...(query && { query }) };
}

/** MySQL's `ENGINE=InnoDB`, PostgreSQL's `WITH (…)`. */
function parseTableOptions(cursor: Cursor): Record<string, string> {
  const options: Record<string, string> = {};
  while (!cursor.isEnd && !cursor.isWord("as") && !cursor.isWord("select")) {
    const name = cursor.next().text;
    if (name === "default") continue;
    if (cursor.takeOperator("=") || name === "engine") options[name] = cursor.anyText();
  }
  return options;
}

export function parseTableConstraint(cursor: Cursor): ConstraintDefinition | "index" | undefined {
  const isIndex = cursor.rules.isMySql && (cursor.isWord("key") || cursor.isWord("index") || cursor.isWord("fulltext"));
  if (isIndex) {
    cursor.next();
    cursor.takeOneOf("key", "index");
    if (!cursor.isOperator("(")) cursor.name();
    parseKeyColumns(cursor);
    return "index";
  }
  const hasName = cursor.take("constraint");
  let name = hasName && !/^(primary|unique|check|foreign)$/.test(cursor.token.text) ? cursor.name() : undefined;
  const named = () => (name !== undefined ? { name } : {});
  if (cursor.take("primary", "key")) return { type: "primary", columns: parseKeyColumns(cursor), ...named() };
  if (cursor.take("unique")) {
    cursor.takeOneOf("key", "index");
    if (!cursor.isOperator("(")) name = cursor.name();
    return { type: "unique", columns: parseKeyColumns(cursor), ...named() };
  }
  if (cursor.isWord("check")) return { ...parseCheck(cursor, []), ...named() };
  if (cursor.take("foreign", "key")) {
    if (!cursor.isOperator("(")) name ??= cursor.name();
    const columns = cursor.names();
    return { type: "foreign", columns, ...parseReferences(cursor), ...named() };
  }
  if (cursor.isWord("exclude")) throw unsupported("exclusion constraints", cursor.at);
  if (hasName) throw cursor.syntaxError();
  return undefined;
}

/** Columns of a key; MySQL allows a length and an order for each. */
function parseKeyColumns(cursor: Cursor): string[] {
  if (cursor.take("using")) cursor.name();
  return cursor.inParentheses(() =>
    cursor.list(() => {
      const name = cursor.name();
      if (cursor.isOperator("(")) cursor.inParentheses(() => cursor.integer());
      cursor.takeOneOf("asc", "desc");
      return name;
    }),
  );
}

function parseCheck(cursor: Cursor, columns: readonly string[]): ConstraintDefinition {
  cursor.expect("check");
  return cursor.inParentheses(() => {
    const { at } = cursor;
    const expr = cursor.expression();
    return { type: "check", expr, text: cursor.textFrom(at), columns };
  });
}

function parseReferences(cursor: Cursor): References {
  cursor.expect("references");
  const target = cursor.qualifiedName();
  const targetColumns = cursor.isOperator("(") ? cursor.names() : undefined;
  let onDelete: ReferenceAction = "NO ACTION";
  let onUpdate: ReferenceAction = "NO ACTION";
  for (;;) {
    if (cursor.take("on", "delete")) onDelete = parseReferenceAction(cursor);
    else if (cursor.take("on", "update")) onUpdate = parseReferenceAction(cursor);
    else if (cursor.take("match")) cursor.next();
    else if (cursor.take("not", "deferrable") || cursor.take("deferrable")) continue;
    else if (cursor.take("initially")) cursor.next();
    else break;
  }
  return { target, onDelete, onUpdate, ...(targetColumns && { targetColumns }) };
}

function parseReferenceAction(cursor: Cursor): ReferenceAction {
  for (const action of ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"] as const)
    if (cursor.take(...action.toLowerCase().split(" "))) return action;
  throw cursor.syntaxError();
}

export function parseColumn(cursor: Cursor): ColumnDefinition {
  const name = cursor.name();
  const { type, isSerial } = parseType(cursor);
  const constraints: ConstraintDefinition[] = [];
  const column: ColumnDefinition = { name, type, isNotNull: isSerial, constraints };
  if (isSerial) column.generated = "serial";
  while (parseColumnOption(cursor, column, constraints));
  return column;
}

/** Takes one option of a column; false if there is no other. */
function parseColumnOption(cursor: Cursor, column: ColumnDefinition, constraints: ConstraintDefinition[]): boolean {
  const columns = [column.name];
  const constraintName = cursor.take("constraint") ? cursor.name() : undefined;
  const named = constraintName !== undefined ? { name: constraintName } : {};
  if (cursor.take("not", "null")) column.isNotNull = true;
  else if (cursor.take("null")) column.isNotNull = false;
  else if (cursor.take("primary", "key")) constraints.push({ type: "primary", columns, ...named });
  else if (cursor.take("unique")) {
    cursor.take("key");
    constraints.push({ type: "unique", columns, ...named });
  } else if (cursor.isWord("check")) constraints.push({ ...parseCheck(cursor, columns), ...named });
  else if (cursor.isWord("references"))
    constraints.push({ type: "foreign", columns, ...parseReferences(cursor), ...named });
  else if (cursor.take("default")) {
    const { at } = cursor;
    column.default = cursor.expression();
    column.defaultText = cursor.textFrom(at);
  } else if (cursor.take("generated")) parseGenerated(cursor, column);
  else if (cursor.take("auto_increment")) column.generated = "serial";
  else if (cursor.take("comment")) column.comment = cursor.string();
  else if (cursor.take("collate")) cursor.anyText();
  else if (cursor.take("on", "update")) {
    cursor.expression();
    column.onUpdateNow = true;
  } else if (cursor.rules.isMySql && cursor.take("key")) constraints.push({ type: "primary", columns });
  else return false;
  return true;
}

function parseGenerated(cursor: Cursor, column: ColumnDefinition): void {
  const isAlways = cursor.take("always");
  if (!isAlways) cursor.expect("by", "default");
  cursor.expect("as");
  if (isAlways && cursor.isOperator("(")) {
    column.computedText = cursor.inParentheses(() => {
      const { at } = cursor;
      cursor.expression();
      return cursor.textFrom(at);
    });
    if (!cursor.takeOneOf("stored", "virtual")) throw cursor.syntaxError();
    return;
  }
  cursor.expect("identity");
  if (cursor.isOperator("(")) {
    while (!cursor.isOperator(")")) cursor.next();
    cursor.next();
  }
  column.generated = isAlways ? "always" : "byDefault";
  column.isNotNull = true;
}

export function parseDrop(cursor: Cursor): Statement {
  const what = cursor.takeOneOf(
    "table",
    "view",
    "index",
    "sequence",
    "schema",
    "database",
    "role",
    "user",
    "extension",
    "type",
    "materialized",
    "function",
    "owned",
  );
  if (!what) {
    if (/^(procedure|trigger)$/.test(cursor.token.text))
      throw unsupported(`DROP ${cursor.token.written.toUpperCase()}`, cursor.at);
    throw cursor.syntaxError();
  }
  if (what === "owned") {
    cursor.expect("by");
    const roles = cursor.list(() => cursor.name());
    cursor.takeOneOf("cascade", "restrict");
    return { type: "dropOwned", roles };
  }
  if (what === "materialized") cursor.expect("view");
  cursor.take("concurrently");
  const ifExists = cursor.take("if", "exists");
  const isRole = what === "role" || what === "user";
  const names = cursor.list(() => {
    if (!isRole) {
      const object = what === "extension" && cursor.token.type === "string" ? cursor.string() : cursor.qualifiedName();
      if (what === "function" && cursor.isOperator("(")) cursor.inParentheses(() => cursor.skipTo(")"));
      return object;
    }
    const name = cursor.token.type === "string" ? cursor.string() : cursor.name();
    return cursor.token.type === "variable"
      ? `${name}${cursor.next().text}`
      : cursor.takeOperator("@")
        ? `${name}@${cursor.anyText()}`
        : name;
  });
  const table = what === "index" && cursor.take("on") ? cursor.name() : undefined;
  const isCascade = cursor.take("cascade");
  if (!isCascade) cursor.take("restrict");
  if (cursor.take("with")) cursor.skip();
  const kinds: Record<string, DropKind> = { user: "role", materialized: "materialized view" };
  const kind = cursor.rules.isMySql && what === "schema" ? "database" : (kinds[what] ?? (what as DropKind));
  return { type: "drop", what: kind, names, ifExists, isCascade, ...(table !== undefined && { table }) };
}
