/** GRANT and REVOKE on objects of a database, default privileges, and what depends on a role. */
import type { GrantStatement, Statement } from "./ast.ts";
import { type Entry, type Grants, plainName, schemaOf } from "./catalog.ts";
import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";
import { changedGrants, nounOf, TABLE_PRIVILEGES } from "./privileges.ts";

export type GrantTarget =
  | { type: "objects"; keys: readonly string[] }
  | { type: "schemas"; names: readonly string[] }
  | { type: "databases"; names: readonly string[] }
  | { type: "ignored" };

/** What `ON …` names. @throws SqlError if it does not exist */
export function targetOf(target: string, { workspace }: Context): GrantTarget {
  const list = (text: string) =>
    text.split(",").map((name) =>
      name
        .trim()
        .replace(/"/g, "")
        .replace(/^public\./, ""),
    );
  const all = /^all\s+(tables|sequences|functions|routines)\s+in\s+schema\s+(.*)$/is.exec(target);
  if (all) {
    const [, what = "", schemas = ""] = all;
    if (/^(functions|routines)$/i.test(what)) return { type: "ignored" };
    const kinds = /^tables$/i.test(what) ? ["table", "view"] : ["sequence"];
    const keys = workspace.names().filter((key) => {
      const entry = workspace.find(key);
      return entry && kinds.includes(entry.kind) && list(schemas).includes(schemaOf(key));
    });
    return { type: "objects", keys };
  }
  const [, kind = "", names = ""] =
    /^(schema|database|sequence|function|language|type|table)?\s*(.*)$/is.exec(target) ?? [];
  switch (kind.toLowerCase()) {
    case "schema":
      return { type: "schemas", names: list(names) };
    case "database":
      return { type: "databases", names: list(names) };
    case "function":
    case "language":
    case "type":
      return { type: "ignored" };
    default: {
      const keys = list(names).map((name) => {
        const isSerial = kind.toLowerCase() === "sequence" && !workspace.find(name);
        const entry = workspace.find(name);
        if (!entry && !isSerial) throw new SqlError({ kind: "noTable", name, what: "relation" });
        return workspace.keyOf(name);
      });
      return { type: "objects", keys: keys.filter((key) => workspace.find(key)) };
    }
  }
}

/** The privileges that a statement names; ALL stands for those of the kind. */
export function privilegesOf({ privileges }: GrantStatement, all: readonly string[]): string[] {
  const text = privileges.join(" ");
  if (/^ALL( PRIVILEGES)?$/.test(text)) return [...all];
  return text
    .replace(/\([^)]*\)/g, "")
    .split(",")
    .map((name) => name.trim().replace(/^TEMP$/, "TEMPORARY"));
}

export function grantOnObjects(statement: GrantStatement, keys: readonly string[], context: Context): void {
  const { workspace } = context;
  for (const key of keys) {
    const entry = workspace.find(key);
    if (entry?.kind !== "table" && entry?.kind !== "view" && entry?.kind !== "sequence") continue;
    context.demand("OWN", key, entry);
    const all = entry.kind === "sequence" ? ["USAGE", "SELECT", "UPDATE"] : TABLE_PRIVILEGES;
    workspace.put(key, { ...entry, grants: afterGrant(entry.grants, statement, all) });
  }
}

function afterGrant(grants: Grants | undefined, statement: GrantStatement, all: readonly string[]): Grants {
  const privileges = privilegesOf(statement, all);
  return statement.roles.reduce<Grants>(
    (known, { name }) => changedGrants(known, name, privileges, statement.action),
    grants ?? {},
  );
}

export function grantOnSchemas(statement: GrantStatement, names: readonly string[], context: Context): void {
  const { workspace } = context;
  for (const name of names) {
    const key = `@schema.${name}`;
    const entry = workspace.find(key);
    if (entry?.kind !== "schema" && name !== "public") throw new SqlError({ kind: "noTable", name, what: "schema" });
    const known = entry?.kind === "schema" ? entry : { kind: "schema" as const, owner: "pg_database_owner" };
    const initial = known.grants ?? (name === "public" ? { public: ["USAGE"] } : {});
    workspace.put(key, { ...known, grants: afterGrant(initial, statement, ["USAGE", "CREATE"]) });
  }
}

/** Privileges that tables get when they are created. */
export function defaultPrivileges(
  { schema, creator, grant }: Extract<Statement, { type: "defaultPrivileges" }>,
  { workspace, user }: Context,
): void {
  const key = `@schema.${schema}`;
  const entry = workspace.find(key);
  const known = entry?.kind === "schema" ? entry : { kind: "schema" as const, owner: "pg_database_owner" };
  if (!/^tables$/i.test(grant.target)) return;
  const privileges = privilegesOf(grant, TABLE_PRIVILEGES);
  const by = creator ?? user;
  const names = grant.roles.map(({ name }) => name);
  const others = (known.defaults ?? []).filter((each) => each.creator !== by || !names.includes(each.role));
  const added = grant.action === "grant" ? names.map((role) => ({ creator: by, role, privileges })) : [];
  workspace.put(key, { ...known, defaults: [...others, ...added] });
}

/** The grants of a new table. */
export function initialGrants(key: string, { workspace, user }: Context): { grants?: Grants } {
  const entry = workspace.find(`@schema.${schemaOf(key)}`);
  const defaults = entry?.kind === "schema" ? (entry.defaults ?? []).filter(({ creator }) => creator === user) : [];
  if (defaults.length === 0) return {};
  return { grants: Object.fromEntries(defaults.map(({ role, privileges }) => [role, privileges])) };
}

function grantsOf(entry: Entry): Grants | undefined {
  return "grants" in entry ? entry.grants : undefined;
}

/** Lines that say why a role cannot be dropped: its objects and its privileges. */
export function dependenciesOn(role: string, { workspace }: Context): string[] {
  const keys = workspace.names();
  const described = (key: string, entry: Entry) =>
    entry.kind === "schema" ? `schema ${plainName(key)}` : `${nounOf(entry)} ${key}`;
  const found = keys.flatMap((key) => {
    const entry = workspace.find(key);
    if (!entry) return [];
    const grants = grantsOf(entry);
    return [
      ...(grants && Object.hasOwn(grants, role) ? [`privileges for ${described(key, entry)}`] : []),
      ...(entry.owner === role ? [`owner of ${described(key, entry)}`] : []),
    ];
  });
  // Schemas are older than the tables in them.
  return found.sort((a, b) => Number(b.includes("schema ")) - Number(a.includes("schema ")));
}

/** Removes the role's objects and its privileges in this database. */
export function dropOwned(roles: readonly string[], { workspace }: Context): void {
  for (const key of workspace.names()) {
    const entry = workspace.find(key);
    if (!entry) continue;
    if (roles.includes(entry.owner)) {
      workspace.remove(key);
      continue;
    }
    const grants = grantsOf(entry);
    if (!grants || !roles.some((role) => Object.hasOwn(grants, role))) continue;
    const kept = Object.fromEntries(Object.entries(grants).filter(([role]) => !roles.includes(role)));
    workspace.put(key, { ...entry, grants: kept } as Entry);
  }
}
