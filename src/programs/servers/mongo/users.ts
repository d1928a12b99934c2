/** Users of mongod and what their roles allow. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { flagOf, hasFlag } from "../server.ts";
import { MongoError } from "./errors.ts";
import type { Databases } from "./store.ts";

export interface User {
  user: string;
  /** The database that authenticates the user. */
  db: string;
  password: string;
  roles: { role: string; db: string }[];
}

const COLLECTION = "system.users";

export function usersIn(databases: Databases): User[] {
  return databases.read("admin", COLLECTION) as unknown as User[];
}

export function writeUsers(databases: Databases, users: readonly User[]): void {
  databases.write("admin", COLLECTION, users as unknown as JsonObject[]);
}

/** Roles of a command: names of the present database, or `{ role, db }`. */
export function rolesOf(given: JsonValue | undefined, database: string): User["roles"] {
  return (Array.isArray(given) ? given : []).map((each) =>
    isJsonObject(each)
      ? { role: String(each["role"]), db: String(each["db"] ?? database) }
      : { role: String(each), db: database },
  );
}

/** Who sends a command. */
export interface Login {
  user?: string;
  password?: string;
  /** The database that knows the user. */
  source?: string;
}

/** Whether clients must log in. */
function requiresLogin({ argv }: Pick<ProcessView, "argv">): boolean {
  return hasFlag(argv, "auth") || flagOf(argv, "keyFile") !== undefined;
}

/** The user of a login; undefined without one. @throws MongoError */
export function authenticate(databases: Databases, { user, password, source = "admin" }: Login): User | undefined {
  if (user === undefined) return undefined;
  const found = usersIn(databases).find((each) => each.user === user && each.db === source);
  if (found?.password !== password) throw new MongoError("Authentication failed.", "AuthenticationFailed");
  return found;
}

export interface Access {
  command: string;
  database: string;
  isWrite: boolean;
  isAdministration: boolean;
}

/** @throws MongoError unless the user may run the command */
export function authorize(databases: Databases, user: User | undefined, access: Access): void {
  if (!requiresLogin(databases.process)) return;
  const { command, database } = access;
  if (!user) {
    // Until the first user exists, clients of the machine itself may do everything.
    if (usersIn(databases).length === 0) return;
    throw new MongoError(`Command ${command} requires authentication`, "Unauthorized");
  }
  if (!user.roles.some(({ role, db }) => allows(role, db, access)))
    throw new MongoError(`not authorized on ${database} to execute command { ${command}: … }`, "Unauthorized");
}

const EVERYWHERE = /^(root|__system|\w+AnyDatabase)$/;

function allows(role: string, db: string, { database, isWrite, isAdministration }: Access): boolean {
  if (role === "root" || role === "__system") return true;
  if (!EVERYWHERE.test(role) && db !== database) return /^cluster/.test(role) && isAdministration;
  if (isAdministration) return /^(dbOwner|userAdmin|dbAdmin|cluster)/.test(role);
  return isWrite ? /^(readWrite|dbOwner)/.test(role) : /^(read|readWrite|dbOwner)/.test(role);
}
