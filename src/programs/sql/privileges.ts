/** Rights on tables, sequences, schemas and databases: who may do what, and the words of a refusal. */
import type { Entry, Grants } from "./catalog.ts";
import { SqlError } from "./errors.ts";

/** The user in whose name a statement runs. */
export interface Actor {
  name: string;
  isSuperuser: boolean;
  /** The user itself and all roles that it is a member of. */
  roles: readonly string[];
}

export type Privilege =
  | "SELECT"
  | "INSERT"
  | "UPDATE"
  | "DELETE"
  | "TRUNCATE"
  | "REFERENCES"
  | "TRIGGER"
  | "USAGE"
  | "CREATE"
  | "CONNECT"
  | "TEMPORARY";

export const TABLE_PRIVILEGES: readonly Privilege[] = [
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "TRUNCATE",
  "REFERENCES",
  "TRIGGER",
];

/** Letters in access lists, in the order that PostgreSQL writes them. */
const LETTERS: readonly (readonly [Privilege, string])[] = [
  ["INSERT", "a"],
  ["SELECT", "r"],
  ["UPDATE", "w"],
  ["DELETE", "d"],
  ["TRUNCATE", "D"],
  ["REFERENCES", "x"],
  ["TRIGGER", "t"],
  ["USAGE", "U"],
  ["CREATE", "C"],
  ["TEMPORARY", "T"],
  ["CONNECT", "c"],
];

export function mayUse(grants: Grants | undefined, privilege: Privilege, owner: string, actor: Actor): boolean {
  if (actor.isSuperuser || actor.roles.includes(owner)) return true;
  if (!grants) return false;
  return [...actor.roles, "public"].some((role) => Object.hasOwn(grants, role) && grants[role]?.includes(privilege));
}

export function isOwner(owner: string, actor: Actor): boolean {
  return actor.isSuperuser || actor.roles.includes(owner);
}

export function nounOf(entry: Entry): string {
  if (entry.kind === "table") return entry.text === undefined ? "table" : "materialized view";
  return entry.kind;
}

export function permissionDenied(what: string, at?: number): SqlError {
  return new SqlError({ kind: "placed", message: `permission denied for ${what}`, code: "42501", number: 1142 }, at);
}

export function mustOwn(what: string): SqlError {
  return new SqlError({ kind: "other", message: `must be owner of ${what}`, code: "42501", number: 1142 });
}

/** Grants after GRANT or REVOKE for one role. */
export function changedGrants(
  grants: Grants,
  role: string,
  privileges: readonly string[],
  action: "grant" | "revoke",
): Grants {
  const own = Object.hasOwn(grants, role) ? (grants[role] ?? []) : [];
  const next =
    action === "grant" ? [...new Set([...own, ...privileges])] : own.filter((each) => !privileges.includes(each));
  const { [role]: _old, ...rest } = grants;
  return next.length > 0 ? { ...grants, [role]: next } : rest;
}

/** Lines of an access list: `app=arwdDxt/postgres`. Empty without grants: the owner's rights are implied. */
export function accessLines(grants: Grants | undefined, owner: string, all: readonly Privilege[]): string[] {
  if (!grants) return [];
  const line = (role: string, privileges: readonly string[]) => {
    const letters = LETTERS.filter(([privilege]) => privileges.includes(privilege)).map(([, letter]) => letter);
    return `${role === "public" ? "" : role}=${letters.join("")}/${owner}`;
  };
  const others = Object.entries(grants).filter(([role]) => role !== owner);
  return [line(owner, all), ...others.map(([role, privileges]) => line(role, privileges))];
}
