/** psql's listings: databases, roles, schemas, relations, functions and types. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type Entry, plainName, schemaOf } from "../../sql/catalog.ts";
import { accessLines, type Privilege, TABLE_PRIVILEGES } from "../../sql/privileges.ts";
import { typeText } from "../../sql/types.ts";
import { majorOf } from "./log.ts";
import { indexesOf, sequencesOf } from "./objects.ts";
import { describeRelation } from "./psql-describe.ts";
import type { TableData } from "./table-text.ts";

export interface Listing {
  data?: TableData;
  /** Lines for the error output. */
  missing?: string;
  /** The command failed. */
  isFailed?: boolean;
}

/** Undefined: there is no such command. `body` is the server's catalogue. */
export function listingOf(
  process: ProcessView,
  command: string,
  argument: string | undefined,
  body: JsonObject,
): Listing[] | undefined {
  const plain = command.replace(/[+S]/g, "");
  const isVerbose = command.includes("+");
  const entries = entriesOf(body);
  const major = Number(majorOf(process));
  const matches = patternOf(argument);
  switch (plain) {
    case "l":
    case "list":
      return [{ data: databases(body, matches, major) }];
    case "du":
    case "dg":
      return [{ data: roles(body, matches, major) }];
    case "dn":
      return [{ data: schemas(entries, matches) }];
    case "d":
    case "dt":
    case "dv":
    case "dm":
    case "ds":
    case "di":
      return relations(plain, argument, { entries, isVerbose, body, major });
    case "dp":
    case "z":
      return [{ data: privileges(entries, matches) }];
    case "df":
      return [{ data: functions(entries, matches) }];
    case "dT":
      return [{ data: types(entries, matches) }];
    case "dx":
      return [{ data: extensions() }];
    default:
      return undefined;
  }
}

function texts(...names: string[]): TableData["columns"] {
  return names.map((name) => ({ name, isRight: false }));
}

export type NamedEntry = readonly [key: string, entry: Entry];

function entriesOf(body: JsonObject): NamedEntry[] {
  const { entries } = body;
  return isJsonObject(entries) ? Object.entries(entries).map(([name, entry]) => [name, entry as unknown as Entry]) : [];
}

type Matcher = (name: string, schema?: string) => boolean;

/** `shop.*`, `us*`, `"Mixed"`. */
function patternOf(argument: string | undefined): Matcher {
  if (argument === undefined) return (_name, schema = "public") => schema === "public";
  const parts = argument.replace(/;$/, "").split(".");
  const regex = (text: string) => {
    const name = /^".*"$/.test(text) ? text.slice(1, -1) : text.toLowerCase();
    return new RegExp(
      `^${name
        .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
        .replace(/\*/g, "[^]*")
        .replace(/\?/g, ".")}$`,
    );
  };
  const name = regex(parts.at(-1) ?? "");
  const schema = parts.length > 1 ? regex(parts[0] ?? "") : undefined;
  return (each, own = "public") => name.test(each) && (schema ? schema.test(own) : own === "public");
}

function databases(body: JsonObject, matches: Matcher, major: number): TableData {
  const known = isJsonObject(body["databases"]) ? body["databases"] : {};
  const locale = typeof body["locale"] === "string" ? body["locale"] : "en_US.utf8";
  const rows = Object.entries(known)
    .filter(([name]) => matches(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, facts]) => {
      const owner = isJsonObject(facts) ? String(facts["owner"]) : "";
      const grants = isJsonObject(facts)
        ? (facts["grants"] as unknown as Record<string, string[]> | undefined)
        : undefined;
      const lines = accessLines(grants, owner, ["CREATE", "TEMPORARY", "CONNECT"]);
      const rights = name.startsWith("template") ? `=c/${owner}\n${owner}=CTc/${owner}` : lines.join("\n");
      if (major >= 16) return [name, owner, "UTF8", "libc", locale, locale, "", "", rights];
      return major === 15
        ? [name, owner, "UTF8", locale, locale, "", "libc", rights]
        : [name, owner, "UTF8", locale, locale, rights];
    });
  const own =
    major >= 16
      ? ["Locale Provider", "Collate", "Ctype", major === 16 ? "ICU Locale" : "Locale", "ICU Rules"]
      : ["Collate", "Ctype", ...(major === 15 ? ["ICU Locale", "Locale Provider"] : [])];
  return { title: "List of databases", columns: texts("Name", "Owner", "Encoding", ...own, "Access privileges"), rows };
}

const ATTRIBUTES: readonly (readonly [string, string])[] = [
  ["superuser", "Superuser"],
  ["createrole", "Create role"],
  ["createdb", "Create DB"],
  ["replication", "Replication"],
  ["bypassrls", "Bypass RLS"],
];

function roles(body: JsonObject, matches: Matcher, major: number): TableData {
  const known = isJsonObject(body["roles"]) ? body["roles"] : {};
  const rows = Object.entries(known)
    .filter(([name]) => matches(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, facts]) => {
      const options = isJsonObject(facts) && Array.isArray(facts["options"]) ? facts["options"].map(String) : [];
      const parents = isJsonObject(facts) && Array.isArray(facts["memberOf"]) ? facts["memberOf"].map(String) : [];
      const shown = ATTRIBUTES.filter(([option]) => options.includes(option)).map(([, text]) => text);
      if (!options.includes("login")) shown.push("Cannot login");
      const row = [name, shown.join(", ")];
      return major >= 16 ? row : [...row, `{${parents.join(",")}}`];
    });
  const columns = texts("Role name", "Attributes", ...(major >= 16 ? [] : ["Member of"]));
  return { title: "List of roles", columns, rows, footer: [] };
}

function schemas(entries: readonly NamedEntry[], matches: Matcher): TableData {
  const own = entries.flatMap(([key, entry]) =>
    entry.kind === "schema" && key !== "@schema.public" ? [[key.replace("@schema.", ""), entry.owner]] : [],
  );
  const rows = [["public", "pg_database_owner"], ...own].filter(([name = ""]) => matches(name));
  return {
    title: "List of schemas",
    columns: texts("Name", "Owner"),
    rows: rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  };
}

interface Surroundings {
  entries: readonly NamedEntry[];
  isVerbose: boolean;
  body: JsonObject;
  major: number;
}

const TITLES: Readonly<Record<string, string>> = {
  dt: "tables",
  dv: "views",
  dm: "materialized views",
  ds: "sequences",
  di: "indexes",
  d: "relations",
};

function relations(command: string, argument: string | undefined, around: Surroundings): Listing[] {
  const { entries, isVerbose, body, major } = around;
  const matches = patternOf(argument);
  if (command === "d" && argument !== undefined) {
    const found = entries.filter(([key]) => !key.startsWith("@") && matches(plainName(key), schemaOf(key)));
    if (found.length > 0) return found.map((each) => ({ data: describeRelation(each, entries, { body, isVerbose }) }));
  }
  const rows = relationRows(command, entries).filter(([schema, name]) => matches(name ?? "", schema));
  if (rows.length > 0) {
    const title = major >= 18 ? `List of ${TITLES[command]}` : "List of relations";
    const columns = texts("Schema", "Name", "Type", "Owner", ...(command === "di" ? ["Table"] : []));
    return [{ data: { title, columns, rows } }];
  }
  const noun = major >= 18 && command !== "d" ? TITLES[command] : "relations";
  const missing =
    argument === undefined
      ? `Did not find any ${noun}.`
      : `Did not find any ${noun === "relations" ? "relation" : noun} named "${argument}".`;
  return [{ missing, isFailed: command === "d" && argument !== undefined }];
}

function typeOfEntry(entry: Entry): string {
  return entry.kind === "table" && entry.text !== undefined ? "materialized view" : entry.kind;
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  dt: ["table"],
  dv: ["view"],
  dm: ["materialized view"],
  ds: ["sequence"],
  di: ["index"],
  d: ["table", "view", "materialized view", "sequence"],
};

function relationRows(command: string, entries: readonly NamedEntry[]): string[][] {
  const kinds = KINDS[command] ?? [];
  const rows = entries.flatMap(([key, entry]) => {
    if (key.startsWith("@")) return [];
    const [schema, name] = [schemaOf(key), plainName(key)];
    const own = [[schema, name, typeOfEntry(entry), entry.owner]];
    if (entry.kind !== "table") return own;
    const sequences = sequencesOf(key, entry).map((each) => [schema, plainName(each.key), "sequence", entry.owner]);
    const indexes = indexesOf(key, entry).map((index) => [schema, index.name, "index", entry.owner, name]);
    return [...own, ...sequences, ...indexes];
  });
  return rows
    .filter(([, , type = ""]) => kinds.includes(type))
    .sort((a, b) => (`${a[0]}.${a[1]}` < `${b[0]}.${b[1]}` ? -1 : 1));
}

const SEQUENCE_PRIVILEGES: readonly Privilege[] = ["SELECT", "UPDATE", "USAGE"];

function privileges(entries: readonly NamedEntry[], matches: Matcher): TableData {
  const rows = entries.flatMap(([key, entry]) => {
    if (entry.kind !== "table" && entry.kind !== "view" && entry.kind !== "sequence") return [];
    if (!matches(plainName(key), schemaOf(key))) return [];
    const all = entry.kind === "sequence" ? SEQUENCE_PRIVILEGES : TABLE_PRIVILEGES;
    const lines = accessLines(entry.grants, entry.owner, all).join("\n");
    return [[schemaOf(key), plainName(key), typeOfEntry(entry), lines, "", ""]];
  });
  const columns = texts("Schema", "Name", "Type", "Access privileges", "Column privileges", "Policies");
  return { title: "Access privileges", columns, rows };
}

function functions(entries: readonly NamedEntry[], matches: Matcher): TableData {
  const rows = entries.flatMap(([key, entry]) => {
    const name = key.replace("@function.", "");
    if (entry.kind !== "function" || !matches(plainName(name))) return [];
    const args = entry.args.map(({ name: own, type }) => [own, typeText(type)].filter(Boolean).join(" ")).join(", ");
    return [["public", name, typeText(entry.returns), args, "func"]];
  });
  const columns = texts("Schema", "Name", "Result data type", "Argument data types", "Type");
  return { title: "List of functions", columns, rows };
}

function types(entries: readonly NamedEntry[], matches: Matcher): TableData {
  const rows = entries.flatMap(([key, { kind }]) => {
    const name = key.replace("@type.", "");
    return kind === "type" && matches(name) ? [["public", name, ""]] : [];
  });
  return { title: "List of data types", columns: texts("Schema", "Name", "Description"), rows };
}

function extensions(): TableData {
  const columns = texts("Name", "Version", "Schema", "Description");
  return {
    title: "List of installed extensions",
    columns,
    rows: [["plpgsql", "1.0", "pg_catalog", "PL/pgSQL procedural language"]],
  };
}
