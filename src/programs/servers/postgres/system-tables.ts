/** Tables of `pg_catalog` and `information_schema`, computed from the entries of the database. */
import { type Constraint, type Entry, plainName, schemaOf, type Table } from "../../sql/catalog.ts";
import type { Context, Relation } from "../../sql/context.ts";
import type { SqlType } from "../../sql/sql-type.ts";
import { typeText } from "../../sql/types.ts";
import type { Value } from "../../sql/values.ts";
import { type Cluster, readCluster } from "./data.ts";
import { indexDefinition, indexesOf, sequencesOf } from "./objects.ts";
import { SETTINGS } from "./settings.ts";
import { viewText } from "./view-text.ts";

/** Where the cluster's files are, and which database is open. */
interface Place {
  files: Parameters<typeof readCluster>[0];
  path: string;
}

const TEXT: SqlType = { name: "text" };

/** Columns by name; a name with a type is `name:integer`. */
function table(names: string, rows: readonly (readonly Value[])[]): Relation {
  const columns = names.split(" ").map((each) => {
    const [name = "", type] = each.split(":");
    return { table: "", name, type: type === undefined ? TEXT : { name: type } };
  });
  return { columns, rows };
}

export function systemTable(
  schema: string | undefined,
  name: string,
  context: Context,
  place: Place,
): Relation | undefined {
  const isInformation = schema === "information_schema";
  if (!isInformation && schema !== undefined && schema !== "pg_catalog") return undefined;
  const tables = isInformation ? INFORMATION_SCHEMA : PG_CATALOG;
  return Object.hasOwn(tables, name) ? tables[name]?.(context, place) : undefined;
}

type SystemTable = (context: Context, place: Place) => Relation;

/** Entries of a kind with schema and name. Those of the system are left out. */
function entriesOf({ workspace }: Context): { key: string; schema: string; name: string; entry: Entry }[] {
  return workspace.names().flatMap((key) => {
    const entry = key.startsWith("@") ? undefined : workspace.find(key);
    return entry ? [{ key, schema: schemaOf(key), name: plainName(key), entry }] : [];
  });
}

function tablesOf(context: Context): { key: string; schema: string; name: string; entry: Table }[] {
  return entriesOf(context).flatMap((each) => (each.entry.kind === "table" ? [{ ...each, entry: each.entry }] : []));
}

function schemasOf({ workspace }: Context): { name: string; owner: string }[] {
  const own = workspace.names().flatMap((key) => {
    const entry = workspace.find(key);
    return entry?.kind === "schema" && key !== "@schema.public" ? [{ name: plainKey(key), owner: entry.owner }] : [];
  });
  const system = ["pg_toast", "pg_catalog", "information_schema"].map((name) => ({ name, owner: "postgres" }));
  return [...system, { name: "public", owner: "pg_database_owner" }, ...own];
}

function plainKey(key: string): string {
  return key.replace(/^@\w+\./, "");
}

function clusterOf({ files, path }: Place): Cluster {
  return readCluster(files, path);
}

/** Object ids follow from the order of the names: the first is 16384. */
function oidOf(context: Context, key: string): number {
  return 16_384 + context.workspace.names().indexOf(key);
}

const KIND_LETTERS = { table: "r", view: "v", sequence: "S", schema: "n", type: "t", function: "f" } as const;

function classRows(context: Context): Value[][] {
  return entriesOf(context).flatMap(({ key, schema, name, entry }) => {
    const letter = entry.kind === "table" && entry.text !== undefined ? "m" : KIND_LETTERS[entry.kind];
    const count = entry.kind === "table" ? entry.rows.length : 0;
    const own: Value[][] = [[oidOf(context, key), name, schema, entry.owner, letter, count, name]];
    if (entry.kind !== "table") return own;
    const others = [
      ...indexesOf(key, entry).map((index) => [index.name, "i"] as const),
      ...sequencesOf(key, entry).map((sequence) => [plainName(sequence.key), "S"] as const),
    ];
    return [
      ...own,
      ...others.map(([other, kind], i) => [oidOf(context, key) * 100 + i, other, schema, entry.owner, kind, 0, other]),
    ];
  });
}

const PG_CATALOG: Readonly<Record<string, SystemTable>> = {
  pg_database: (_context, place) =>
    table(
      "oid:integer datname datdba datistemplate:boolean datallowconn:boolean encoding:integer",
      Object.entries(clusterOf(place).databases).map(([name, { owner }], i) => [
        i + 1,
        name,
        owner,
        name.startsWith("template"),
        name !== "template0",
        6,
      ]),
    ),
  pg_roles: (_context, place) => roleTable("rol", place),
  pg_authid: (_context, place) => roleTable("rol", place),
  pg_user: (_context, place) => roleTable("use", place),
  pg_shadow: (_context, place) => roleTable("use", place),
  pg_tables: (context) =>
    table(
      "schemaname tablename tableowner tablespace hasindexes:boolean hasrules:boolean hastriggers:boolean rowsecurity:boolean",
      tablesOf(context).map(({ key, schema, name, entry }) => [
        schema,
        name,
        entry.owner,
        null,
        indexesOf(key, entry).length > 0,
        false,
        entry.constraints.some(({ type }) => type === "foreign"),
        false,
      ]),
    ),
  pg_views: (context) =>
    table(
      "schemaname viewname viewowner definition",
      entriesOf(context).flatMap(({ schema, name, entry }) =>
        entry.kind === "view" ? [[schema, name, entry.owner, viewText(entry.text, majorNumber(context))]] : [],
      ),
    ),
  pg_matviews: (context) =>
    table(
      "schemaname matviewname matviewowner definition",
      tablesOf(context).flatMap(({ schema, name, entry }) =>
        entry.text === undefined ? [] : [[schema, name, entry.owner, ` ${entry.text};`]],
      ),
    ),
  pg_indexes: (context) =>
    table(
      "schemaname tablename indexname tablespace indexdef",
      tablesOf(context).flatMap(({ key, schema, name, entry }) =>
        indexesOf(key, entry).map((index) => [schema, name, index.name, null, indexDefinition(key, index)]),
      ),
    ),
  pg_sequences: (context) =>
    table(
      "schemaname sequencename sequenceowner last_value:bigint",
      tablesOf(context).flatMap(({ key, entry }) =>
        sequencesOf(key, entry).map((each) => [
          schemaOf(each.key),
          plainName(each.key),
          entry.owner,
          each.next - 1 || null,
        ]),
      ),
    ),
  pg_class: (context) =>
    table("oid:integer relname relnamespace relowner relkind reltuples:integer relfilenode", classRows(context)),
  pg_namespace: (context) =>
    table(
      "oid nspname nspowner",
      schemasOf(context).map(({ name, owner }) => [name, name, owner]),
    ),
  pg_attribute: (context) =>
    table(
      "attrelid attname atttypid attnum:integer attnotnull:boolean attisdropped:boolean",
      tablesOf(context).flatMap(({ key, entry }) =>
        entry.columns.map((column, i) => [key, column.name, typeText(column.type), i + 1, column.isNotNull, false]),
      ),
    ),
  pg_constraint: (context) =>
    table(
      "conname contype conrelid",
      constraintsOf(context).map(({ key, constraint }) => [constraint.name, constraint.type[0] ?? "", key]),
    ),
  pg_type: (context) =>
    table(
      "typname typtype typowner",
      typesOf(context).map(({ name, owner }) => [name, "e", owner]),
    ),
  pg_enum: (context) =>
    table(
      "enumtypid enumsortorder:integer enumlabel",
      typesOf(context).flatMap(({ name, values }) => values.map((value, i) => [name, i + 1, value])),
    ),
  pg_stat_user_tables: (context) => statistics(context),
  pg_stat_all_tables: (context) => statistics(context),
  pg_stat_activity: ({ sessionUser, database, session }) =>
    table("pid:integer datname usename application_name client_addr state query wait_event_type backend_type", [
      [session.pid, database, sessionUser, "psql", null, "active", "", null, "client backend"],
    ]),
  pg_stat_replication: () => table("pid:integer usename application_name client_addr state sync_state", []),
  pg_locks: () => table("locktype relation mode granted:boolean pid:integer", []),
  pg_extension: () => table("extname extversion", [["plpgsql", "1.0"]]),
  pg_available_extensions: () => table("name default_version installed_version", [["plpgsql", "1.0", "1.0"]]),
  pg_settings: ({ settings, version }) =>
    table(
      "name setting",
      Object.entries({ ...SETTINGS, server_version: /^PostgreSQL (\S+(?: \([^)]*\))?)/.exec(version)?.[1] ?? "" }).map(
        ([name, value]) => [name, settings[name] ?? value],
      ),
    ),
  pg_tablespace: () =>
    table("spcname spcowner", [
      ["pg_default", "postgres"],
      ["pg_global", "postgres"],
    ]),
};

function majorNumber({ version }: Context): number {
  return Number.parseInt(version.replace(/^\D+/, ""), 10);
}

function statistics(context: Context): Relation {
  return table(
    "schemaname relname n_live_tup:bigint n_dead_tup:bigint seq_scan:bigint",
    tablesOf(context).map(({ schema, name, entry }) => [schema, name, entry.rows.length, 0, 0]),
  );
}

function typesOf({ workspace }: Context): { name: string; owner: string; values: readonly string[] }[] {
  return workspace.names().flatMap((key) => {
    const entry = workspace.find(key);
    return entry?.kind === "type" ? [{ name: plainKey(key), owner: entry.owner, values: entry.values }] : [];
  });
}

function constraintsOf(context: Context): { key: string; schema: string; name: string; constraint: Constraint }[] {
  return tablesOf(context).flatMap(({ key, schema, name, entry }) =>
    entry.constraints.map((constraint) => ({ key, schema, name, constraint })),
  );
}

function columnDefault(key: string, column: Table["columns"][number]): string | null {
  if (column.generated === "serial") return `nextval('${key}_${column.name}_seq'::regclass)`;
  const text = column.defaultText;
  if (text === undefined) return null;
  return /^'(?:[^']|'')*'$/.test(text) ? `${text}::${typeText({ name: column.type.name })}` : text;
}

const CONSTRAINT_TYPES = { primary: "PRIMARY KEY", unique: "UNIQUE", check: "CHECK", foreign: "FOREIGN KEY" } as const;

const INFORMATION_SCHEMA: Readonly<Record<string, SystemTable>> = {
  tables: (context) =>
    table(
      "table_catalog table_schema table_name table_type is_insertable_into",
      entriesOf(context).flatMap(({ schema, name, entry }) => {
        if (entry.kind !== "table" && entry.kind !== "view") return [];
        if (entry.kind === "table" && entry.text !== undefined) return [];
        return [[context.database, schema, name, entry.kind === "view" ? "VIEW" : "BASE TABLE", "YES"]];
      }),
    ),
  columns: (context) => {
    const names =
      "table_catalog table_schema table_name column_name ordinal_position:integer column_default is_nullable data_type " +
      "character_maximum_length:integer numeric_precision:integer numeric_scale:integer udt_name is_identity is_generated";
    return table(
      names,
      tablesOf(context).flatMap((each) => columnRows(context, each)),
    );
  },
  views: (context) =>
    table(
      "table_catalog table_schema table_name view_definition",
      entriesOf(context).flatMap(({ schema, name, entry }) =>
        entry.kind === "view" ? [[context.database, schema, name, ` ${entry.text};`]] : [],
      ),
    ),
  schemata: (context) =>
    table(
      "catalog_name schema_name schema_owner",
      schemasOf(context).map(({ name, owner }) => [context.database, name, owner]),
    ),
  table_constraints: (context) =>
    table(
      "constraint_catalog constraint_schema constraint_name table_schema table_name constraint_type",
      constraintsOf(context).map(({ schema, name, constraint }) => [
        context.database,
        schema,
        constraint.name,
        schema,
        name,
        CONSTRAINT_TYPES[constraint.type],
      ]),
    ),
  key_column_usage: (context) =>
    table(
      "constraint_schema constraint_name table_schema table_name column_name ordinal_position:integer",
      constraintsOf(context).flatMap(({ schema, name, constraint }) =>
        constraint.type === "check"
          ? []
          : constraint.columns.map((column, i) => [schema, constraint.name, schema, name, column, i + 1]),
      ),
    ),
  constraint_column_usage: (context) =>
    table(
      "table_schema table_name column_name constraint_schema constraint_name",
      constraintsOf(context).flatMap(
        ({ schema, name, constraint: { type, columns, target, targetColumns, name: own } }) => {
          const [place, used] = type === "foreign" ? [plainName(target ?? ""), targetColumns ?? []] : [name, columns];
          return used.map((column) => [schema, place, column, schema, own]);
        },
      ),
    ),
  referential_constraints: (context) =>
    table(
      "constraint_schema constraint_name update_rule delete_rule",
      constraintsOf(context).flatMap(({ schema, constraint: { type, name, onUpdate, onDelete } }) =>
        type === "foreign" ? [[schema, name, onUpdate ?? "NO ACTION", onDelete ?? "NO ACTION"]] : [],
      ),
    ),
  sequences: (context) =>
    table(
      "sequence_catalog sequence_schema sequence_name data_type",
      entriesOf(context).flatMap(({ key, schema, name, entry }) => {
        if (entry.kind === "sequence") return [[context.database, schema, name, "bigint"]];
        const serials = entry.kind === "table" ? sequencesOf(key, entry) : [];
        return serials.map((each) => [context.database, schema, plainName(each.key), each.type]);
      }),
    ),
  role_table_grants: (context) => grantRows(context),
  table_privileges: (context) => grantRows(context),
};

function columnRows(context: Context, { key, schema, name, entry }: ReturnType<typeof tablesOf>[number]): Value[][] {
  return entry.columns.map((column, i) => {
    const { type } = column;
    return [
      context.database,
      schema,
      name,
      column.name,
      i + 1,
      columnDefault(key, column),
      column.isNotNull ? "NO" : "YES",
      type.isArray ? "ARRAY" : type.isCustom ? "USER-DEFINED" : type.name,
      type.length ?? null,
      { smallint: 16, integer: 32, bigint: 64 }[type.name] ?? type.precision ?? null,
      type.scale ?? (/int/.test(type.name) ? 0 : null),
      type.name,
      column.generated && column.generated !== "serial" ? "YES" : "NO",
      column.computedText === undefined ? "NEVER" : "ALWAYS",
    ];
  });
}

function grantRows(context: Context): Relation {
  const rows = entriesOf(context).flatMap(({ schema, name, entry }) => {
    const grants = "grants" in entry ? (entry.grants ?? {}) : {};
    return Object.entries(grants).flatMap(([role, privileges]) =>
      privileges.map((privilege) => [entry.owner, role === "public" ? "PUBLIC" : role, schema, name, privilege]),
    );
  });
  return table("grantor grantee table_schema table_name privilege_type", rows);
}

/** Attributes of roles: `rolsuper`, `usesuper`. */
function roleTable(prefix: "rol" | "use", place: Place): Relation {
  const flags =
    prefix === "rol"
      ? ["superuser", "inherit", "createrole", "createdb", "login", "replication"]
      : ["superuser", "createdb"];
  const columns =
    prefix === "rol"
      ? "rolname rolsuper:boolean rolinherit:boolean rolcreaterole:boolean rolcreatedb:boolean rolcanlogin:boolean rolreplication:boolean rolconnlimit:integer"
      : "usename usesuper:boolean usecreatedb:boolean";
  const rows = Object.entries(clusterOf(place).roles)
    .filter(([, { options }]) => prefix === "rol" || options.includes("login"))
    .map(([name, { options }]) => [
      name,
      ...flags.map((flag) => flag === "inherit" || options.includes(flag)),
      ...(prefix === "rol" ? [-1] : []),
    ]);
  return table(columns, rows);
}
