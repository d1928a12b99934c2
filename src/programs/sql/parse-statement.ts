/** One statement of SQL. */
import type {
  Assignment,
  Conflict,
  Cte,
  DeleteStatement,
  InsertStatement,
  SelectItem,
  Statement,
  UpdateStatement,
} from "./ast.ts";
import { Cursor, type Grammar } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import type { LexicalRules } from "./lexer.ts";
import { parseAlter } from "./parse-alter.ts";
import { parseCreate, parseDrop } from "./parse-define.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseCtes, parseItems, parseOrdering, parseQuery, parseSources } from "./parse-query.ts";
import { parseGrant } from "./parse-roles.ts";

const GRAMMAR: Grammar = { expression: parseExpression, query: parseQuery, change: parseChange };

/** Undefined for an empty statement. @throws SqlError */
export function parseStatement(text: string, rules: LexicalRules): Statement | undefined {
  const cursor = new Cursor(text, rules, GRAMMAR);
  if (cursor.isEnd) return undefined;
  const statement = statementAt(cursor);
  cursor.takeOperator(";");
  if (cursor.token.type !== "end") throw cursor.syntaxError();
  return statement;
}

/** One expression: the default of a column or a condition, from its stored text. */
export function parseStoredExpression(text: string, rules: LexicalRules) {
  return new Cursor(text, rules, GRAMMAR).expression();
}

function statementAt(cursor: Cursor): Statement {
  const { token } = cursor;
  if (cursor.isOperator("(") || ["select", "values", "table"].includes(token.text))
    return { type: "query", query: cursor.query() };
  if (token.text === "with") return parseWith(cursor);
  const parse = token.type === "word" && Object.hasOwn(STATEMENTS, token.text) ? STATEMENTS[token.text] : undefined;
  if (!parse) throw cursor.syntaxError();
  cursor.next();
  return parse(cursor);
}

function parseChange(cursor: Cursor): InsertStatement | UpdateStatement | DeleteStatement | undefined {
  if (cursor.take("insert")) return parseInsert(cursor);
  if (cursor.take("update")) return parseUpdate(cursor, []);
  return cursor.take("delete") ? parseDelete(cursor, []) : undefined;
}

function parseWith(cursor: Cursor): Statement {
  const mark = cursor.mark;
  const { ctes } = parseCtes(cursor);
  if (cursor.take("insert")) return { ...parseInsert(cursor), ctes };
  if (cursor.take("update")) return parseUpdate(cursor, ctes);
  if (cursor.take("delete")) return parseDelete(cursor, ctes);
  cursor.reset(mark);
  return { type: "query", query: cursor.query() };
}

function accepted(tag: string): (cursor: Cursor) => Statement {
  return (cursor) => {
    cursor.skip();
    return { type: "accepted", tag };
  };
}

type TransactionWord = Extract<Statement, { type: "transaction" }>["what"];

function transaction(what: TransactionWord): (cursor: Cursor) => Statement {
  return (cursor) => {
    const start = cursor.previousAt;
    if (what === "rollback") {
      cursor.takeOneOf("transaction", "work");
      if (cursor.take("to")) {
        cursor.take("savepoint");
        return { type: "transaction", what: "rollbackTo", name: cursor.name(), words: "" };
      }
    }
    if (what === "savepoint") return { type: "transaction", what, name: cursor.name(), words: "" };
    if (what === "release") {
      cursor.take("savepoint");
      return { type: "transaction", what, name: cursor.name(), words: "" };
    }
    cursor.skip();
    return { type: "transaction", what, words: cursor.textFrom(start).toLowerCase() };
  };
}

const STATEMENTS: Readonly<Record<string, (cursor: Cursor) => Statement>> = {
  insert: parseInsert,
  replace: (cursor) => ({ ...parseInsert(cursor), replaces: true }),
  update: (cursor) => parseUpdate(cursor, []),
  delete: (cursor) => parseDelete(cursor, []),
  create: parseCreate,
  alter: parseAlter,
  drop: parseDrop,
  truncate: parseTruncate,
  begin: transaction("begin"),
  start: transaction("begin"),
  commit: transaction("commit"),
  end: transaction("commit"),
  rollback: transaction("rollback"),
  abort: transaction("rollback"),
  savepoint: transaction("savepoint"),
  release: transaction("release"),
  set: parseSet,
  show: parseShow,
  use: (cursor) => ({ type: "use", name: cursor.name() }),
  describe: parseDescribe,
  desc: parseDescribe,
  explain: parseExplain,
  grant: (cursor) => parseGrant(cursor, "grant"),
  revoke: (cursor) => parseGrant(cursor, "revoke"),
  copy: parseCopy,
  reset: (cursor) => {
    const name = cursor.take("session", "authorization") ? "role" : cursor.anyText().toLowerCase();
    cursor.skip();
    return { type: "set", name, value: "", isLocal: false, isReset: true };
  },
  prepare: parsePrepare,
  execute: (cursor) => {
    const name = cursor.name();
    const args = cursor.isOperator("(") ? cursor.inParentheses(() => cursor.list(() => cursor.expression())) : [];
    return { type: "execute", name, args };
  },
  deallocate: (cursor) => {
    cursor.take("prepare");
    return { type: "deallocate", name: cursor.take("all") ? "" : cursor.name() };
  },
  refresh: (cursor) => {
    cursor.expect("materialized", "view");
    cursor.take("concurrently");
    const name = cursor.qualifiedName();
    if (cursor.take("with")) cursor.skip();
    return { type: "refresh", name };
  },
  listen: accepted("LISTEN"),
  unlisten: accepted("UNLISTEN"),
  notify: accepted("NOTIFY"),
  vacuum: accepted("VACUUM"),
  analyze: accepted("ANALYZE"),
  comment: accepted("COMMENT"),
  checkpoint: accepted("CHECKPOINT"),
  reindex: accepted("REINDEX"),
  discard: accepted("DISCARD ALL"),
  lock: accepted("LOCK TABLE"),
  unlock: accepted("UNLOCK TABLES"),
  flush: accepted("FLUSH"),
  optimize: accepted("OPTIMIZE"),
  do: (cursor) => {
    throw unsupported("DO blocks", cursor.at);
  },
};

function parseInsert(cursor: Cursor): InsertStatement {
  const ignores = cursor.take("ignore");
  cursor.take("into");
  const { at } = cursor;
  const table = cursor.qualifiedName();
  if (cursor.take("as")) cursor.name();
  const statement: InsertStatement = { type: "insert", table, at, ctes: [] };
  if (ignores) statement.ignores = true;
  const isColumns = cursor.isOperator("(") && !["select", "with", "values"].includes(cursor.peek().text);
  if (isColumns) {
    const places: number[] = [];
    const named = () => {
      places.push(cursor.at);
      return cursor.name();
    };
    statement.columns =
      cursor.peek().text === ")" ? emptyParentheses(cursor) : cursor.inParentheses(() => cursor.list(named));
    statement.columnPlaces = places;
  }
  if (cursor.take("overriding")) {
    cursor.next();
    cursor.expect("value");
  }
  if (cursor.rules.isMySql && cursor.take("set")) {
    const set = parseAssignments(cursor);
    statement.columns = set.map(({ column }) => column);
    const body = { type: "values" as const, rows: [set.map(({ value }) => value)] };
    statement.query = { ctes: [], isRecursive: false, orderBy: [], body };
  } else if (!cursor.take("default", "values")) {
    if (cursor.rules.isMySql && cursor.take("value")) cursor.reset(cursor.mark);
    statement.query = cursor.query();
  }
  const conflict = parseConflict(cursor);
  if (conflict) statement.conflict = conflict;
  const returning = parseReturning(cursor);
  return { ...statement, ...(returning && { returning }) };
}

function emptyParentheses(cursor: Cursor): string[] {
  cursor.next();
  cursor.next();
  return [];
}

function parseConflict(cursor: Cursor): Conflict | undefined {
  if (cursor.take("on", "duplicate", "key", "update")) return { anyKey: true, set: parseAssignments(cursor) };
  if (!cursor.take("on", "conflict")) return undefined;
  const conflict: Conflict = {};
  if (cursor.isOperator("(")) conflict.columns = cursor.names();
  else if (cursor.take("on", "constraint")) conflict.constraint = cursor.name();
  cursor.expect("do");
  if (cursor.take("nothing")) return conflict;
  cursor.expect("update", "set");
  conflict.set = parseAssignments(cursor);
  if (cursor.take("where")) conflict.where = cursor.expression();
  return conflict;
}

function parseReturning(cursor: Cursor): SelectItem[] | undefined {
  return cursor.take("returning") ? parseItems(cursor) : undefined;
}

function parseAssignments(cursor: Cursor): Assignment[] {
  const groups = cursor.list((): Assignment[] => {
    if (cursor.isOperator("(")) {
      const columns = cursor.names();
      cursor.expectOperator("=");
      cursor.take("row");
      const values = cursor.inParentheses(() => cursor.list(() => cursor.expression()));
      return columns.map((column, i) => ({ column, value: values[i] ?? { type: "literal", value: null } }));
    }
    const { at } = cursor;
    let column = cursor.name();
    while (cursor.takeOperator(".")) column = cursor.name();
    cursor.expectOperator("=");
    return [{ column, at, value: cursor.expression() }];
  });
  return groups.flat();
}

function parseUpdate(cursor: Cursor, ctes: readonly Cte[]): UpdateStatement {
  cursor.take("only");
  const { at } = cursor;
  const table = cursor.qualifiedName();
  cursor.take("as");
  const alias = cursor.isWord("set") ? undefined : cursor.name();
  cursor.expect("set");
  const set = parseAssignments(cursor);
  const from = cursor.take("from") ? parseSources(cursor) : undefined;
  const where = cursor.take("where") ? cursor.expression() : undefined;
  const ordering = cursor.rules.isMySql ? parseOrdering(cursor) : { orderBy: [] };
  const returning = parseReturning(cursor);
  return {
    type: "update",
    table,
    at,
    set,
    ordering,
    ctes,
    ...(alias !== undefined && { alias }),
    ...(from && { from }),
    ...(where && { where }),
    ...(returning && { returning }),
  };
}

function parseDelete(cursor: Cursor, ctes: readonly Cte[]): DeleteStatement {
  cursor.expect("from");
  cursor.take("only");
  const { at } = cursor;
  const table = cursor.qualifiedName();
  cursor.take("as");
  const alias = cursor.isName() ? cursor.name() : undefined;
  const using = cursor.take("using") ? parseSources(cursor) : undefined;
  const where = cursor.take("where") ? cursor.expression() : undefined;
  const ordering = cursor.rules.isMySql ? parseOrdering(cursor) : { orderBy: [] };
  const returning = parseReturning(cursor);
  return {
    type: "delete",
    table,
    at,
    ordering,
    ctes,
    ...(alias !== undefined && { alias }),
    ...(using && { using }),
    ...(where && { where }),
    ...(returning && { returning }),
  };
}

function parseTruncate(cursor: Cursor): Statement {
  cursor.take("table");
  cursor.take("only");
  const names = cursor.list(() => cursor.qualifiedName());
  const restarts = cursor.take("restart", "identity") || cursor.rules.isMySql;
  cursor.take("continue", "identity");
  const isCascade = cursor.take("cascade");
  cursor.take("restrict");
  return { type: "truncate", names, restarts, isCascade };
}

/** The text of the statement is kept; its parameters are replaced when it is executed. */
function parsePrepare(cursor: Cursor): Statement {
  const name = cursor.name();
  if (cursor.isOperator("(")) cursor.inParentheses(() => cursor.skipTo(")"));
  const isMySql = cursor.take("from");
  if (!isMySql) cursor.expect("as");
  const { at } = cursor;
  if (isMySql) return { type: "prepare", name, text: cursor.string() };
  cursor.skip();
  return { type: "prepare", name, text: cursor.textFrom(at) };
}

function parseSet(cursor: Cursor): Statement {
  if (cursor.token.type === "variable") {
    const name = cursor.next().text;
    if (!cursor.takeOperator(":=")) cursor.expectOperator("=");
    return { type: "setVariable", name, value: cursor.expression() };
  }
  const scope = cursor.takeOneOf("session", "local", "global");
  if (cursor.take("time", "zone")) {
    const value = cursor.anyText();
    return { type: "set", name: "timezone", value, isLocal: scope === "local" };
  }
  if (cursor.isWord("transaction") || cursor.isWord("characteristics") || cursor.isWord("constraints")) {
    const what = cursor.next().text;
    const { at } = cursor;
    cursor.skip();
    return { type: "set", name: what, value: cursor.textFrom(at).toLowerCase(), isLocal: true };
  }
  const name = cursor.take("session", "authorization") ? "role" : cursor.qualifiedName();
  if (!cursor.takeOperator("=")) cursor.take("to");
  const { at } = cursor;
  cursor.skip();
  const value = cursor.textFrom(at).replace(/^'(.*)'$/s, "$1");
  return { type: "set", name, value, isLocal: scope === "local" };
}

function parseShow(cursor: Cursor): Statement {
  const words: string[] = [];
  let name: string | undefined;
  let like: string | undefined;
  while (!cursor.isEnd) {
    if (cursor.take("like")) like = cursor.string();
    else if (cursor.isWord("where")) throw unsupported("SHOW … WHERE", cursor.at);
    else if (words.length > 0 && /^(from|in|table|database|for)$/.test(words.at(-1) ?? "") && name === undefined) {
      const first = cursor.anyText();
      name = cursor.takeOperator(".") ? `${first}.${cursor.anyText()}` : first;
      if (cursor.token.type === "variable") cursor.next();
      else if (cursor.takeOperator("@")) cursor.anyText();
    } else words.push(cursor.anyText().toLowerCase());
  }
  return {
    type: "show",
    what: words.filter((word) => word !== "full" && word !== "session" && word !== "global").join(" "),
    ...(name !== undefined && { name }),
    ...(like !== undefined && { like }),
  };
}

function parseDescribe(cursor: Cursor): Statement {
  if (cursor.isWord("select")) return { type: "explain", statement: statementAt(cursor), isAnalyze: false };
  return { type: "describe", name: cursor.qualifiedName() };
}

function parseExplain(cursor: Cursor): Statement {
  let isAnalyze = false;
  if (cursor.isOperator("(") && cursor.peek().text !== "select") {
    while (!cursor.isOperator(")")) if (cursor.next().text === "analyze") isAnalyze = true;
    cursor.next();
  }
  isAnalyze ||= cursor.take("analyze");
  cursor.take("verbose");
  if (cursor.rules.isMySql && cursor.isName()) return parseDescribe(cursor);
  return { type: "explain", statement: statementAt(cursor), isAnalyze };
}

/** `COPY t (a, b) FROM STDIN`: psql sends the data with the statement. */
function parseCopy(cursor: Cursor): Statement {
  const query = cursor.isOperator("(") ? cursor.inParentheses(() => cursor.query()) : undefined;
  const table = query ? "" : cursor.qualifiedName();
  const columns = cursor.isOperator("(") ? cursor.names() : undefined;
  const word = cursor.takeOneOf("from", "to");
  if (!word) throw cursor.syntaxError();
  if (!cursor.takeOneOf("stdin", "stdout")) throw unsupported("COPY with files and programs", cursor.at);
  const { at } = cursor;
  cursor.skip();
  const options = at < cursor.text.length ? cursor.textFrom(at).toLowerCase() : "";
  const isCsv = /\bcsv\b/.test(options);
  const delimiter = /delimiter\s+(?:as\s+)?'(.)'/.exec(options)?.[1] ?? (isCsv ? "," : "\t");
  const hasHeader = /\bheader\b(?!\s+false)/.test(options);
  const nullText = /null\s+(?:as\s+)?'([^']*)'/.exec(options)?.[1] ?? (isCsv ? "" : "\\N");
  const direction = word as "from" | "to";
  const rest = { ...(columns && { columns }), ...(query && { query }) };
  return { type: "copy", table, direction, delimiter, isCsv, hasHeader, nullText, ...rest };
}
