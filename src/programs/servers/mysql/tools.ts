/** mysqladmin and mysqldump. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { StatementResult } from "../../sql/session-state.ts";
import { baseName } from "../database-names.ts";
import { printLines } from "../log.ts";
import { ask, type Connection, optionsOf, replyOf } from "./client-options.ts";
import { isMariaDb, versionOf } from "./log.ts";
import { type MySqlReport, reportText } from "./words.ts";

function warn(process: ProcessView, { isOnCommandLine }: Connection): void {
  if (!isOnCommandLine || isMariaDb(process) || process.state["warned"] === true) return;
  process.state["warned"] = true;
  printLines(process, 2, [
    `${baseName(process)}: [Warning] Using a password on the command line interface can be insecure.`,
  ]);
}

export const mysqlAdmin: Program = {
  run(process) {
    const { connection, words } = optionsOf(process);
    warn(process, connection);
    const [command = "", argument = ""] = words;
    const statements: Record<string, string> = {
      create: `CREATE DATABASE \`${argument}\``,
      drop: `DROP DATABASE \`${argument}\``,
      password: `ALTER USER '${connection.user}'@'localhost' IDENTIFIED BY '${argument}'`,
    };
    const sql = statements[command];
    const body: JsonObject =
      sql === undefined
        ? { action: command === "shutdown" ? "shutdown" : "connect" }
        : { action: "query", sql, session: "admin" };
    const answer = ask(process, connection, body);
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    const reply = replyOf(answer, connection);
    if ("report" in reply) return failed(process, connection, command, reply.report);
    const error = reply.body["error"] as unknown as MySqlReport | undefined;
    if (error) {
      printLines(process, 2, [
        `${baseName(process)}: ${command.toUpperCase()} DATABASE failed; error: '${error.message}'`,
      ]);
      return { type: "exit", status: 1 };
    }
    const texts: Record<string, string> = {
      ping: "mysqld is alive",
      status:
        "Uptime: 120  Threads: 2  Questions: 42  Slow queries: 0  Opens: 140  Flush tables: 3  Open tables: 59  Queries per second avg: 0.350",
      version: `${baseName(process)}  Ver ${versionOf(process)} for Linux on x86_64`,
      drop: `Database "${argument}" dropped`,
    };
    const text = texts[command];
    if (text !== undefined) printLines(process, 1, [text]);
    else if (sql === undefined && command !== "shutdown") {
      printLines(process, 2, [`${baseName(process)}: Unknown command: '${command}'`]);
      return { type: "exit", status: 1 };
    }
    return { type: "exit", status: 0 };
  },
};

/** A server that refuses the user is alive: `ping` then succeeds. */
function failed(
  process: ProcessView,
  { host, port }: Connection,
  command: string,
  { number, message }: MySqlReport,
): Step {
  const name = baseName(process);
  printLines(process, 2, [
    `${name}: connect to server at '${host || "localhost"}' failed`,
    `error: '${message}'`,
    ...(number === 2002
      ? ["Check that mysqld is running and that the socket: '/var/run/mysqld/mysqld.sock' exists!"]
      : []),
    ...(number === 2003
      ? [
          `Check that mysqld is running on ${host} and that the port is ${port}.`,
          `You can check this by doing 'telnet ${host} ${port}'`,
        ]
      : []),
  ]);
  return { type: "exit", status: command === "ping" && number < 2000 ? 0 : 1 };
}

/** Asks for the tables, and then for each its definition and its rows. */
export const mysqlDump: Program = {
  run(process) {
    const { connection, words, flags, values } = optionsOf(process);
    warn(process, connection);
    const [database = values.get("database") ?? "", ...chosen] = words;
    const { state } = process;
    if (database === "" || flags.has("all-databases")) {
      printLines(process, 2, ["mysqldump: this simulation dumps one database: mysqldump [OPTIONS] database [tables]"]);
      return { type: "exit", status: 1 };
    }
    state["tables"] ??= [];
    for (;;) {
      const tables = state["tables"] as string[];
      const step = Number(state["step"] ?? 0);
      const table = tables[Math.floor((step - 1) / 2)] ?? "";
      if (step > 0 && table === "") return finishDump(process, flags, values);
      const sql =
        step === 0 ? "SHOW TABLES" : step % 2 === 1 ? `SHOW CREATE TABLE \`${table}\`` : `SELECT * FROM \`${table}\``;
      const answer = ask(process, connection, { action: "query", sql, database, session: "dump" });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const reply = replyOf(answer, connection);
      const report = "report" in reply ? reply.report : (reply.body["error"] as unknown as MySqlReport | undefined);
      if (report) {
        const text = reportText(report).replace(/^ERROR (\d+) \((\w+)\):/, "Got error: $1:");
        printLines(process, 2, [`${baseName(process)}: ${text} when trying to connect`]);
        return { type: "exit", status: 2 };
      }
      const result = "body" in reply ? (reply.body["result"] as unknown as StatementResult) : undefined;
      const rows = result?.rows ?? [];
      if (step === 0) {
        state["tables"] = rows
          .map(([name]) => name ?? "")
          .filter((name) => chosen.length === 0 || chosen.includes(name));
        state["text"] =
          `-- MySQL dump 10.13  Distrib ${versionOf(process)}, for Linux (x86_64)\n--\n-- Host: ${connection.host || "localhost"}    Database: ${database}\n-- ------------------------------------------------------\n`;
      } else if (step % 2 === 1) {
        if (!flags.has("no-create-info")) {
          state["text"] =
            `${String(state["text"])}\n--\n-- Table structure for table \`${table}\`\n--\n\nDROP TABLE IF EXISTS \`${table}\`;\n${rows[0]?.[1] ?? ""};\n`;
        }
      } else if (rows.length > 0 && !flags.has("no-data") && !flags.has("d")) {
        const lists = rows.map(
          (row) => `(${row.map((value, i) => quoted(value, result?.columns?.[i]?.isRight ?? false)).join(",")})`,
        );
        state["text"] =
          `${String(state["text"])}\n--\n-- Dumping data for table \`${table}\`\n--\n\nINSERT INTO \`${table}\` VALUES ${lists.join(",")};\n`;
      }
      state["step"] = step + 1;
    }
  },
};

function quoted(value: string | null, isNumber: boolean): string {
  if (value === null) return "NULL";
  return isNumber ? value : `'${value.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\n/g, "\\n")}'`;
}

function finishDump(process: ProcessView, _flags: ReadonlySet<string>, values: ReadonlyMap<string, string>): Step {
  const date = new Date(process.nowMs).toISOString().slice(0, 19).replace("T", " ");
  const text = `${String(process.state["text"])}\n-- Dump completed on ${date}\n`;
  const file = values.get("result-file");
  if (file === undefined) process.write(1, text);
  else process.files.write(file, text);
  return { type: "exit", status: 0 };
}
