/** PostgreSQL's own statements and catalogues. */
import { SqlError, type SqlValue } from "./ast.ts";
import { type Database, uniqueKeys } from "./database.ts";
import type { Outcome } from "./execute.ts";
import type { Session } from "./functions.ts";
import type { Relation } from "./query.ts";
import type { DialectRules } from "./session.ts";
import type { Storage } from "./storage.ts";

function relation(columns: string, rows: SqlValue[][], types: Readonly<Record<string, string>> = {}): Relation {
  return { columns: columns.split(" ").map((name) => ({ name, typeName: types[name] ?? "text" })), rows };
}

export const postgresRules: DialectRules = {
  dialect: "postgres",
  noDatabase: () => new SqlError("3D000", "database does not exist"),
  systemTables: (storage, database, session) => (name) => systemTable(name, storage, database, session),
  administer(statement, storage, { session }) {
    switch (statement.type) {
      case "createDatabase":
        if (storage.has(statement.name)) throw new SqlError("42P04", `database "${statement.name}" already exists`);
        storage.create(statement.name);
        return { tag: "CREATE DATABASE", changed: true };
      case "drop":
        return statement.kind === "database"
          ? dropDatabases(statement.names, statement.ifExists, storage, session)
          : undefined;
      case "show":
        return show(statement.what, session);
      case "use":
      case "describe":
        throw new SqlError("42601", `syntax error at or near "${statement.type}"`, { position: 1 });
      default:
        return undefined;
    }
  },
};

function dropDatabases(names: readonly string[], ifExists: boolean, storage: Storage, session: Session): Outcome {
  const notices: string[] = [];
  for (const name of names) {
    if (name === session.database) throw new SqlError("55006", "cannot drop the currently open database");
    if (storage.has(name)) storage.remove(name);
    else if (ifExists) notices.push(`database "${name}" does not exist, skipping`);
    else throw new SqlError("3D000", `database "${name}" does not exist`);
  }
  return { tag: "DROP DATABASE", changed: true, notices };
}

const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: "100",
  shared_buffers: "128MB",
  work_mem: "4MB",
  timezone: "Etc/UTC",
  server_encoding: "UTF8",
  client_encoding: "UTF8",
  wal_level: "replica",
  listen_addresses: "*",
  port: "5432",
  data_directory: "/var/lib/postgresql/data",
  search_path: '"$user", public',
  "transaction isolation level": "read committed",
};

function show(what: string, { version }: Session): Outcome {
  const name = what.trim();
  const value = name === "server_version" ? (/PostgreSQL (\S+)/.exec(version)?.[1] ?? "") : SETTINGS[name];
  if (value === undefined) throw new SqlError("42704", `unrecognized configuration parameter "${name}"`);
  return { tag: "SHOW", changed: false, relation: relation(name.replace(/ /g, "_"), [[value]]) };
}

function systemTable(name: string, storage: Storage, database: Database, session: Session): Relation | undefined {
  const tables = Object.keys(database.tables).sort();
  switch (name) {
    case "pg_database":
      return relation(
        "datname datdba datistemplate",
        [...storage.names(), "template0", "template1"].map((each) => [each, 10, each.startsWith("template")]),
        { datdba: "oid", datistemplate: "boolean" },
      );
    case "pg_tables":
      return relation(
        "schemaname tablename tableowner",
        tables.map((each) => ["public", each, session.user]),
      );
    case "pg_user":
    case "pg_roles":
      return relation(name === "pg_user" ? "usename usesuper" : "rolname rolsuper", [[session.user, true]], {
        usesuper: "boolean",
        rolsuper: "boolean",
      });
    case "pg_stat_activity":
      return relation("pid datname usename state query", [[62, session.database, session.user, "active", ""]], {
        pid: "integer",
      });
    case "tables":
      return relation("table_catalog table_schema table_name table_type", [
        ...tables.map((each) => [session.database, "public", each, "BASE TABLE"]),
        ...Object.keys(database.views).map((each) => [session.database, "public", each, "VIEW"]),
      ]);
    case "columns":
      return relation(
        "table_schema table_name column_name ordinal_position data_type is_nullable",
        tables.flatMap((table) =>
          (database.tables[table]?.columns ?? []).map((column, i) => [
            "public",
            table,
            column.name,
            i + 1,
            column.typeName.replace(/\(.*/, ""),
            column.notNull ? "NO" : "YES",
          ]),
        ),
        { ordinal_position: "integer" },
      );
    case "pg_indexes":
      return relation(
        "schemaname tablename indexname",
        tables.flatMap((table) => uniqueKeysOf(database, table).map((key) => ["public", table, key])),
      );
    default:
      return undefined;
  }
}

function uniqueKeysOf(database: Database, name: string): string[] {
  const table = database.tables[name];
  return table
    ? uniqueKeys(table).map((key) =>
        key.name === "pkey" || key.name.endsWith("_key") ? `${name}_${key.name}` : key.name,
      )
    : [];
}
