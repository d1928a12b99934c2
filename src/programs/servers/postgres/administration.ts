/** Databases, roles, and computed tables of PostgreSQL. */
import type { FileSystem } from "../../../files/file-system.ts";
import type { RoleStatement } from "../../sql/ast.ts";
import type { Context, Relation } from "../../sql/context.ts";
import { SqlError } from "../../sql/errors.ts";
import type { Administration } from "../../sql/session.ts";
import { typeText } from "../../sql/types.ts";
import type { Value } from "../../sql/values.ts";
import { type Cluster, readCluster, removeDatabase, writeCluster } from "./data.ts";

const SETTINGS: Readonly<Record<string, string>> = {
  server_encoding: "UTF8",
  client_encoding: "UTF8",
  max_connections: "100",
  shared_buffers: "128MB",
  timezone: "Etc/UTC",
  search_path: '"$user", public',
  datestyle: "ISO, MDY",
  port: "5432",
  listen_addresses: "*",
  wal_level: "replica",
  transaction_isolation: "read committed",
  default_transaction_isolation: "read committed",
  work_mem: "4MB",
  statement_timeout: "0",
  is_superuser: "on",
};

interface Facts {
  files: FileSystem;
  path: string;
  user: string;
  database: string;
  version: string;
}

export function administrationOf(facts: Facts): Administration {
  const { files, path } = facts;
  const change = (edit: (cluster: Cluster) => void) => {
    const cluster = readCluster(files, path);
    edit(cluster);
    writeCluster(files, path, cluster);
  };
  return {
    createDatabase: (name, { owner }) =>
      change(({ databases, roles }) => {
        if (!may(roles[facts.user]?.options, "createdb"))
          throw new SqlError({ kind: "denied", what: "to create database" });
        if (Object.hasOwn(databases, name)) throw new SqlError({ kind: "databaseExists", name });
        if (owner !== undefined && !Object.hasOwn(roles, owner)) throw new SqlError({ kind: "noRole", name: owner });
        databases[name] = { owner: owner ?? facts.user };
      }),
    dropDatabase: (name, ifExists) =>
      change(({ databases }) => {
        if (name === facts.database) {
          const message = "cannot drop the currently open database";
          throw new SqlError({ kind: "other", message, code: "55006", number: 0 });
        }
        if (!Object.hasOwn(databases, name)) {
          if (ifExists) return;
          throw new SqlError({ kind: "noDatabase", name });
        }
        delete databases[name];
        removeDatabase(files, path, name);
      }),
    role: (statement) => change((cluster) => changeRole(statement, cluster, facts.user)),
    dropRole: (name, ifExists) =>
      change(({ roles }) => {
        if (!Object.hasOwn(roles, name) && !ifExists) throw new SqlError({ kind: "noRole", name });
        delete roles[name];
      }),
    grant: ({ roles: names }) => {
      const { roles } = readCluster(files, path);
      for (const { name } of names)
        if (name !== "public" && !Object.hasOwn(roles, name)) throw new SqlError({ kind: "noRole", name });
    },
    show: (statement, { settings }) =>
      statement.type === "show" ? showSetting(statement.what, settings, facts) : undefined,
    systemTable: (schema, name, context) => systemTable(schema, name, context, facts),
  };
}

function may(options: readonly string[] | undefined, what: string): boolean {
  return options?.some((option) => option === "superuser" || option === what) ?? false;
}

function changeRole({ action, name, password, options }: RoleStatement, { roles }: Cluster, user: string): void {
  if (!may(roles[user]?.options, "createrole") && name !== user)
    throw new SqlError({ kind: "denied", what: `to ${action} role` });
  const known = Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (action === "create" && known) throw new SqlError({ kind: "roleExists", name });
  if (action === "alter" && !known) throw new SqlError({ kind: "noRole", name });
  const positive = options.filter((option) => !option.startsWith("no") && option !== "with" && option !== "encrypted");
  const removed = new Set(options.filter((option) => option.startsWith("no")).map((option) => option.slice(2)));
  const kept = (known?.options ?? []).filter((option) => !removed.has(option));
  const given = password ?? known?.password;
  roles[name] = { options: [...new Set([...kept, ...positive])], ...(given !== undefined && { password: given }) };
}

function showSetting(what: string, settings: Record<string, string>, facts: Facts): Relation {
  const name = what.replace("time zone", "timezone").replace("transaction isolation level", "transaction_isolation");
  const server: Record<string, string> = {
    ...SETTINGS,
    server_version: facts.version.split(" ")[1] ?? "",
    data_directory: facts.path,
    config_file: `${facts.path}/postgresql.conf`,
    hba_file: `${facts.path}/pg_hba.conf`,
  };
  if (name === "all") {
    return table(
      ["name", "setting", "description"],
      Object.entries(server).map(([key, value]) => [key, value, ""]),
    );
  }
  const value = settings[name] ?? server[name];
  if (value === undefined) {
    const message = `unrecognized configuration parameter "${name}"`;
    throw new SqlError({ kind: "other", message, code: "42704", number: 0 });
  }
  return table([name === "timezone" ? "TimeZone" : name], [[value]]);
}

function table(names: readonly string[], rows: readonly (readonly Value[])[]): Relation {
  return { columns: names.map((name) => ({ table: "", name, type: { name: "text" } })), rows };
}

function systemTable(schema: string | undefined, name: string, context: Context, facts: Facts): Relation | undefined {
  const key =
    schema === "information_schema"
      ? `information_schema.${name}`
      : schema === undefined || schema === "pg_catalog"
        ? name
        : "";
  return Object.hasOwn(SYSTEM_TABLES, key) ? SYSTEM_TABLES[key]?.(context, facts) : undefined;
}

type SystemTable = (context: Context, facts: Facts) => Relation;

const SYSTEM_TABLES: Readonly<Record<string, SystemTable>> = {
  pg_database: (_context, { files, path }) =>
    table(
      ["datname", "datistemplate"],
      Object.keys(readCluster(files, path).databases).map((name) => [name, name.startsWith("template")]),
    ),
  pg_roles: (_context, facts) => roles("rolname", facts),
  pg_user: (_context, facts) => roles("usename", facts),
  pg_tables: ({ workspace }) =>
    table(
      ["schemaname", "tablename", "tableowner"],
      entries(workspace, "table").map(([name, { owner }]) => ["public", name, owner]),
    ),
  pg_views: ({ workspace }) =>
    table(
      ["schemaname", "viewname", "viewowner"],
      entries(workspace, "view").map(([name, { owner }]) => ["public", name, owner]),
    ),
  pg_stat_user_tables: ({ workspace }) =>
    table(
      ["schemaname", "relname", "n_live_tup"],
      entries(workspace, "table").map(([name, entry]) => [
        "public",
        name,
        entry.kind === "table" ? entry.rows.length : 0,
      ]),
    ),
  pg_stat_activity: ({ user, database, session }) =>
    table(
      ["pid", "datname", "usename", "application_name", "state", "query"],
      [[session.pid, database, user, "psql", "active", ""]],
    ),
  pg_stat_replication: () => table(["pid", "usename", "application_name", "client_addr", "state", "sync_state"], []),
  pg_extension: () => table(["extname", "extversion"], [["plpgsql", "1.0"]]),
  pg_settings: (_context) => table(["name", "setting"], Object.entries(SETTINGS)),
  "information_schema.tables": ({ workspace, database }) =>
    table(
      ["table_catalog", "table_schema", "table_name", "table_type"],
      [
        ...entries(workspace, "table").map(([name]) => [database, "public", name, "BASE TABLE"]),
        ...entries(workspace, "view").map(([name]) => [database, "public", name, "VIEW"]),
      ],
    ),
  "information_schema.columns": ({ workspace, database }) =>
    table(
      [
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "column_default",
        "is_nullable",
        "data_type",
        "character_maximum_length",
      ],
      entries(workspace, "table").flatMap(([name, entry]) =>
        (entry.kind === "table" ? entry.columns : []).map((column, i) => [
          database,
          "public",
          name,
          column.name,
          i + 1,
          column.defaultText ?? null,
          column.isNotNull ? "NO" : "YES",
          typeText({ name: column.type.name }),
          column.type.length ?? null,
        ]),
      ),
    ),
  "information_schema.schemata": ({ database }) =>
    table(
      ["catalog_name", "schema_name"],
      ["information_schema", "pg_catalog", "public"].map((name) => [database, name]),
    ),
};

function roles(column: string, { files, path }: Facts): Relation {
  const { roles: known } = readCluster(files, path);
  const names =
    column === "rolname" ? [column, "rolsuper", "rolcreaterole", "rolcreatedb", "rolcanlogin"] : [column, "usesuper"];
  const rows = Object.entries(known).map(([name, { options }]) => {
    const flags = names.slice(1).map((flag) => {
      const option = flag
        .replace(/^(rol|use)/, "")
        .replace("canlogin", "login")
        .replace(/^super$/, "superuser");
      return options.includes(option);
    });
    return [name, ...flags];
  });
  return table(names, rows);
}

function entries(workspace: Context["workspace"], kind: "table" | "view") {
  return workspace.names().flatMap((name) => {
    const entry = workspace.find(name);
    return entry?.kind === kind ? [[name, entry] as const] : [];
  });
}
