/** psql's backslash commands that list things: \l, \dt, \d, \du, \dn, \di. */
import type { ResultBody } from "../sql/session.ts";
import { aligned, unaligned } from "./tables.ts";

interface Shape {
  isTuplesOnly: boolean;
  isUnaligned: boolean;
  separator: string;
  user: string;
}

export interface Listing {
  sql: string;
  print(results: readonly ResultBody[]): string[];
}

const text = (name: string) => ({ name, typeName: "text" });

function table(names: readonly string[], rows: (string | null)[][], title: string, shape: Shape): string[] {
  const shown = { columns: names.map(text), rows };
  return shape.isUnaligned ? unaligned(shown, shape) : aligned(shown, { isTuplesOnly: shape.isTuplesOnly, title });
}

/** The query behind a command and how its rows are printed; undefined for other commands. */
export function listing(command: string, name: string | undefined, shape: Shape): Listing | undefined {
  const rowsOf = (results: readonly ResultBody[]) => results[0]?.rows ?? [];
  switch (command.replace(/\+$/, "")) {
    case "\\l":
    case "\\list":
      return {
        sql: "SELECT datname FROM pg_database ORDER BY 1",
        print: (results) =>
          table(
            [
              "Name",
              "Owner",
              "Encoding",
              "Locale Provider",
              "Collate",
              "Ctype",
              "Locale",
              "ICU Rules",
              "Access privileges",
            ],
            rowsOf(results).map(([database = ""]) => [
              database,
              shape.user,
              "UTF8",
              "libc",
              "en_US.utf8",
              "en_US.utf8",
              "",
              "",
              database?.startsWith("template") ? `=c/${shape.user}` : "",
            ]),
            "List of databases",
            shape,
          ),
      };
    case "\\dt":
    case "\\dv":
      return relations(command.startsWith("\\dv") ? "VIEW" : "BASE TABLE", name, shape);
    case "\\d":
      return name === undefined ? relations("", undefined, shape) : describe(name, shape);
    case "\\du":
    case "\\dg":
      return {
        sql: "SELECT usename FROM pg_user",
        print: (results) =>
          table(
            ["Role name", "Attributes"],
            rowsOf(results).map(([role = ""]) => [role, "Superuser, Create role, Create DB, Replication, Bypass RLS"]),
            "List of roles",
            shape,
          ),
      };
    case "\\dn":
      return {
        sql: "SELECT 1",
        print: () => table(["Name", "Owner"], [["public", "pg_database_owner"]], "List of schemas", shape),
      };
    case "\\di":
      return {
        sql: "SELECT schemaname, indexname, tablename FROM pg_indexes",
        print: (results) =>
          table(
            ["Schema", "Name", "Type", "Owner", "Table"],
            rowsOf(results).map(([schema = "", index = "", of = ""]) => [schema, index, "index", shape.user, of]),
            "List of relations",
            shape,
          ),
      };
    default:
      return undefined;
  }
}

function relations(kind: string, name: string | undefined, shape: Shape): Listing {
  const conditions = [
    kind === "" ? "true" : `table_type = '${kind}'`,
    name === undefined ? "true" : `table_name LIKE '${name.replace(/'/g, "''").replace(/\*/g, "%")}'`,
  ];
  return {
    sql: `SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE ${conditions.join(" AND ")} ORDER BY 2`,
    print: (results) => {
      const rows = results[0]?.rows ?? [];
      if (rows.length === 0)
        return [name === undefined ? "Did not find any relations." : `Did not find any relation named "${name}".`];
      const shown = rows.map(([schema = "", relation = "", type]) => [
        schema,
        relation,
        type === "VIEW" ? "view" : "table",
        shape.user,
      ]);
      return table(["Schema", "Name", "Type", "Owner"], shown, "List of relations", shape);
    },
  };
}

function describe(name: string, shape: Shape): Listing {
  const plain = name.replace(/^public\./, "").replace(/'/g, "''");
  return {
    sql: `SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = '${plain}' ORDER BY ordinal_position; SELECT indexname FROM pg_indexes WHERE tablename = '${plain}'`,
    print: ([columns, indexes]) => {
      const rows = columns?.rows ?? [];
      if (rows.length === 0) return [`Did not find any relation named "${name}".`];
      const shown = rows.map(([column = "", type = "", nullable]) => [
        column,
        type,
        "",
        nullable === "NO" ? "not null" : "",
        "",
      ]);
      const lines = table(
        ["Column", "Type", "Collation", "Nullable", "Default"],
        shown,
        `Table "public.${plain}"`,
        shape,
      ).filter((line) => !/^\(\d+ rows?\)$/.test(line));
      const keys = (indexes?.rows ?? []).map(
        ([index]) => `    "${index}" ${index?.endsWith("_pkey") ? "PRIMARY KEY, btree" : "UNIQUE, btree"}`,
      );
      return keys.length > 0 ? [...lines.slice(0, -1), "Indexes:", ...keys, ""] : lines;
    },
  };
}
