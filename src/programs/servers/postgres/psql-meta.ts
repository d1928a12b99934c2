/** psql's backslash commands that describe the database or change the output. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Entry, Table } from "../../sql/catalog.ts";
import { typeText } from "../../sql/types.ts";
import { printLines } from "../log.ts";
import type { PsqlState } from "./psql-state.ts";
import { type TableData, tableText } from "./table-text.ts";

/** `body` is the server's catalogue for commands that need one. */
export function runMeta(process: ProcessView, state: PsqlState, line: string, body: JsonObject): void {
  const [name = "", ...words] = line
    .replace(/;$/, "")
    .slice(1)
    .split(/\s+/)
    .filter((word) => word !== "");
  const plain = name.replace(/[+S]+$/, "");
  const show = (data: TableData): void => void process.write(1, tableText(data, state.form));
  const argument = words[0]?.replace(/^public\./, "").replace(/"/g, "");
  const entries = entriesOf(body);
  switch (plain) {
    case "l":
    case "list":
      show(databases(body));
      return;
    case "du":
    case "dg":
      show(roles(body));
      return;
    case "dn":
      show({
        title: "List of schemas",
        columns: texts("Name", "Owner"),
        rows: [["public", "pg_database_owner"]],
      });
      return;
    case "dt":
    case "dv":
    case "ds":
    case "di":
    case "d":
      describe(process, state, plain, argument, entries);
      return;
    case "df":
    case "dx":
    case "dp":
    case "z":
      show({
        title: { df: "List of functions", dx: "List of installed extensions" }[plain as "df"] ?? "Access privileges",
        columns: texts("Name", "Schema"),
        rows: [],
      });
      return;
    default:
      runSetting(process, state, plain, words, line);
  }
}

function texts(...names: string[]): TableData["columns"] {
  return names.map((name) => ({ name, isRight: false }));
}

function entriesOf(body: JsonObject): [string, Entry][] {
  const { entries } = body;
  return isJsonObject(entries) ? Object.entries(entries).map(([name, entry]) => [name, entry as unknown as Entry]) : [];
}

function databases(body: JsonObject): TableData {
  const known = isJsonObject(body["databases"]) ? body["databases"] : {};
  const rows = Object.entries(known)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, facts]) => {
      const owner = isJsonObject(facts) ? String(facts["owner"]) : "";
      const rights = name.startsWith("template") ? `=c/${owner}\n${owner}=CTc/${owner}` : "";
      return [name, owner, "UTF8", "libc", "en_US.utf8", "en_US.utf8", "", "", rights];
    });
  const columns = texts(
    "Name",
    "Owner",
    "Encoding",
    "Locale Provider",
    "Collate",
    "Ctype",
    "Locale",
    "ICU Rules",
    "Access privileges",
  );
  return { title: "List of databases", columns, rows };
}

const ATTRIBUTES: readonly (readonly [string, string])[] = [
  ["superuser", "Superuser"],
  ["createrole", "Create role"],
  ["createdb", "Create DB"],
  ["replication", "Replication"],
  ["bypassrls", "Bypass RLS"],
];

function roles(body: JsonObject): TableData {
  const known = isJsonObject(body["roles"]) ? body["roles"] : {};
  const rows = Object.entries(known)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, options]) => {
      const given = Array.isArray(options) ? options.map(String) : [];
      const shown = ATTRIBUTES.filter(([option]) => given.includes(option)).map(([, text]) => text);
      if (!given.includes("login")) shown.push("Cannot login");
      return [name, shown.join(", ")];
    });
  return { title: "List of roles", columns: texts("Role name", "Attributes"), rows, footer: [] };
}

const KINDS: Readonly<Record<string, readonly Entry["kind"][]>> = {
  dt: ["table"],
  dv: ["view"],
  ds: ["sequence"],
  d: ["table", "view", "sequence"],
};

function describe(
  process: ProcessView,
  state: PsqlState,
  command: string,
  argument: string | undefined,
  entries: readonly [string, Entry][],
): void {
  const entry = entries.find(([name]) => name === argument);
  if (argument !== undefined && entry && command === "d") {
    if (entry[1].kind === "table") {
      process.write(1, tableText(tableFacts(entry[0], entry[1], entries), state.form));
      return;
    }
    if (entry[1].kind === "view") {
      const data: TableData = {
        title: `View "public.${entry[0]}"`,
        columns: texts("View definition"),
        rows: [[entry[1].text]],
        footer: [],
      };
      process.write(1, tableText(data, state.form));
      return;
    }
  }
  const pattern =
    argument === undefined
      ? undefined
      : new RegExp(
          `^${argument
            .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
            .replace(/\*/g, "[^]*")
            .replace(/\?/g, ".")}$`,
        );
  const rows = (command === "di" ? indexRows(entries) : relationRows(command, entries)).filter(
    ([, name]) => !pattern || pattern.test(name ?? ""),
  );
  if (rows.length === 0) {
    const noun = { dt: "tables", dv: "views", ds: "sequences", di: "indexes", d: "relations" }[command as "dt"];
    const text =
      argument !== undefined
        ? `Did not find any ${command === "d" ? "relation" : noun} named "${argument}".`
        : `Did not find any ${noun}.`;
    printLines(process, 2, [text]);
    return;
  }
  const title = {
    dt: "List of tables",
    dv: "List of views",
    ds: "List of sequences",
    di: "List of indexes",
    d: "List of relations",
  }[command as "dt"];
  const isNew = Number((process.env["PG_MAJOR"] ?? "18").split(".")[0]) >= 18;
  const columns = texts("Schema", "Name", "Type", "Owner", ...(command === "di" ? ["Table"] : []));
  process.write(1, tableText({ title: isNew ? title : "List of relations", columns, rows }, state.form));
}

function relationRows(command: string, entries: readonly [string, Entry][]): string[][] {
  const kinds = KINDS[command] ?? [];
  const rows = entries.flatMap(([name, entry]) => {
    const own = kinds.includes(entry.kind) ? [["public", name, entry.kind, entry.owner]] : [];
    if (entry.kind !== "table" || !kinds.includes("sequence")) return own;
    const generated = entry.columns.filter((column) => column.generated);
    return [...own, ...generated.map((column) => ["public", `${name}_${column.name}_seq`, "sequence", entry.owner])];
  });
  return rows.sort(([, a = ""], [, b = ""]) => (a < b ? -1 : 1));
}

function indexRows(entries: readonly [string, Entry][]): string[][] {
  return entries.flatMap(([name, entry]) => {
    if (entry.kind !== "table") return [];
    const keys = entry.constraints.filter(({ type }) => type === "primary" || type === "unique");
    return [...keys, ...entry.indexes].map((index) => ["public", index.name, "index", entry.owner, name]);
  });
}

/** `\d table`: columns, indexes and constraints. */
function tableFacts(name: string, table: Table, entries: readonly [string, Entry][]): TableData {
  const rows = table.columns.map((column) => {
    const generated = {
      serial: `nextval('${name}_${column.name}_seq'::regclass)`,
      always: "generated always as identity",
      byDefault: "generated by default as identity",
    };
    const text = column.generated ? generated[column.generated] : (column.defaultText ?? "");
    const isString = /^'.*'$/s.test(text);
    return [
      column.name,
      typeText(column.type),
      "",
      column.isNotNull ? "not null" : "",
      isString ? `${text}::${typeText({ name: column.type.name })}` : text,
    ];
  });
  return {
    title: `Table "public.${name}"`,
    columns: texts("Column", "Type", "Collation", "Nullable", "Default"),
    rows,
    footer: constraintLines(name, table, entries),
  };
}

function constraintLines(name: string, table: Table, entries: readonly [string, Entry][]): string[] {
  const of = (type: string) => table.constraints.filter((constraint) => constraint.type === type);
  const list = (names: readonly string[]) => `(${names.join(", ")})`;
  const foreign = (constraint: Table["constraints"][number]) =>
    `FOREIGN KEY ${list(constraint.columns)} REFERENCES ${constraint.target}${list(constraint.targetColumns ?? [])}${constraint.onDelete && constraint.onDelete !== "NO ACTION" ? ` ON DELETE ${constraint.onDelete}` : ""}`;
  const indexes = [
    ...of("primary").map(({ name: key, columns }) => `    "${key}" PRIMARY KEY, btree ${list(columns)}`),
    ...table.indexes.map(
      (index) => `    "${index.name}" ${index.isUnique ? "UNIQUE, " : ""}${index.method} ${list(index.columns)}`,
    ),
    ...of("unique").map(({ name: key, columns }) => `    "${key}" UNIQUE CONSTRAINT, btree ${list(columns)}`),
  ];
  const referenced = entries.flatMap(([other, entry]) =>
    entry.kind === "table"
      ? entry.constraints
          .filter(({ target }) => target === name)
          .map((each) => `    TABLE "${other}" CONSTRAINT "${each.name}" ${foreign(each)}`)
      : [],
  );
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [title, ...lines] : []);
  return [
    ...section("Indexes:", indexes),
    ...section(
      "Check constraints:",
      of("check").map((each) => `    "${each.name}" CHECK (${each.text})`),
    ),
    ...section(
      "Foreign-key constraints:",
      of("foreign").map((each) => `    "${each.name}" ${foreign(each)}`),
    ),
    ...section("Referenced by:", referenced),
  ];
}

function runSetting(
  process: ProcessView,
  state: PsqlState,
  name: string,
  words: readonly string[],
  line: string,
): void {
  const { form, target } = state;
  const say = (...lines: string[]) => printLines(process, 1, state.isQuiet ? [] : lines);
  switch (name) {
    case "x":
      form.isExpanded = words[0] === undefined ? !form.isExpanded : words[0] === "on";
      say(`Expanded display is ${form.isExpanded ? "on" : "off"}.`);
      return;
    case "t":
      form.tuplesOnly = words[0] === undefined ? !form.tuplesOnly : words[0] === "on";
      say(`Tuples only is ${form.tuplesOnly ? "on" : "off"}.`);
      return;
    case "a":
      form.isAligned = !form.isAligned;
      say(`Output format is ${form.isAligned ? "aligned" : "unaligned"}.`);
      return;
    case "timing":
      state.hasTiming = words[0] === undefined ? !state.hasTiming : words[0] === "on";
      say(`Timing is ${state.hasTiming ? "on" : "off"}.`);
      return;
    case "pset":
      if (words[0] === "null") form.nullText = (words[1] ?? "").replace(/^'(.*)'$/, "$1");
      if (words[0] === "format") form.isAligned = words[1] !== "unaligned";
      return;
    case "set":
      if (words[0] !== undefined)
        state.variables[words[0]] = words
          .slice(1)
          .join(" ")
          .replace(/^'(.*)'$/, "$1");
      return;
    case "unset":
      if (words[0] !== undefined) delete state.variables[words[0]];
      return;
    case "echo":
      printLines(process, 1, [words.join(" ")]);
      return;
    case "conninfo":
      printLines(process, 1, [
        `You are connected to database "${target.database}" as user "${target.user}" ${target.host === "" ? 'via socket in "/var/run/postgresql"' : `on host "${target.host}"`} at port "${target.port}".`,
      ]);
      return;
    case "encoding":
      printLines(process, 1, ["UTF8"]);
      return;
    case "p":
    case "r":
      state.buffer = "";
      return;
    default:
      printLines(process, 2, [`invalid command ${line.split(/\s/)[0]}`, "Try \\? for help."]);
      state.status = 1;
  }
}
