/** The database of a WordPress: statements to a MySQL server. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

/** Rows of a statement; "missing": a table does not exist; "refused": there is no connection. */
export type Rows = readonly (readonly string[])[] | "missing" | "refused";

export interface Database {
  /** Asks the server while it answers a request itself, which takes no time. */
  rows(sql: string): Rows;
  /** Asks the server. Undefined until the answer is there: the program waits for it and asks again. */
  ask(sql: string): Rows | undefined;
}

const TABLE_MISSING = 1146;

/** The database that the variables of the container name. */
export function openDatabase(process: ProcessView): Database {
  const [host = "mysql", port = "3306"] = (settingOf(process, "HOST") || "mysql").split(":");
  const login = {
    user: settingOf(process, "USER") || "example username",
    password: settingOf(process, "PASSWORD") || "example password",
    database: settingOf(process, "NAME") || "wordpress",
  };
  const ask = (sql: string): Rows | undefined => {
    const body = { action: "query", sql, host, session: "wordpress", isLast: true, ...login };
    const answer = process.ask({
      type: "message",
      host,
      port: Number(port),
      protocol: "mysql",
      body,
      timeoutMs: 10_000,
    });
    if (!answer) return undefined;
    return answer.type === "message" && isJsonObject(answer.body) ? rowsOf(answer.body) : "refused";
  };
  return { ask, rows: (sql) => ask(sql) ?? "refused" };
}

function rowsOf({ refusal, error, result }: JsonObject): Rows {
  if (refusal !== undefined) return "refused";
  if (isJsonObject(error)) return error["number"] === TABLE_MISSING ? "missing" : "refused";
  const rows = isJsonObject(result) ? result["rows"] : undefined;
  return Array.isArray(rows)
    ? rows.map((row) => (Array.isArray(row) ? row.map((value) => String(value ?? "")) : []))
    : [];
}

/** `WORDPRESS_DB_…`, or the content of the file that `…_FILE` names. */
function settingOf({ env, files }: ProcessView, name: string): string {
  const variable = `WORDPRESS_DB_${name}`;
  const path = env[`${variable}_FILE`];
  return env[variable] || (path && files.find(path) ? files.read(path).trimEnd() : "");
}

/** A text of SQL. */
export function quoted(value: string): string {
  return `'${value.replace(/\\/g, "\\\\").replace(/'/g, "''")}'`;
}
