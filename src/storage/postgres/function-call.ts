/** Calls of the database's functions (`migrations/functions`) as SQL. */

import { type SQL, sql } from "drizzle-orm";

export type SqlParameter = string | number | boolean | null;

/** Arguments by name: `commitId` here is the parameter `p_commit_id` there. */
export type NamedArguments = Readonly<Record<string, SqlParameter>>;

/** `SELECT * FROM name(p_a => $1, …)`: the rows of a function, or the one row of its OUT parameters. */
export function selectFrom(name: string, namedArguments: NamedArguments): SQL {
  return call(`SELECT * FROM ${name}(`, namedArguments);
}

/** `SELECT name(p_a => $1, …)`: the value of a function that returns one. */
export function selectValue(name: string, namedArguments: NamedArguments): SQL {
  return call(`SELECT ${name}(`, namedArguments);
}

/**
 * One flat template: nested ones take several times as long to compile, for every statement. Names are constants of this
 * program and never input, so they are part of the template's text.
 */
function call(head: string, namedArguments: NamedArguments): SQL {
  const texts = [head];
  for (const key of Object.keys(namedArguments)) {
    texts[texts.length - 1] += `${parameterName(key)} => `;
    texts.push(", ");
  }
  texts[texts.length - 1] = texts.length > 1 ? ")" : `${head})`;
  return sql(Object.assign(texts, { raw: texts }), ...Object.values(namedArguments));
}

/** From `commitId` to `p_commit_id`. */
function parameterName(key: string): string {
  return `p_${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
