/** COPY: rows as text or CSV, from and to the client. */
import type { Expr, Statement } from "./ast.ts";
import type { Relation, Scope } from "./context.ts";
import { runInsert } from "./modify.ts";
import { outputText } from "./results.ts";
import type { StatementResult } from "./session-state.ts";
import { textOf } from "./values.ts";

type Copy = Extract<Statement, { type: "copy" }>;

/** A line of the text format. */
export function copyText(values: readonly (string | null)[], delimiter: string, nullText = "\\N"): string {
  return values
    .map((value) =>
      value === null ? nullText : textOf(value).replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t"),
    )
    .join(delimiter);
}

function csvLine(values: readonly (string | null)[], delimiter: string, nullText: string): string {
  const quoted = (text: string) =>
    text === nullText || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  return values.map((value) => (value === null ? nullText : quoted(value))).join(delimiter);
}

/** `data`: the lines of COPY FROM STDIN. */
export function runCopy(statement: Copy, data: string | undefined, scope: Scope): StatementResult {
  return statement.direction === "to" ? copyOut(statement, scope) : copyIn(statement, data ?? "", scope);
}

function copyOut(
  { query, table, columns, delimiter, isCsv, hasHeader, nullText }: Copy,
  scope: Scope,
): StatementResult {
  const { context } = scope;
  const relation = query ? context.runQuery(query, scope) : tableRows(table, columns, scope);
  const line = (values: readonly (string | null)[]) =>
    isCsv ? csvLine(values, delimiter, nullText) : copyText(values, delimiter, nullText);
  const rows = relation.rows.map((row) =>
    line(row.map((value, i) => outputText(value, relation.columns[i]?.type, context.rules))),
  );
  const head = hasHeader ? [line(relation.columns.map(({ name }) => name))] : [];
  return { tag: `COPY ${rows.length}`, count: rows.length, notices: context.notices, copied: [...head, ...rows] };
}

function tableRows(table: string, columns: readonly string[] | undefined, scope: Scope): Relation {
  // COPY names its table without a place in its errors.
  scope.context.workspace.table(table);
  const at = 0;
  const names = columns?.map((name): Expr => ({ type: "column", name, at })) ?? [{ type: "star", at } satisfies Expr];
  const items = names.map((expr) => ({ expr, text: "" }));
  const body = {
    type: "select" as const,
    isDistinct: false,
    items,
    groupBy: [],
    from: { type: "table" as const, name: table, at },
  };
  return scope.context.runQuery({ ctes: [], isRecursive: false, orderBy: [], body }, scope);
}

function copyIn(statement: Copy, data: string, scope: Scope): StatementResult {
  const { context } = scope;
  const { table, isCsv, hasHeader } = statement;
  const columns = statement.columns ?? context.workspace.table(table).columns.map(({ name }) => name);
  const lines = isCsv ? csvRows(data, statement) : textRows(data, statement);
  const rows = hasHeader ? lines.slice(1) : lines;
  const body = { type: "values" as const, rows };
  const query = { ctes: [], isRecursive: false, orderBy: [], body };
  const { count } = runInsert({ type: "insert", table, at: 0, columns, query, ctes: [] }, scope);
  return { tag: `COPY ${count}`, count, notices: context.notices };
}

function field(text: string | null): Expr {
  return text === null ? { type: "literal", value: null } : { type: "string", value: text, at: 0 };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v" };

function textRows(data: string, { delimiter, nullText }: Copy): Expr[][] {
  const lines = data.split("\n").filter((line) => line !== "" && line !== "\\.");
  return lines.map((line) =>
    line
      .split(delimiter)
      .map((part) =>
        field(part === nullText ? null : part.replace(/\\(.)/g, (_all, letter: string) => ESCAPES[letter] ?? letter)),
      ),
  );
}

/** Fields in quotes may hold delimiters, line breaks and doubled quotes. */
function csvRows(data: string, { delimiter, nullText }: Copy): Expr[][] {
  const rows: Expr[][] = [];
  let row: Expr[] = [];
  for (let at = 0; at < data.length; ) {
    if (data[at] === '"') {
      const [whole = "", text = ""] = /^"((?:[^"]|"")*)"?/.exec(data.slice(at)) ?? [];
      row.push(field(text.replace(/""/g, '"')));
      at += whole.length;
    } else {
      const end = data.slice(at).search(delimiter === "|" ? /[|\n]/ : new RegExp(`[${delimiter}\\n]`));
      const text = end < 0 ? data.slice(at) : data.slice(at, at + end);
      row.push(field(text === nullText ? null : text));
      at += text.length;
    }
    if (data[at] === delimiter) {
      at++;
      if (at >= data.length || data[at] === "\n") row.push(field(nullText === "" ? null : ""));
    }
    if (at >= data.length || data[at] === "\n") {
      rows.push(row);
      row = [];
      at++;
    }
  }
  return rows;
}
