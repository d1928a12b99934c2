/** Calls of the database's functions (`migrations/functions`) as SQL. */

import { type SQL, sql } from "drizzle-orm";

export type SqlParameter = string | number | boolean | null;

/** Arguments by name: `commitId` here is the parameter `p_commit_id` there. */
export type NamedArguments = Readonly<Record<string, SqlParameter>>;

/** `SELECT * FROM name(p_a => $1, …)`: the rows of a function, or the one row of its OUT parameters. */
export function selectFrom(name: string, namedArguments: NamedArguments): SQL {
  return sql`SELECT * FROM ${functionCall(name, namedArguments)}`;
}

/** `SELECT name(p_a => $1, …)`: the value of a function that returns one. */
export function selectValue(name: string, namedArguments: NamedArguments): SQL {
  return sql`SELECT ${functionCall(name, namedArguments)}`;
}

/** Names are constants of this program, never input, so they are written as they are. */
function functionCall(name: string, namedArguments: NamedArguments): SQL {
  const parts = Object.entries(namedArguments).map(([key, value]) => sql`${sql.raw(parameterName(key))} => ${value}`);
  return sql`${sql.raw(name)}(${sql.join(parts, sql`, `)})`;
}

/** From `commitId` to `p_commit_id`. */
function parameterName(key: string): string {
  return `p_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
