/** Databases, accounts, SHOW, DESCRIBE and computed tables of MySQL. */
import type { FileSystem } from "../../../files/file-system.ts";
import type { Entry, Table } from "../../sql/catalog.ts";
import type { Context, Relation, Right } from "../../sql/context.ts";
import { SqlError } from "../../sql/errors.ts";
import { isLike } from "../../sql/operators.ts";
import type { Administration } from "../../sql/session-state.ts";
import type { Value } from "../../sql/values.ts";
import {
  type Accounts,
  accountFor,
  DatabaseFolder,
  databasesOf,
  mayDo,
  mayUse,
  readAccounts,
  SYSTEM_DATABASES,
  writeAccounts,
} from "./data.ts";
import { createTableText, typeOfColumn } from "./show-create.ts";

export interface ServerFacts {
  files: FileSystem;
  path: string;
  user: string;
  isLoopback: boolean;
  variables: Readonly<Record<string, string>>;
  /** Notes a changed object for replicas: `d:shop`, `u:accounts`. */
  changed: (name: string) => void;
  /** The session's database after USE. */
  use: (name: string) => void;
}

function table(names: readonly string[], rows: readonly (readonly Value[])[]): Relation {
  return { columns: names.map((name) => ({ table: "", name, type: { name: "text" } })), rows };
}

export function administrationOf(facts: ServerFacts): Administration {
  const { files, path, user } = facts;
  const folder = (name: string) => `${path}/${name}`;
  const exists = (name: string) => databasesOf(files, path).includes(name);
  return {
    createDatabase: (name, { ifNotExists }) => {
      if (exists(name)) {
        if (!ifNotExists) throw new SqlError({ kind: "databaseExists", name });
        return;
      }
      demand(facts, name);
      files.makeDirectory(folder(name), 0o750);
      facts.changed(`d:${name}`);
    },
    dropDatabase: (name, ifExists) => {
      if (!exists(name)) {
        if (ifExists) return false;
        const message = `Can't drop database '${name}'; database doesn't exist`;
        throw new SqlError({ kind: "other", message, code: "HY000", number: 1008 });
      }
      if (SYSTEM_DATABASES.includes(name)) throw denied(user, name);
      demand(facts, name);
      for (const entry of files.list(folder(name))) files.removeFile(`${folder(name)}/${entry}`);
      files.removeDirectory(folder(name));
      facts.changed(`d:${name}`);
      return true;
    },
    role: ({ action, name, host = "%", password, ifNotExists }) => {
      const accounts = readAccounts(files, path);
      const known = accounts.list.find((account) => account.user === name && account.host === host);
      if (action === "create" && known) {
        if (ifNotExists) return;
        throw new SqlError({ kind: "roleExists", name, host });
      }
      if (action === "alter" && !known) {
        const message = `Operation ALTER USER failed for '${name}'@'${host}'`;
        throw new SqlError({ kind: "other", message, code: "HY000", number: 1396 });
      }
      if (known) known.password = password ?? known.password;
      else accounts.list.push({ user: name, host, password: password ?? "", grants: [] });
      saveAccounts(facts, accounts);
    },
    dropRoles: (names, ifExists) =>
      names.filter((account) => {
        const [name = "", host = "%"] = account.split("@");
        const accounts = readAccounts(files, path);
        const list = accounts.list.filter((each) => each.user !== name || each.host !== host);
        if (list.length === accounts.list.length && !ifExists) throw new SqlError({ kind: "noRole", name, host });
        saveAccounts(facts, { list });
        return list.length === accounts.list.length;
      }),
    roleFor: (name) => name,
    settingFor: (_name, value) => value,
    demand: (context, right, key) => demandRight(facts, context, right, key),
    grant: ({ action, target, privileges, roles }) => {
      const accounts = readAccounts(files, path);
      for (const { name, host = "%" } of roles) {
        const account = accounts.list.find((each) => each.user === name && each.host === host);
        if (!account) {
          const message = "You are not allowed to create a user with GRANT";
          throw new SqlError({ kind: "other", message, code: "42000", number: 1410 });
        }
        account.grants = account.grants.filter((grant) => grant.target !== target);
        if (action === "grant") account.grants.push({ target, privileges: privileges.join(" ").replace(/ ,/g, ",") });
      }
      saveAccounts(facts, accounts);
    },
    show: (statement, context) => {
      if (statement.type === "use") return use(statement.name, facts);
      if (statement.type === "describe") return describe(context.workspace.table(statement.name));
      return show(statement, context, facts);
    },
    systemTable: (schema, name, context) => systemTable(schema, name, context, facts),
  };
}

function saveAccounts({ files, path, changed }: ServerFacts, accounts: Accounts): void {
  writeAccounts(files, path, accounts);
  changed("u:accounts");
}

function denied(user: string, database: string): SqlError {
  const message = `Access denied for user '${user}'@'%' to database '${database}'`;
  return new SqlError({ kind: "other", message, code: "42000", number: 1044 });
}

/** @throws SqlError 1044 */
function demand({ files, path, user, isLoopback }: ServerFacts, database: string): void {
  const account = accountFor(readAccounts(files, path), user, isLoopback);
  if (!account || !mayUse(account, database)) throw denied(user, database);
}

const DATA_RIGHTS = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** @throws SqlError 1142 if the account may not do that with the table */
function demandRight(facts: ServerFacts, { database }: Context, right: Right, key: string): void {
  const { files, path, user, isLoopback } = facts;
  const account = accountFor(readAccounts(files, path), user, isLoopback);
  const [first = "", second] = key.split(".");
  const [schema, table] = second === undefined ? [database, first] : [first, second];
  const command = right === "OWN" ? "ALTER" : right === "TRUNCATE" ? "DROP" : right;
  if (account && mayDo(account, command, schema, table)) return;
  const isData = DATA_RIGHTS.includes(command) || command === "CREATE" || command === "ALTER" || command === "DROP";
  const message = `${isData ? command : "REFERENCES"} command denied to user '${user}'@'${account?.host === "%" ? "localhost" : (account?.host ?? "localhost")}' for table '${table}'`;
  throw new SqlError({ kind: "other", message, code: "42000", number: 1142 });
}

function use(name: string, facts: ServerFacts): Relation {
  if (!databasesOf(facts.files, facts.path).includes(name)) throw new SqlError({ kind: "noDatabase", name });
  demand(facts, name);
  facts.use(name);
  return table([], []);
}

function describe({ columns, constraints, indexes }: Table): Relation {
  const keyOf = (name: string) => {
    const first = (type: string) => constraints.some((each) => each.type === type && each.columns.includes(name));
    if (first("primary")) return "PRI";
    if (constraints.some((each) => each.type === "unique" && each.columns.length === 1 && each.columns[0] === name))
      return "UNI";
    return first("foreign") || indexes.some((index) => index.columns[0] === name) ? "MUL" : "";
  };
  const rows = columns.map((column) => [
    column.name,
    typeOfColumn(column.type),
    column.isNotNull ? "NO" : "YES",
    keyOf(column.name),
    column.defaultText === undefined ? null : column.defaultText.replace(/^'(.*)'$/s, "$1"),
    column.generated
      ? "auto_increment"
      : /current_timestamp|now\(/i.test(column.defaultText ?? "")
        ? "DEFAULT_GENERATED"
        : "",
  ]);
  return table(["Field", "Type", "Null", "Key", "Default", "Extra"], rows);
}

type ShowStatement = { what: string; name?: string; like?: string };

function show({ what, name, like }: ShowStatement, context: Context, facts: ServerFacts): Relation | undefined {
  const { files, path } = facts;
  const matching = (names: readonly string[]) => names.filter((each) => like === undefined || isLike(each, like, true));
  switch (what) {
    case "databases":
    case "schemas": {
      const account = accountFor(readAccounts(files, path), facts.user, facts.isLoopback);
      const names = databasesOf(files, path).filter((each) => account && mayUse(account, each));
      return table(
        ["Database"],
        matching(names).map((each) => [each]),
      );
    }
    case "tables":
    case "tables from":
    case "tables in": {
      const database = name ?? context.database;
      if (database === "") throw new SqlError({ kind: "noSelectedDatabase" });
      if (!databasesOf(files, path).includes(database)) throw new SqlError({ kind: "noDatabase", name: database });
      const names = name === undefined ? context.workspace.names() : new DatabaseFolder(files, path, database).names();
      const title = like === undefined ? `Tables_in_${database}` : `Tables_in_${database} (${like})`;
      return table(
        [title],
        matching(names).map((each) => [each]),
      );
    }
    case "columns from":
    case "fields from":
      return describe(context.workspace.table(name ?? ""));
    case "create table": {
      const entry = context.workspace.table(name ?? "");
      return table(["Table", "Create Table"], [[name ?? "", createTableText(name ?? "", entry)]]);
    }
    case "index from":
    case "indexes from":
    case "keys from":
      return indexesOf(name ?? "", context.workspace.table(name ?? ""));
    case "variables":
      return table(
        ["Variable_name", "Value"],
        matching(Object.keys(facts.variables)).map((each) => [each, facts.variables[each] ?? ""]),
      );
    case "status": {
      const status: Record<string, string> = { Threads_connected: "1", Uptime: "120", Questions: "42" };
      return table(
        ["Variable_name", "Value"],
        matching(Object.keys(status)).map((each) => [each, status[each] ?? ""]),
      );
    }
    case "processlist":
      return table(
        ["Id", "User", "Host", "db", "Command", "Time", "State", "Info"],
        [
          [
            context.session.pid,
            facts.user,
            "localhost",
            context.database || null,
            "Query",
            0,
            "init",
            "SHOW PROCESSLIST",
          ],
        ],
      );
    case "grants":
    case "grants for": {
      const wanted = name ?? facts.user;
      const account = readAccounts(files, path).list.find((each) => each.user === wanted);
      if (!account) return undefined;
      const label = `\`${account.user}\`@\`${account.host}\``;
      const rows = account.grants.map(({ target, privileges }) => [`GRANT ${privileges} ON ${target} TO ${label}`]);
      return table([`Grants for ${account.user}@${account.host}`], [[`GRANT USAGE ON *.* TO ${label}`], ...rows]);
    }
    case "engines":
      return table(
        ["Engine", "Support", "Comment"],
        [["InnoDB", "DEFAULT", "Supports transactions, row-level locking, and foreign keys"]],
      );
    case "warnings":
    case "errors":
      return table(["Level", "Code", "Message"], []);
    default:
      return undefined;
  }
}

function indexesOf(name: string, { constraints, indexes }: Table): Relation {
  const keys = constraints.filter(({ type }) => type === "primary" || type === "unique");
  const all = [...keys.map((key) => ({ name: key.name, columns: key.columns, isUnique: true })), ...indexes];
  const rows = all.flatMap((index) =>
    index.columns.map((column, i) => [name, index.isUnique ? 0 : 1, index.name, i + 1, column, "A", "BTREE"]),
  );
  return table(["Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name", "Collation", "Index_type"], rows);
}

function systemTable(
  schema: string | undefined,
  name: string,
  context: Context,
  facts: ServerFacts,
): Relation | undefined {
  const { files, path } = facts;
  const database = schema ?? context.database;
  const key = `${database}.${name}`.toLowerCase();
  const databases = databasesOf(files, path);
  const entries = () =>
    databases.flatMap((each) => {
      const store = new DatabaseFolder(files, path, each);
      return store.names().flatMap((entry): (readonly [string, string, Entry])[] => {
        const found = store.read(entry);
        return found ? [[each, entry, found]] : [];
      });
    });
  if (key === "mysql.user") {
    return table(
      ["Host", "User"],
      readAccounts(files, path).list.map(({ host, user }) => [host, user]),
    );
  }
  if (key === "information_schema.schemata")
    return table(
      ["SCHEMA_NAME"],
      databases.map((each) => [each]),
    );
  if (key === "information_schema.tables") {
    const rows = entries().map(([owner, each, entry]) => [
      owner,
      each,
      entry.kind === "view" ? "VIEW" : "BASE TABLE",
      entry.kind === "table" ? entry.rows.length : null,
    ]);
    return table(["TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE", "TABLE_ROWS"], rows);
  }
  if (key === "information_schema.columns") {
    const rows = entries().flatMap(([owner, each, entry]) =>
      entry.kind === "table"
        ? entry.columns.map((column) => [
            owner,
            each,
            column.name,
            typeOfColumn(column.type),
            column.isNotNull ? "NO" : "YES",
          ])
        : [],
    );
    return table(["TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "COLUMN_TYPE", "IS_NULLABLE"], rows);
  }
  return undefined;
}
