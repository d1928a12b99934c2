/** mysql and mariadb: the client. Statements come from `-e`, from its input, or from a terminal. */
import { FileError } from "../../../files/errors.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { readEditedLine } from "../../base/edited-line.ts";
import { firstStatement } from "../../sql/lexer.ts";
import type { StatementResult } from "../../sql/session-state.ts";
import { baseName, sessionOf } from "../database-names.ts";
import { printLines } from "../log.ts";
import { ask, type Connection, optionsOf, replyOf } from "./client-options.ts";
import { isMariaDb, versionOf } from "./log.ts";
import { boxText, tabText, verticalText } from "./table-text.ts";
import { type MySqlReport, reportText } from "./words.ts";

/** JSON. */
interface MySqlState {
  connection: Connection;
  database: string;
  session: string;
  buffer: string;
  /** The rest comes from the input. */
  readsInput: boolean;
  isInteractive: boolean;
  form: "box" | "tab" | "vertical";
  hasNames: boolean;
  isForced: boolean;
  request?: { action: string; sql: string; isVertical: boolean };
  isAsking: boolean;
  hasPrompted: boolean;
  line: number;
}

export const mysqlClient: Program = {
  run(process) {
    const { argv } = process;
    if (argv.includes("--version") || argv.includes("-V")) {
      printLines(process, 1, [
        `${baseName(process)}  Ver ${versionOf(process)} for Linux on x86_64 (MySQL Community Server - GPL)`,
      ]);
      return { type: "exit", status: 0 };
    }
    if (process.state["mysql"] === undefined) process.state["mysql"] = begin(process) as unknown as JsonObject;
    return advance(process, process.state["mysql"] as unknown as MySqlState);
  },
};

function begin(process: ProcessView): MySqlState {
  const { connection, values, flags, words } = optionsOf(process);
  if (connection.isOnCommandLine && !isMariaDb(process))
    printLines(process, 2, [
      `${baseName(process)}: [Warning] Using a password on the command line interface can be insecure.`,
    ]);
  const execute = values.get("execute");
  const isTerminal = process.isTerminal(1) && (execute !== undefined || process.isTerminal(0));
  const isBox =
    flags.has("t") || flags.has("table") || (isTerminal && !flags.has("B") && !flags.has("batch") && !flags.has("s"));
  return {
    connection,
    database: values.get("database") ?? words[0] ?? "",
    session: sessionOf(process),
    buffer: execute === undefined ? "" : `${execute};`,
    readsInput: execute === undefined,
    isInteractive: execute === undefined && process.isTerminal(0),
    form: flags.has("E") || flags.has("vertical") ? "vertical" : isBox ? "box" : "tab",
    hasNames: !flags.has("N") && !flags.has("skip-column-names"),
    isForced: flags.has("f") || flags.has("force"),
    ...(connection.asksPassword ? {} : { request: { action: "connect", sql: "", isVertical: false } }),
    isAsking: connection.asksPassword,
    hasPrompted: false,
    line: 0,
  };
}

function advance(process: ProcessView, state: MySqlState): Step {
  for (;;) {
    if (state.isAsking) {
      if (!state.hasPrompted) process.write(2, "Enter password: ");
      state.hasPrompted = true;
      const line = process.read(0, { upTo: "\n" });
      if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      state.connection.password = line.replace(/\n$/, "");
      state.isAsking = false;
      state.hasPrompted = false;
      state.request = { action: "connect", sql: "", isVertical: false };
    }
    if (state.request) {
      const { action, sql } = state.request;
      const answer = ask(process, state.connection, {
        ...{ action, sql, database: state.database, session: state.session },
        // The server forgets the session with its last statement.
        ...(action === "query" && !state.readsInput && state.buffer.trim() === "" && { isLast: true }),
      });
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const { request } = state;
      delete state.request;
      const reply = replyOf(answer, state.connection);
      if ("report" in reply) {
        printLines(process, 2, [reportText(reply.report)]);
        return { type: "exit", status: 1 };
      }
      const status = received(process, state, request, reply.body);
      if (status !== undefined) return { type: "exit", status };
      continue;
    }
    const step = next(process, state);
    if (step) return step;
  }
}

/** Shows an answer. A number ends the client with that status. */
function received(
  process: ProcessView,
  state: MySqlState,
  request: NonNullable<MySqlState["request"]>,
  body: JsonObject,
): number | undefined {
  if (request.action === "connect") {
    if (state.isInteractive) greet(process);
    return undefined;
  }
  state.database = String(body["database"] ?? state.database);
  const error = body["error"] as unknown as MySqlReport | undefined;
  if (error) {
    const text = reportText(error);
    const place = state.isInteractive ? "" : ` at line ${Math.max(1, state.line)}`;
    printLines(process, 2, [text.replace(/^(ERROR \d+ \(\w+\))/, `$1${place}`)]);
    return state.isInteractive || state.isForced ? undefined : 1;
  }
  const result = body["result"] as unknown as StatementResult | undefined;
  if (result) show(process, state, result, request);
  return undefined;
}

function greet(process: ProcessView): void {
  const version = versionOf(process);
  printLines(process, 1, [
    "Welcome to the MySQL monitor.  Commands end with ; or \\g.",
    "Your MySQL connection id is 8",
    `Server version: ${version} ${isMariaDb(process) ? "mariadb.org binary distribution" : "MySQL Community Server - GPL"}`,
    "",
    "Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.",
    "",
  ]);
}

function show(
  process: ProcessView,
  state: MySqlState,
  result: StatementResult,
  { sql, isVertical }: { sql: string; isVertical: boolean },
): void {
  const { columns, rows = [] } = result;
  if (columns && columns.length > 0) {
    const form = isVertical ? "vertical" : state.form;
    const text =
      form === "vertical"
        ? verticalText(columns, rows)
        : form === "box"
          ? boxText(columns, rows, state.hasNames)
          : tabText(columns, rows, state.hasNames);
    process.write(1, rows.length === 0 ? "" : text);
    if (state.isInteractive) {
      const count = rows.length === 0 ? "Empty set" : `${rows.length} row${rows.length === 1 ? "" : "s"} in set`;
      printLines(process, 1, [`${count} (0.00 sec)`, ""]);
    }
    return;
  }
  if (!state.isInteractive) return;
  if (/^\s*use\b/i.test(sql)) {
    printLines(process, 1, ["Database changed"]);
    return;
  }
  const lines = [`Query OK, ${result.count} row${result.count === 1 ? "" : "s"} affected (0.01 sec)`];
  if (/^UPDATE/.test(result.tag)) lines.push(`Rows matched: ${result.count}  Changed: ${result.count}  Warnings: 0`);
  if (/^INSERT/.test(result.tag) && result.count > 1)
    lines.push(`Records: ${result.count}  Duplicates: 0  Warnings: 0`);
  printLines(process, 1, [...lines, ""]);
}

/** Takes the next statement. */
function next(process: ProcessView, state: MySqlState): Step | undefined {
  const command = /^\s*(source|\\\.)\s+(\S+?)\s*;?\s*(?:\n|$)/i.exec(state.buffer);
  if (command) return source(process, state, command);
  const vertical = /^((?:[^;'"`]|'[^']*'|"[^"]*"|`[^`]*`)*?)\\([Gg])/.exec(state.buffer);
  const piece = firstStatement(state.buffer, { isMySql: true });
  if (vertical && (!piece.isComplete || vertical[0].length < piece.end)) {
    state.buffer = state.buffer.slice(vertical[0].length);
    state.request = { action: "query", sql: vertical[1] ?? "", isVertical: vertical[2] === "G" };
    return undefined;
  }
  if (piece.isComplete) {
    state.buffer = state.buffer.slice(piece.end);
    const sql = piece.text.trim().replace(/;$/, "").trimEnd();
    if (sql === "") return undefined;
    if (/^(exit|quit)$/i.test(sql)) return { type: "exit", status: 0 };
    state.request = { action: "query", sql, isVertical: false };
    return undefined;
  }
  return readMore(process, state);
}

function readMore(process: ProcessView, state: MySqlState): Step | undefined {
  const isBlank = state.buffer.trim() === "";
  const first = isMariaDb(process) ? `MariaDB [${state.database || "(none)"}]> ` : "mysql> ";
  const prompt = isBlank ? first : "    -> ".padStart(first.length);
  if (state.isInteractive && !state.hasPrompted) {
    process.write(1, prompt);
    state.hasPrompted = true;
  }
  if (!state.readsInput) return rest(state, isBlank);
  const line = readEditedLine(process, prompt);
  if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
  state.hasPrompted = false;
  if (line === "") {
    state.readsInput = false;
    return rest(state, isBlank);
  }
  state.line++;
  if (isBlank && /^\s*(exit|quit|\\q)\s*;?\s*$/i.test(line)) {
    if (state.isInteractive) printLines(process, 1, ["Bye"]);
    return { type: "exit", status: 0 };
  }
  // USE needs no semicolon.
  const use = isBlank ? /^\s*(use\s+\S+?)\s*;?\s*$/i.exec(line) : undefined;
  if (use) state.request = { action: "query", sql: use[1] ?? "", isVertical: false };
  else state.buffer += line;
  return undefined;
}

/** The end of the input: a statement without a semicolon runs as well. */
function rest(state: MySqlState, isBlank: boolean): Step | undefined {
  if (isBlank) return { type: "exit", status: 0 };
  state.request = { action: "query", sql: state.buffer, isVertical: false };
  state.buffer = "";
  return undefined;
}

function source(process: ProcessView, state: MySqlState, [whole, , path = ""]: RegExpExecArray): Step | undefined {
  try {
    state.buffer = `${process.files.read(path)}\n${state.buffer.slice(whole.length)}`;
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [`ERROR: Failed to open file '${path}', error: 2`]);
    return { type: "exit", status: 1 };
  }
}
