/** Databases, roles, settings and rights of PostgreSQL. */
import type { FileSystem } from "../../../files/file-system.ts";
import type { GrantStatement, RoleStatement } from "../../sql/ast.ts";
import { type Entry, plainName, schemaOf } from "../../sql/catalog.ts";
import type { Context, Relation, Right } from "../../sql/context.ts";
import { SqlError } from "../../sql/errors.ts";
import { dependenciesOn, grantOnObjects, grantOnSchemas, privilegesOf, targetOf } from "../../sql/grants.ts";
import { type Actor, changedGrants, isOwner, mayUse, mustOwn, nounOf, permissionDenied } from "../../sql/privileges.ts";
import type { Administration } from "../../sql/session-state.ts";
import type { Value } from "../../sql/values.ts";
import { type Cluster, readCluster, removeDatabase, writeCluster } from "./data.ts";
import { SETTINGS } from "./settings.ts";
import { systemTable } from "./system-tables.ts";

export interface Facts {
  files: FileSystem;
  path: string;
  user: string;
  database: string;
  version: string;
}

export function administrationOf(facts: Facts): Administration {
  const { files, path } = facts;
  const change = <T>(edit: (cluster: Cluster) => T): T => {
    const cluster = readCluster(files, path);
    const result = edit(cluster);
    writeCluster(files, path, cluster);
    return result;
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
      change((cluster) => {
        const { databases } = cluster;
        if (name === facts.database) {
          const message = "cannot drop the currently open database";
          throw new SqlError({ kind: "other", message, code: "55006", number: 0 });
        }
        const database = Object.hasOwn(databases, name) ? databases[name] : undefined;
        if (!database) {
          if (ifExists) return false;
          throw new SqlError({ kind: "noDatabase", name });
        }
        if (!isOwner(database.owner, actorOf(cluster, facts.user))) throw mustOwn(`database ${name}`);
        delete databases[name];
        removeDatabase(files, path, name);
        return true;
      }),
    role: (statement) => change((cluster) => changeRole(statement, cluster, facts.user)),
    dropRoles: (names, ifExists, context) =>
      change((cluster) => names.filter((name) => !dropRole(name, ifExists, cluster, context))),
    grant: (statement, context) => grant(statement, context, change),
    demand: (context, right, key, entry, at) =>
      demand(readCluster(files, path), facts, { context, right, key, at }, entry),
    roleFor: (name, user) => {
      const cluster = readCluster(files, path);
      if (!Object.hasOwn(cluster.roles, name)) throw new SqlError({ kind: "noRole", name });
      const { isSuperuser, roles } = actorOf(cluster, user);
      if (isSuperuser || roles.includes(name)) return name;
      throw new SqlError({ kind: "denied", what: `to set role "${name}"` });
    },
    settingFor,
    show: (statement, { settings }) =>
      statement.type === "show" ? showSetting(statement.what, settings, facts) : undefined,
    systemTable: (schema, name, context) => systemTable(schema, name, context, facts),
  };
}

/** The rights of a user: its own and those of the roles that it is a member of. */
function actorOf({ roles }: Cluster, user: string): Actor {
  const found = [user];
  for (const name of found)
    for (const parent of roles[name]?.memberOf ?? []) if (!found.includes(parent)) found.push(parent);
  return { name: user, isSuperuser: roles[user]?.options.includes("superuser") ?? false, roles: found };
}

interface Demand {
  context: Context;
  right: Right;
  key: string;
  at: number | undefined;
}

/** @throws SqlError if the user may not */
function demand(
  cluster: Cluster,
  { database, version }: Facts,
  { context, right, key, at }: Demand,
  entry: Entry | undefined,
): void {
  const actor = actorOf(cluster, context.user);
  const owner = cluster.databases[database]?.owner ?? "";
  if (actor.isSuperuser || key.startsWith("pg_temp.")) return;
  if (right === "OWN") {
    if (entry && !isOwner(entry.owner, actor)) throw mustOwn(`${nounOf(entry)} ${plainName(key)}`);
    return;
  }
  if (key === "@database") {
    if (actor.roles.includes(owner) || cluster.databases[database]?.grants?.[actor.name]?.includes("CREATE")) return;
    throw permissionDenied(`database ${database}`);
  }
  const schema = schemaOf(key);
  const found = context.workspace.find(`@schema.${schema}`);
  const grants = found?.kind === "schema" ? found.grants : undefined;
  const schemaOwner = found?.kind === "schema" && found.owner !== "pg_database_owner" ? found.owner : owner;
  // Before version 15 every role could create objects in `public`.
  const isOpen = Number.parseInt(version.replace(/^\D+/, ""), 10) < 15;
  const initial = schema === "public" ? { public: isOpen ? ["USAGE", "CREATE"] : ["USAGE"] } : undefined;
  const needed = right === "CREATE" ? "CREATE" : "USAGE";
  if (!mayUse(grants ?? initial, needed, schemaOwner, actor)) throw permissionDenied(`schema ${schema}`, at);
  if (right === "CREATE" || !entry) return;
  const own = "grants" in entry ? entry.grants : undefined;
  if (!mayUse(own, right, entry.owner, actor))
    throw permissionDenied(`${entry.kind === "sequence" ? "sequence" : nounOf(entry)} ${plainName(key)}`);
}

function grant(statement: GrantStatement, context: Context, change: <T>(edit: (cluster: Cluster) => T) => T): void {
  change((cluster) => {
    const { roles, databases } = cluster;
    if (!/\S/.test(statement.target)) {
      const parents = statement.privileges
        .join(" ")
        .split(",")
        .map((name) => name.trim().toLowerCase());
      for (const name of [...parents, ...statement.roles.map((role) => role.name)])
        if (!Object.hasOwn(roles, name)) throw new SqlError({ kind: "noRole", name });
      for (const { name } of statement.roles) {
        const role = roles[name];
        if (!role) continue;
        const known = (role.memberOf ?? []).filter((each) => !parents.includes(each));
        role.memberOf = statement.action === "grant" ? [...known, ...parents] : known;
      }
      return;
    }
    const target = targetOf(statement.target, context);
    for (const { name } of statement.roles)
      if (name !== "public" && !Object.hasOwn(roles, name)) throw new SqlError({ kind: "noRole", name });
    if (target.type === "objects") grantOnObjects(statement, target.keys, context);
    if (target.type === "schemas") grantOnSchemas(statement, target.names, context);
    if (target.type !== "databases") return;
    for (const name of target.names) {
      const database = Object.hasOwn(databases, name) ? databases[name] : undefined;
      if (!database) throw new SqlError({ kind: "noDatabase", name });
      let grants = database.grants ?? { public: ["CONNECT", "TEMPORARY"] };
      const privileges = privilegesOf(statement, ["CREATE", "CONNECT", "TEMPORARY"]);
      for (const role of statement.roles) grants = changedGrants(grants, role.name, privileges, statement.action);
      database.grants = grants;
    }
  });
}

function dropRole(name: string, ifExists: boolean, cluster: Cluster, context: Context): boolean {
  const { roles, databases } = cluster;
  if (!Object.hasOwn(roles, name)) {
    if (ifExists) return false;
    throw new SqlError({ kind: "noRole", name });
  }
  if (!may(roles[context.user]?.options, "createrole")) throw new SqlError({ kind: "denied", what: "to drop role" });
  if (name === context.user)
    throw new SqlError({ kind: "other", message: "current user cannot be dropped", code: "55006", number: 0 });
  const owned = Object.entries(databases).flatMap(([database, { owner }]) =>
    owner === name ? [`owner of database ${database}`] : [],
  );
  const dependencies = [...dependenciesOn(name, context), ...owned];
  if (dependencies.length > 0) {
    const message = `role "${name}" cannot be dropped because some objects depend on it`;
    throw new SqlError({ kind: "other", message, code: "2BP01", number: 0, detail: dependencies.join("\n") });
  }
  delete roles[name];
  for (const role of Object.values(roles))
    if (role.memberOf) role.memberOf = role.memberOf.filter((each) => each !== name);
  return true;
}

/** @throws SqlError for a setting that does not exist */
function settingFor(name: string, value: string): string {
  const isCustom = name.includes(".");
  if (!isCustom && !Object.hasOwn(SETTINGS, name)) throw unknownSetting(name);
  // Times without a unit are milliseconds.
  if (/_timeout$/.test(name) && /^\d+$/.test(value)) return shownMs(Number(value));
  return value;
}

function shownMs(ms: number): string {
  if (ms === 0) return "0";
  if (ms % 60_000 === 0) return `${ms / 60_000}min`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function unknownSetting(name: string): SqlError {
  const message = `unrecognized configuration parameter "${name}"`;
  return new SqlError({ kind: "other", message, code: "42704", number: 0 });
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
  const parents = known?.memberOf;
  roles[name] = {
    ...(parents && { memberOf: parents }),
    options: [...new Set([...kept, ...positive])],
    ...(given !== undefined && { password: given }),
  };
}

function showSetting(what: string, settings: Record<string, string>, facts: Facts): Relation {
  const name = what.replace("time zone", "timezone").replace("transaction isolation level", "transaction_isolation");
  const server: Record<string, string> = {
    ...SETTINGS,
    server_version: /^PostgreSQL (\S+(?: \([^)]*\))?)/.exec(facts.version)?.[1] ?? "",
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
    throw unknownSetting(name);
  }
  return table([name === "timezone" ? "TimeZone" : name], [[value]]);
}

function table(names: readonly string[], rows: readonly (readonly Value[])[]): Relation {
  return { columns: names.map((name) => ({ table: "", name, type: { name: "text" } })), rows };
}
