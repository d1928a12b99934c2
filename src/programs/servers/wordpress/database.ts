/** The database of a WordPress: statements to a MySQL server. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";

export interface Database {
  /** Rows of a statement; "missing": a table does not exist; "refused": there is no connection. */
  rows(sql: string): readonly (readonly string[])[] | "missing" | "refused";
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
  return {
    rows(sql) {
      const body = { action: "query", sql, host, session: "wordpress", isLast: true, ...login };
      const answer = process.ask({
        type: "message",
        host,
        port: Number(port),
        protocol: "mysql",
        body,
        timeoutMs: 10_000,
      });
      if (answer?.type !== "message" || !isJsonObject(answer.body)) return "refused";
      return rowsOf(answer.body);
    },
  };
}

function rowsOf({ refusal, error, result }: JsonObject): ReturnType<Database["rows"]> {
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
