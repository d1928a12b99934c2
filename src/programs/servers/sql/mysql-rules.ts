/** MySQL's own statements and catalogues. */
import { SqlError, type SqlValue, type Statement } from "./ast.ts";
import { type Database, type Table, uniqueKeys } from "./database.ts";
import type { Outcome } from "./execute.ts";
import type { Session } from "./functions.ts";
import type { Relation } from "./query.ts";
import type { DialectRules } from "./session.ts";
import type { Storage } from "./storage.ts";

const SYSTEM_SCHEMAS = ["information_schema", "mysql", "performance_schema", "sys"];

function relation(columns: readonly string[], rows: SqlValue[][]): Relation {
  return { columns: columns.map((name) => ({ name, typeName: "varchar" })), rows };
}

export const mysqlRules: DialectRules = {
  dialect: "mysql",
  noDatabase: () => new SqlError("3D000", "No database selected", { number: 1046 }),
  systemTables: (storage, database, session) => (name) => systemTable(name.toLowerCase(), storage, database, session),
  administer(statement, storage, { database, session }) {
    switch (statement.type) {
      case "createDatabase":
        if (storage.has(statement.name) && !statement.ifNotExists)
          throw new SqlError("HY000", `Can't create database '${statement.name}'; database exists`, { number: 1007 });
        if (!storage.has(statement.name)) storage.create(statement.name);
        return { tag: "OK", affected: 1, changed: true };
      case "use":
        if (!storage.has(statement.database) && !SYSTEM_SCHEMAS.includes(statement.database))
          throw new SqlError("42000", `Unknown database '${statement.database}'`, { number: 1049 });
        return { tag: "Database changed", changed: false, use: statement.database };
      case "drop":
        return statement.kind === "database" || statement.kind === "schema"
          ? dropDatabases(statement, storage)
          : undefined;
      case "show":
        return show(statement, storage, database, session);
      case "describe":
        return describe(statement.table, database, session);
      default:
        return undefined;
    }
  },
};

function dropDatabases({ names, ifExists }: Extract<Statement, { type: "drop" }>, storage: Storage): Outcome {
  for (const name of names) {
    if (storage.has(name)) storage.remove(name);
    else if (!ifExists)
      throw new SqlError("HY000", `Can't drop database '${name}'; database doesn't exist`, { number: 1008 });
  }
  return { tag: "OK", affected: 0, changed: true };
}

function likeFilter(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.toLowerCase().split("%");
  return (name) => {
    const lower = name.toLowerCase();
    return parts.length === 1
      ? lower === parts[0]
      : lower.startsWith(parts[0] ?? "") &&
          lower.endsWith(parts.at(-1) ?? "") &&
          parts.slice(1, -1).every((part) => lower.includes(part));
  };
}

const VARIABLES: Readonly<Record<string, string>> = {
  max_connections: "151",
  port: "3306",
  datadir: "/var/lib/mysql/",
  character_set_server: "utf8mb4",
  innodb_buffer_pool_size: "134217728",
  read_only: "OFF",
  super_read_only: "OFF",
  server_id: "1",
  time_zone: "SYSTEM",
};

function show(
  { what, like }: Extract<Statement, { type: "show" }>,
  storage: Storage,
  database: Database | undefined,
  session: Session,
): Outcome {
  const accepts = likeFilter(like);
  const found = (columns: readonly string[], rows: SqlValue[][]): Outcome => ({
    tag: "SHOW",
    changed: false,
    relation: relation(columns, rows),
  });
  const words = what.replace(/^(full|global|session) /, "");
  if (words === "databases" || words === "schemas") {
    return found(
      [like === undefined ? "Database" : `Database (${like})`],
      [...storage.names(), ...SYSTEM_SCHEMAS]
        .sort()
        .filter(accepts)
        .map((name) => [name]),
    );
  }
  if (words === "tables") {
    if (!database) throw mysqlRules.noDatabase();
    return found(
      [`Tables_in_${session.database}${like === undefined ? "" : ` (${like})`}`],
      [...Object.keys(database.tables), ...Object.keys(database.views)]
        .sort()
        .filter(accepts)
        .map((name) => [name]),
    );
  }
  const [, table] = /^(?:columns|fields) (?:from|in) (\S+)/.exec(words) ?? [];
  if (table !== undefined) return describe(table, database, session);
  if (words === "variables")
    return found(
      ["Variable_name", "Value"],
      Object.entries({ ...VARIABLES, version: session.version })
        .filter(([name]) => accepts(name))
        .map(([name, value]) => [name, value]),
    );
  if (words === "status")
    return found(
      ["Variable_name", "Value"],
      [
        ["Threads_connected", "1"],
        ["Uptime", "100"],
        ["Queries", "10"],
      ].filter(([name]) => accepts(name ?? "")),
    );
  if (words === "processlist")
    return found(
      ["Id", "User", "Host", "db", "Command", "Time", "State", "Info"],
      [[8, session.user, "localhost", session.database || null, "Query", 0, "init", "SHOW PROCESSLIST"]],
    );
  if (words.startsWith("grants"))
    return found(
      [`Grants for ${session.user}@%`],
      [[`GRANT ALL PRIVILEGES ON *.* TO \`${session.user}\`@\`%\` WITH GRANT OPTION`]],
    );
  if (words === "engines")
    return found(
      ["Engine", "Support", "Comment"],
      [["InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys"]],
    );
  if (words === "warnings" || words === "errors") return found(["Level", "Code", "Message"], []);
  if (/^(slave|replica) status$/.test(words) || /^(master|binary log) status$/.test(words))
    return found(["File", "Position"], []);
  throw new SqlError(
    "42000",
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${what}' at line 1`,
    { number: 1064 },
  );
}

function describe(name: string, database: Database | undefined, session: Session): Outcome {
  if (!database) throw mysqlRules.noDatabase();
  const table: Table | undefined = database.tables[name];
  if (!table) throw new SqlError("42S02", `Table '${session.database}.${name}' doesn't exist`, { number: 1146 });
  const keys = uniqueKeys(table);
  const rows = table.columns.map((column): SqlValue[] => {
    const key = keys.find(({ columns }) => columns[0] === column.name);
    const isPrimary = keys.some(({ isPrimary: primary, columns }) => primary && columns.includes(column.name));
    const fallback =
      column.default?.type === "value" ? column.default.value : column.default ? "CURRENT_TIMESTAMP" : null;
    return [
      column.name,
      column.typeName,
      column.notNull || isPrimary ? "NO" : "YES",
      isPrimary ? "PRI" : key ? "UNI" : "",
      fallback,
      column.isSerial ? "auto_increment" : "",
    ];
  });
  return {
    tag: "DESCRIBE",
    changed: false,
    relation: relation(["Field", "Type", "Null", "Key", "Default", "Extra"], rows),
  };
}

function systemTable(name: string, storage: Storage, database: Database, session: Session): Relation | undefined {
  switch (name) {
    case "schemata":
      return relation(
        ["SCHEMA_NAME"],
        [...storage.names(), ...SYSTEM_SCHEMAS].sort().map((each) => [each]),
      );
    case "tables":
      return relation(
        ["TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE", "ENGINE", "TABLE_ROWS"],
        Object.entries(database.tables).map(([table, { rows }]) => [
          session.database,
          table,
          "BASE TABLE",
          "InnoDB",
          rows.length,
        ]),
      );
    case "columns":
      return relation(
        ["TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "COLUMN_TYPE"],
        Object.entries(database.tables).flatMap(([table, { columns }]) =>
          columns.map((column) => [session.database, table, column.name, column.typeName]),
        ),
      );
    case "user":
      return relation(
        ["User", "Host"],
        [
          ["root", "%"],
          ["mysql.sys", "localhost"],
          ["root", "localhost"],
        ],
      );
    case "dual":
      return relation(["dummy"], [["X"]]);
    default:
      return undefined;
  }
}
