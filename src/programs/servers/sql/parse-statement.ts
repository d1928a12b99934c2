/** All other statements. */
import type { AlterAction, Assignment, ColumnDefinition, Dialect, Statement, TableConstraint } from "./ast.ts";
import { parseTypeName } from "./parse-expression.ts";
import { expression, parseItems, parseSelect } from "./parse-select.ts";
import { Cursor } from "./parser.ts";
import { typeNameOf } from "./types.ts";

/** One statement, without its semicolon. @throws SqlError */
export function parseStatement(sql: string, dialect: Dialect): Statement {
  const cursor = new Cursor(sql, dialect);
  const statement = parse(cursor);
  if (!cursor.isAtEnd) throw cursor.syntaxError();
  return statement;
}

function parse(cursor: Cursor): Statement {
  if (
    cursor.is("select") ||
    cursor.is("with") ||
    cursor.is("values") ||
    cursor.is("(") ||
    (cursor.is("table") && cursor.dialect === "postgres")
  )
    return parseSelect(cursor);
  const word = cursor.token.text.toLowerCase();
  const one = cursor.token.type === "word" && Object.hasOwn(STATEMENTS, word) ? STATEMENTS[word] : undefined;
  if (!one) throw cursor.syntaxError();
  cursor.next();
  return one(cursor);
}

/** A statement without effect here: its rest is not read. */
function accepted(tag: string): (cursor: Cursor) => Statement {
  return (cursor) => {
    cursor.skipRest();
    return { type: "accepted", tag };
  };
}

function transaction(action: "begin" | "commit" | "rollback"): (cursor: Cursor) => Statement {
  return (cursor) => {
    cursor.skipRest();
    return { type: "transaction", action };
  };
}

const STATEMENTS: Readonly<Record<string, (cursor: Cursor) => Statement>> = {
  insert: (cursor) => insert(cursor, false),
  replace: (cursor) => insert(cursor, true),
  update,
  delete: remove,
  create,
  drop,
  alter,
  truncate(cursor) {
    cursor.accept("table");
    const tables = cursor.list(() => cursor.name());
    cursor.skipRest();
    return { type: "truncate", tables };
  },
  begin: transaction("begin"),
  start: transaction("begin"),
  commit: transaction("commit"),
  end: transaction("commit"),
  rollback: transaction("rollback"),
  abort: transaction("rollback"),
  set: accepted("SET"),
  reset: accepted("RESET"),
  grant: accepted("GRANT"),
  revoke: accepted("REVOKE"),
  comment: accepted("COMMENT"),
  vacuum: accepted("VACUUM"),
  analyze: accepted("ANALYZE"),
  flush: accepted("FLUSH"),
  lock: accepted("LOCK TABLE"),
  unlock: accepted("UNLOCK TABLES"),
  checkpoint: accepted("CHECKPOINT"),
  show: show,
  use: (cursor) => ({ type: "use", database: cursor.name() }),
  describe: (cursor) => ({ type: "describe", table: cursor.name() }),
  desc: (cursor) => ({ type: "describe", table: cursor.name() }),
  explain(cursor) {
    cursor.acceptOneOf("analyze");
    if (cursor.accept("(")) cursor.skipTo(")");
    return { type: "explain", statement: parse(cursor) };
  },
};

function show(cursor: Cursor): Statement {
  const words: string[] = [];
  while (!cursor.isAtEnd && !cursor.is("like") && !cursor.is("where")) words.push(cursor.next().text);
  const like = cursor.accept("like") ? cursor.next().text : undefined;
  cursor.skipRest();
  return { type: "show", what: words.join(" ").toLowerCase(), ...(like !== undefined && { like }) };
}

function assignments(cursor: Cursor): Assignment[] {
  return cursor.list(() => {
    const column = cursor.name();
    cursor.expect("=");
    return { column, value: expression(cursor) };
  });
}

function returning(cursor: Cursor) {
  return cursor.accept("returning") ? { returning: parseItems(cursor) } : {};
}

function insert(cursor: Cursor, replaces: boolean): Statement {
  const ignores = cursor.accept("ignore");
  if (!cursor.accept("into") && cursor.dialect === "postgres") throw cursor.syntaxError();
  const table = cursor.name();
  if (cursor.accept("as")) cursor.part();
  const columns = cursor.is("(") && cursor.peek().text.toLowerCase() !== "select" ? cursor.names() : undefined;
  if (cursor.accept("overriding")) cursor.expect(cursor.is("system") ? "system" : "user", "value");
  const isDefault = cursor.accept("default", "values");
  const empty = {
    type: "select" as const,
    isDistinct: false,
    items: [],
    sources: [],
    groupBy: [],
    orderBy: [],
    values: [[]],
  };
  const source = isDefault ? empty : cursor.is("set") ? undefined : parseSelect(cursor);
  const set = source === undefined && cursor.accept("set") ? assignments(cursor) : undefined;
  const base = set
    ? { columns: set.map(({ column }) => column), source: { ...empty, values: [set.map(({ value }) => value)] } }
    : { ...(columns && { columns }), source: source ?? empty };
  let conflict: Extract<Statement, { type: "insert" }>["conflict"];
  if (replaces) conflict = { action: "replace", columns: [], set: [] };
  else if (ignores) conflict = { action: "nothing", columns: [], set: [] };
  if (cursor.accept("on", "conflict")) {
    const target = cursor.is("(") ? cursor.names() : [];
    if (cursor.accept("on", "constraint")) cursor.part();
    cursor.expect("do");
    if (cursor.accept("nothing")) conflict = { action: "nothing", columns: target, set: [] };
    else {
      cursor.expect("update", "set");
      conflict = { action: "update", columns: target, set: assignments(cursor) };
    }
  }
  if (cursor.accept("on", "duplicate", "key", "update"))
    conflict = { action: "update", columns: [], set: assignments(cursor) };
  return { type: "insert", table, ...base, ...returning(cursor), ...(conflict && { conflict }) };
}

function update(cursor: Cursor): Statement {
  const table = cursor.name();
  cursor.accept("as");
  const alias = cursor.is("set") ? table : cursor.part();
  cursor.expect("set");
  const set = assignments(cursor);
  const where = cursor.accept("where") ? expression(cursor) : undefined;
  return { type: "update", table, alias, set, ...(where && { where }), ...returning(cursor) };
}

function remove(cursor: Cursor): Statement {
  cursor.expect("from");
  const table = cursor.name();
  cursor.accept("as");
  const isNamed = !cursor.isAtEnd && !cursor.is("where") && !cursor.is("returning");
  const alias = isNamed ? cursor.part() : table;
  const where = cursor.accept("where") ? expression(cursor) : undefined;
  return { type: "delete", table, alias, ...(where && { where }), ...returning(cursor) };
}

function ifNotExists(cursor: Cursor): boolean {
  return cursor.accept("if", "not", "exists");
}

function create(cursor: Cursor): Statement {
  const orReplace = cursor.accept("or", "replace");
  cursor.acceptOneOf("temporary", "temp", "unlogged", "global");
  const isUnique = cursor.acceptOneOf("unique", "fulltext") === "unique";
  const kind = cursor.part().toLowerCase();
  switch (kind) {
    case "table":
      return createTable(cursor);
    case "index": {
      cursor.accept("concurrently");
      const skips = ifNotExists(cursor);
      const name = cursor.is("on") ? "" : cursor.name();
      cursor.expect("on");
      const table = cursor.name();
      if (cursor.accept("using")) cursor.part();
      const columns = cursor.names();
      cursor.skipRest();
      return {
        type: "createIndex",
        name: name || `${table}_${columns.join("_")}_idx`,
        table,
        columns,
        isUnique,
        ifNotExists: skips,
      };
    }
    case "view": {
      const name = cursor.name();
      cursor.expect("as");
      return { type: "createView", name, select: parseSelect(cursor), orReplace };
    }
    case "database": {
      const skips = ifNotExists(cursor);
      const name = cursor.name();
      cursor.skipRest();
      return { type: "createDatabase", name, ifNotExists: skips };
    }
    case "schema":
      if (cursor.dialect === "mysql") {
        const skips = ifNotExists(cursor);
        return { type: "createDatabase", name: cursor.name(), ifNotExists: skips };
      }
      return accepted("CREATE SCHEMA")(cursor);
    case "user":
    case "role":
      return accepted("CREATE ROLE")(cursor);
    case "extension":
    case "sequence":
    case "type":
    case "function":
    case "procedure":
    case "trigger":
    case "policy":
    case "publication":
      return accepted(`CREATE ${kind.toUpperCase()}`)(cursor);
    default:
      throw cursor.syntaxError();
  }
}

function createTable(cursor: Cursor): Statement {
  const skips = ifNotExists(cursor);
  const name = cursor.name();
  const base = { type: "createTable" as const, name, ifNotExists: skips };
  if (cursor.accept("as")) return { ...base, columns: [], constraints: [], as: parseSelect(cursor) };
  cursor.expect("(");
  const columns: ColumnDefinition[] = [];
  const constraints: TableConstraint[] = [];
  do {
    const constraint = parseConstraint(cursor);
    if (constraint === "index") continue;
    if (constraint) constraints.push(constraint);
    else columns.push(parseColumn(cursor));
  } while (cursor.accept(","));
  cursor.expect(")");
  // Options of storage: ENGINE=InnoDB, PARTITION BY, WITH (…).
  cursor.skipRest();
  return { ...base, columns, constraints };
}

function parseConstraint(cursor: Cursor): TableConstraint | "index" | undefined {
  const name = cursor.accept("constraint") ? cursor.part() : undefined;
  const named = name === undefined ? {} : { name };
  if (cursor.accept("primary", "key")) return { type: "primary", columns: cursor.names(), ...named };
  if (cursor.is("unique")) {
    cursor.next();
    cursor.acceptOneOf("key", "index");
    if (!cursor.is("(")) cursor.part();
    return { type: "unique", columns: cursor.names(), ...named };
  }
  if (cursor.accept("foreign", "key")) {
    const columns = cursor.names();
    cursor.expect("references");
    return { type: "foreign", columns, references: parseReference(cursor), ...named };
  }
  if (cursor.is("check") && cursor.peek().text === "(") {
    cursor.next();
    cursor.expect("(");
    const check = expression(cursor);
    cursor.expect(")");
    return { type: "check", columns: [], check, ...named };
  }
  if (cursor.dialect === "mysql" && (cursor.is("key") || cursor.is("index"))) {
    cursor.next();
    if (!cursor.is("(")) cursor.part();
    cursor.names();
    return "index";
  }
  if (name !== undefined) throw cursor.syntaxError();
  return undefined;
}

function parseReference(cursor: Cursor): { table: string; columns: string[]; onDelete?: string } {
  const table = cursor.name();
  const columns = cursor.is("(") ? cursor.names() : [];
  let onDelete: string | undefined;
  while (cursor.accept("on")) {
    const event = cursor.part().toLowerCase();
    const action = referenceAction(cursor);
    if (event === "delete") onDelete = action;
  }
  return { table, columns, ...(onDelete && { onDelete }) };
}

function referenceAction(cursor: Cursor): string {
  const word = cursor.acceptOneOf("cascade", "restrict");
  if (word) return word;
  if (cursor.accept("set")) return `set ${cursor.part().toLowerCase()}`;
  cursor.expect("no", "action");
  return "no action";
}

function parseColumn(cursor: Cursor): ColumnDefinition {
  const name = cursor.part();
  const written = parseTypeName(cursor);
  const column: ColumnDefinition = { name, typeName: typeNameOf(written, cursor.dialect) };
  if (/^(small|big)?serial$/.test(written)) Object.assign(column, { isSerial: true, notNull: true });
  for (;;) {
    if (cursor.accept("constraint")) cursor.part();
    if (cursor.accept("not", "null")) column.notNull = true;
    else if (cursor.accept("null")) column.notNull = false;
    else if (cursor.accept("primary", "key")) Object.assign(column, { isPrimary: true, notNull: true });
    else if (cursor.accept("unique")) {
      cursor.accept("key");
      column.isUnique = true;
    } else if (cursor.accept("auto_increment")) column.isSerial = true;
    else if (cursor.accept("default")) column.default = expression(cursor);
    else if (cursor.accept("on", "update")) expression(cursor);
    else if (cursor.accept("comment") || cursor.accept("collate") || cursor.accept("charset")) cursor.next();
    else if (cursor.accept("character", "set")) cursor.next();
    else if (cursor.accept("references")) column.references = parseReference(cursor);
    else if (cursor.accept("check")) {
      cursor.expect("(");
      column.check = expression(cursor);
      cursor.expect(")");
    } else if (cursor.accept("generated")) {
      if (!cursor.accept("always")) cursor.expect("by", "default");
      cursor.expect("as", "identity");
      if (cursor.accept("(")) cursor.skipTo(")");
      Object.assign(column, { isSerial: true, notNull: true });
    } else return column;
  }
}

function drop(cursor: Cursor): Statement {
  const kind = cursor.part().toLowerCase();
  if (kind === "user" || kind === "role" || kind === "extension" || kind === "schema" || kind === "function")
    return accepted(`DROP ${kind === "user" ? "ROLE" : kind.toUpperCase()}`)(cursor);
  cursor.accept("concurrently");
  const ifExists = cursor.accept("if", "exists");
  const names = cursor.list(() => cursor.name());
  cursor.skipRest();
  return { type: "drop", kind, names, ifExists };
}

function alter(cursor: Cursor): Statement {
  if (!cursor.accept("table")) {
    const kind = cursor.part().toUpperCase();
    return accepted(`ALTER ${kind === "USER" ? "ROLE" : kind}`)(cursor);
  }
  cursor.accept("if", "exists");
  cursor.accept("only");
  const table = cursor.name();
  return { type: "alterTable", table, actions: cursor.list(() => alterAction(cursor)) };
}

function alterAction(cursor: Cursor): AlterAction {
  if (cursor.accept("add")) {
    cursor.accept("column");
    ifNotExists(cursor);
    const constraint = parseConstraint(cursor);
    if (constraint === "index") return { type: "other" };
    return constraint ? { type: "addConstraint", constraint } : { type: "addColumn", column: parseColumn(cursor) };
  }
  if (cursor.accept("drop")) {
    if (cursor.accept("constraint")) {
      cursor.skipRest();
      return { type: "other" };
    }
    cursor.accept("column");
    const ifExists = cursor.accept("if", "exists");
    const name = cursor.part();
    cursor.acceptOneOf("cascade", "restrict");
    return { type: "dropColumn", name, ifExists };
  }
  if (cursor.accept("rename")) {
    if (cursor.accept("to")) return { type: "renameTable", to: cursor.name() };
    cursor.accept("column");
    const from = cursor.part();
    cursor.expect("to");
    return { type: "renameColumn", from, to: cursor.part() };
  }
  cursor.skipRest();
  return { type: "other" };
}
