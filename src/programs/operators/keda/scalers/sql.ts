/**
 * The value of a query in PostgreSQL or MySQL.
 * Source: github.com/kedacore/keda pkg/scalers/postgresql_scaler.go, pkg/scalers/mysql_scaler.go
 */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { Failure, type Steps } from "../../../kubectl/core/session.ts";
import { type Address, asked, bodyOf, numberOf, type Scaler, type Trigger, textOf } from "./contract.ts";

interface Connection extends Address {
  user: string;
  password: string;
  database: string;
}

/** `host=… port=…`, or `postgresql://user:password@host:port/database`. */
function postgresConnection(trigger: Trigger): Connection {
  const text = textOf(trigger, ["connection"], "");
  const url = /^postgres(?:ql)?:\/\/([^:@/]*)(?::([^@/]*))?@([^:/]+)(?::(\d+))?\/([^?]*)/.exec(text);
  if (url) {
    const [, user = "", password = "", host = "", port = "5432", database = ""] = url;
    return {
      host,
      port: Number(port),
      user: decodeURIComponent(user),
      password: decodeURIComponent(password),
      database,
    };
  }
  const words = new Map(
    [...text.matchAll(/(\w+)=('[^']*'|\S+)/g)].map(([, name = "", value = ""]) => [name, value.replaceAll("'", "")]),
  );
  const get = (word: string, name: string, fallback?: string) => words.get(word) ?? textOf(trigger, [name], fallback);
  return {
    ...{ host: get("host", "host"), port: Number(get("port", "port", "5432")), user: get("user", "userName") },
    ...{ password: get("password", "password", ""), database: get("dbname", "dbName") },
  };
}

/** `user:password@tcp(host:port)/database`. */
function mysqlConnection(trigger: Trigger): Connection {
  const text = textOf(trigger, ["connectionString"], "");
  const [, user, password, host, port, database] =
    /^([^:@]*)(?::([^@]*))?@tcp\(([^:)]+)(?::(\d+))?\)\/([^?]*)/.exec(text) ?? [];
  return {
    host: host ?? textOf(trigger, ["host"]),
    port: Number(port ?? textOf(trigger, ["port"], "3306")),
    user: user ?? textOf(trigger, ["username"]),
    password: password ?? textOf(trigger, ["password"], ""),
    database: database ?? textOf(trigger, ["dbName"]),
  };
}

function* query(protocol: "postgres" | "mysql", { host, port, ...account }: Connection, sql: string): Steps<number> {
  const body: JsonObject = { ...account, host, session: "keda", action: "query", sql, isLast: true };
  const reply = bodyOf(yield* asked({ type: "message", host, port, protocol, body, timeoutMs: 30_000 }));
  const problem = reply["fatal"] ?? messageIn(reply["error"]) ?? messageIn(reply["refusal"]);
  if (problem !== undefined) throw new Failure(String(problem));
  const results = Array.isArray(reply["results"]) ? reply["results"] : [reply["result"] ?? null];
  const rows = bodyOf(results.at(-1) ?? null)["rows"];
  const first = Array.isArray(rows) && Array.isArray(rows[0]) ? rows[0][0] : undefined;
  const value = Number(first ?? 0);
  if (Number.isNaN(value)) throw new Failure(`could not query ${protocol}: the result is no number`);
  return value;
}

function messageIn(error: JsonValue | undefined): JsonValue | undefined {
  return error === undefined || error === null ? undefined : (bodyOf(error)["message"] ?? JSON.stringify(error));
}

export const postgresql: Scaler = {
  metricName: () => "postgresql",
  target: (trigger) => numberOf(trigger, "targetQueryValue"),
  server: postgresConnection,
  *read(_api, trigger) {
    const value = yield* query("postgres", postgresConnection(trigger), textOf(trigger, ["query"]));
    return { value, isActive: value > numberOf(trigger, "activationTargetQueryValue", 0) };
  },
};

export const mysql: Scaler = {
  metricName: (trigger) => `mysql-${mysqlConnection(trigger).database}`,
  target: (trigger) => numberOf(trigger, "queryValue"),
  server: mysqlConnection,
  *read(_api, trigger) {
    const value = yield* query("mysql", mysqlConnection(trigger), textOf(trigger, ["query"]));
    return { value, isActive: value > numberOf(trigger, "activationQueryValue", 0) };
  },
};
