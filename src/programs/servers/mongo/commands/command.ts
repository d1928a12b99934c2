/** Types and helpers that the commands of mongod share. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import type { Databases } from "../store.ts";
import type { Login } from "../users.ts";

/** One command while it is served. */
export interface CommandContext {
  process: ProcessView;
  databases: Databases;
  database: string;
  /** The value of the command's first field, which often names a collection. */
  target: string;
  command: JsonObject;
  login: Login;
}

export interface Command {
  /** Needs the primary of a replica set. */
  isWrite?: boolean;
  /** Needs the primary, unless the client reads from secondaries. */
  isRead?: boolean;
  /** Needs no login. */
  isOpen?: boolean;
  /** Needs a role of administration. */
  isAdministration?: boolean;
  /** The reply without `ok: 1`. @throws MongoError */
  run(context: CommandContext): JsonObject;
}

export const objectIn = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
export const objectsIn = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

export function versionOf({ env }: Pick<ProcessView, "env">): string {
  return env["MONGO_VERSION"] ?? "8.2.3";
}
