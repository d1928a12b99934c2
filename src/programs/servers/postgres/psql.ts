/** psql: commands of its options, of files, and of its input. */
import { FileError } from "../../../files/errors.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { firstStatement } from "../../sql/lexer.ts";
import type { ErrorReport } from "../../sql/postgres-words.ts";
import type { StatementResult } from "../../sql/session.ts";
import { printLines } from "../log.ts";
import { ask, placeText, replyOf, type Target } from "./connection.ts";
import { versionOf } from "./log.ts";
import { runMeta } from "./psql-meta.ts";
import { optionsOf } from "./psql-options.ts";
import { type PsqlState, stateOf } from "./psql-state.ts";
import { tableText } from "./table-text.ts";

export const psql: Program = {
  run(process) {
    if (process.argv.includes("--version") || process.argv.includes("-V")) {
      printLines(process, 1, [`psql (PostgreSQL) ${versionOf(process)}`]);
      return { type: "exit", status: 0 };
    }
    if (process.state["psql"] === undefined) {
      const options = optionsOf(process);
      if ("problem" in options) {
        printLines(process, 2, [options.problem, 'psql: hint: Try "psql --help" for more information.']);
        return { type: "exit", status: 1 };
      }
      process.state["psql"] = options.state as unknown as JsonObject;
    }
    return advance(process, stateOf(process));
  },
};

function advance(process: ProcessView, state: PsqlState): Step {
  for (;;) {
    if (state.request) {
      const answer = ask(process, state.target, state.session, state.request);
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const { request } = state;
      delete state.request;
      const reply = replyOf(answer, state.target);
      const address = "address" in answer ? answer.address : undefined;
      const ended =
        "failure" in reply
          ? lost(process, state, reply.failure)
          : received(process, state, request, reply.body, address);
      if (ended !== undefined) return finish(process, state, ended);
      continue;
    }
    if (state.isAskingPassword) {
      const line = process.read(0, { upTo: "\n" });
      if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      state.isAskingPassword = false;
      state.target.password = line.replace(/\n$/, "");
      state.askedPassword = true;
      state.request = { action: "connect" };
      continue;
    }
    const step = next(process, state);
    if (step) return step;
  }
}

function finish(process: ProcessView, state: PsqlState, status: number): Step {
  if (process.isTerminal(0) && state.isInteractive) process.write(1, "\n");
  return { type: "exit", status };
}

/** A connection that failed or ended; the status of the exit. */
function lost(process: ProcessView, state: PsqlState, text: string): number {
  printLines(process, 2, [state.isConnected ? text.replace(/^connection to .* failed: /, "") : `psql: error: ${text}`]);
  return 2;
}

/** Handles an answer. A number ends psql with that status. */
function received(
  process: ProcessView,
  state: PsqlState,
  request: JsonObject,
  body: JsonObject,
  address: string | undefined,
): number | undefined {
  if (body["needsPassword"] === true) {
    if (state.mayAsk && !state.askedPassword) {
      process.write(2, `Password for user ${state.target.user}: `);
      state.isAskingPassword = true;
      return undefined;
    }
    return lost(process, state, `${placeText(state.target, address)}: fe_sendauth: no password supplied`);
  }
  const { fatal } = body;
  if (typeof fatal === "string") {
    if (state.previous) {
      printLines(process, 2, [
        `\\connect: ${placeText(state.target, address)}: FATAL:  ${fatal}`,
        ...(state.isInteractive ? ["Previous connection kept"] : []),
      ]);
      state.target = state.previous;
      delete state.previous;
      return state.isInteractive ? undefined : 2;
    }
    return lost(process, state, `${placeText(state.target, address)}: FATAL:  ${fatal}`);
  }
  if (request["action"] === "connect") connected(process, state, body);
  else if (request["action"] === "catalog") runMeta(process, state, String(request["line"]), body);
  else return showResults(process, state, body);
  return undefined;
}

function connected(process: ProcessView, state: PsqlState, body: JsonObject): void {
  state.isSuperuser = body["isSuperuser"] === true;
  const isNew = !state.isConnected;
  state.isConnected = true;
  if (state.previous) {
    delete state.previous;
    if (!state.isQuiet)
      printLines(process, 1, [
        `You are now connected to database "${state.target.database}" as user "${state.target.user}".`,
      ]);
  }
  if (isNew && state.isInteractive && !state.isQuiet) {
    printLines(process, 1, [`psql (${versionOf(process)})`, 'Type "help" for help.', ""]);
  }
}

function showResults(process: ProcessView, state: PsqlState, body: JsonObject): number | undefined {
  state.transaction = String(body["transaction"] ?? "none");
  for (const result of body["results"] as unknown as StatementResult[]) showResult(process, state, result);
  const error = body["error"] as unknown as ErrorReport | undefined;
  if (!error) return undefined;
  showError(process, state, error);
  const [source] = state.sources;
  if (source?.type === "command") {
    state.sources = [];
    return 1;
  }
  if (state.variables["ON_ERROR_STOP"] === undefined || /^(off|0)$/.test(state.variables["ON_ERROR_STOP"]))
    return undefined;
  return state.isInteractive ? undefined : 3;
}

function prefixOf({ sources: [source] }: PsqlState): string {
  return source?.type === "file" ? `psql:${source.name}:${source.line}: ` : "";
}

function showError(process: ProcessView, state: PsqlState, { message, place, detail, hint }: ErrorReport): void {
  printLines(process, 2, [
    `${prefixOf(state)}ERROR:  ${message}`,
    ...(place !== undefined ? [place] : []),
    ...(detail !== undefined ? [`DETAIL:  ${detail}`] : []),
    ...(hint !== undefined ? [`HINT:  ${hint}`] : []),
  ]);
}

function showResult(process: ProcessView, state: PsqlState, result: StatementResult): void {
  for (const notice of result.notices) {
    const isWarning = notice.startsWith("WARNING:");
    printLines(process, 2, [`${prefixOf(state)}${isWarning ? `WARNING:  ${notice.slice(8)}` : `NOTICE:  ${notice}`}`]);
  }
  if (result.copied) {
    printLines(process, 1, result.copied);
    return;
  }
  if (result.columns) {
    process.write(1, tableText({ columns: result.columns, rows: result.rows ?? [] }, state.form));
  }
  const isQuery = result.columns !== undefined && /^(SELECT|SHOW)/.test(result.tag);
  if (!isQuery && !state.isQuiet && result.tag !== "") printLines(process, 1, [result.tag]);
  timing(process, state);
}

function timing(process: ProcessView, state: PsqlState): void {
  if (state.hasTiming) printLines(process, 1, ["Time: 1.204 ms"]);
}

/** Takes the next command of the first source. A step if psql waits or ends. */
function next(process: ProcessView, state: PsqlState): Step | undefined {
  const [source] = state.sources;
  if (!source) return finish(process, state, state.status);
  if (source.type === "command") {
    if (source.isDone) state.sources.shift();
    else {
      source.isDone = true;
      send(process, state, source.text);
    }
    return undefined;
  }
  const piece = firstStatement(state.buffer, { isMySql: false });
  if (piece.isComplete) {
    state.buffer = state.buffer.slice(piece.end).replace(/^[ \t]*\n/, "");
    return sendStatement(process, state, piece.text);
  }
  const line = nextLine(process, state, source);
  if (line === "wait") return { type: "wait", for: [{ type: "readable", fd: 0 }] };
  if (line === undefined) {
    const rest = state.buffer;
    state.buffer = "";
    if (rest.trim() !== "" && !state.isInteractive) send(process, state, rest);
    else state.sources.shift();
    return undefined;
  }
  return takeLine(process, state, line);
}

function takeLine(process: ProcessView, state: PsqlState, line: string): Step | undefined {
  const text = line.replace(/\n$/, "");
  if (state.copy !== undefined) {
    if (text === "\\.") {
      state.request = { action: "query", sql: state.copy, copyData: state.copyLines.join("\n") };
      delete state.copy;
      state.copyLines = [];
    } else state.copyLines.push(text);
    return undefined;
  }
  const isBlank = withoutComments(state.buffer).trim() === "";
  if (isBlank && /^\s*\\/.test(text)) return meta(process, state, text.trim());
  if (isBlank && state.isInteractive && /^(quit|exit)\s*;?\s*$/.test(text)) return finish(process, state, 0);
  if (isBlank && state.isInteractive && /^help\s*$/.test(text)) {
    printLines(process, 1, HELP);
    return undefined;
  }
  // A backslash command may end a statement: `SELECT 1 \g`.
  const trailing = /^(.*?)\s*\\(g|gx)\s*$/s.exec(text);
  if (trailing) {
    const sql = `${state.buffer}${trailing[1]}`;
    state.buffer = "";
    send(process, state, sql);
    return undefined;
  }
  state.buffer += line.endsWith("\n") ? line : `${line}\n`;
  return undefined;
}

/** Without the comments before the first word. */
function withoutComments(sql: string): string {
  return sql.replace(/^(?:\s+|--[^\n]*(?:\n|$))+/, "");
}

const HELP = [
  "You are using psql, the command-line interface to PostgreSQL.",
  "Type:  \\copyright for distribution terms",
  "       \\h for help with SQL commands",
  "       \\? for help with psql commands",
  "       \\g or terminate with semicolon to execute query",
  "       \\q to quit",
];

function sendStatement(process: ProcessView, state: PsqlState, sql: string): undefined {
  if (/^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i.test(withoutComments(sql))) {
    state.copy = sql;
    return undefined;
  }
  send(process, state, sql);
  return undefined;
}

/** Sends SQL, or performs a backslash command. */
function send(process: ProcessView, state: PsqlState, text: string): void {
  if (/^\s*\\/.test(text)) {
    meta(process, state, text.trim());
    return;
  }
  const sql = text.replace(/:(['"]?)(\w+)\1(?!:)/g, (all, quote: string, name: string) => {
    const value = state.variables[name];
    return value === undefined || all.startsWith("::") ? all : quote === "'" ? `'${value}'` : value;
  });
  if (sql.trim() === "") return;
  if (state.echoes) printLines(process, 1, [sql.trim()]);
  state.request = { action: "query", sql: sql.trim() };
}

function meta(process: ProcessView, state: PsqlState, line: string): Step | undefined {
  const [name = "", ...words] = line.slice(1).split(/\s+/);
  if (name === "q") {
    state.sources = [];
    return finish(process, state, state.status);
  }
  if (name === "c" || name === "connect") {
    const [database, user, host, port] = words.map((word) => (word === "-" ? "" : word));
    const previous: Target = { ...state.target };
    state.previous = previous;
    state.target = {
      ...previous,
      ...(database && { database }),
      ...(user && { user }),
      ...(host && { host }),
      ...(port && { port: Number(port) }),
    };
    state.request = { action: "connect" };
    return undefined;
  }
  if (name === "i" || name === "ir") {
    include(process, state, words[0] ?? "");
    return undefined;
  }
  if (/^[dl]/.test(name) || name === "z") state.request = { action: "catalog", line };
  else runMeta(process, state, line, {});
  return undefined;
}

function include(process: ProcessView, state: PsqlState, name: string): void {
  try {
    const text = process.files.read(name.startsWith("/") ? name : `${process.cwd.replace(/\/$/, "")}/${name}`);
    state.sources.unshift({ type: "file", name, lines: text.split(/(?<=\n)/), line: 0 });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [`${name}: ${error.message}`]);
    state.status = 1;
  }
}

function nextLine(
  process: ProcessView,
  state: PsqlState,
  source: Exclude<PsqlState["sources"][number], { type: "command" }>,
): string | "wait" | undefined {
  if (source.type === "file") {
    source.line++;
    return source.lines[source.line - 1];
  }
  if (state.isInteractive && !state.hasPrompted) {
    const isContinued = state.buffer.trim() !== "";
    const mark = state.transaction === "open" ? "*" : state.transaction === "failed" ? "!" : "";
    process.write(1, `${state.target.database}${isContinued ? "-" : "="}${mark}${state.isSuperuser ? "#" : ">"} `);
    state.hasPrompted = true;
  }
  const line = process.read(0, { upTo: "\n" });
  if (line === undefined) return "wait";
  state.hasPrompted = false;
  return line === "" ? undefined : line;
}
