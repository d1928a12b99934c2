/** psql: commands of its options, of files, and of its input. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { readEditedLine } from "../../base/edited-line.ts";
import { firstStatement } from "../../sql/lexer.ts";
import { printLines } from "../log.ts";
import { ask, replyOf } from "./connection.ts";
import { fullVersion, versionOf } from "./log.ts";
import { runCommand } from "./psql-commands.ts";
import { variableOf } from "./psql-meta.ts";
import { optionsOf } from "./psql-options.ts";
import { lost, received } from "./psql-results.ts";
import { type PsqlState, type Source, stateOf } from "./psql-state.ts";

export const psql: Program = {
  run(process) {
    if (process.argv.includes("--version") || process.argv.includes("-V")) {
      const version = /^PostgreSQL (\S+(?: \([^)]*\))?)/.exec(fullVersion(process))?.[1] ?? versionOf(process);
      printLines(process, 1, [`psql (PostgreSQL) ${version}`]);
      return { type: "exit", status: 0 };
    }
    if (process.state["psql"] === undefined) {
      const options = optionsOf(process);
      if ("problem" in options) {
        const hint = options.hasHint ? ['psql: hint: Try "psql --help" for more information.'] : [];
        printLines(process, 2, [options.problem, ...hint]);
        return { type: "exit", status: 1 };
      }
      printLines(process, 2, options.warnings);
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
    if (state.child !== undefined) {
      if (process.takeExit(state.child) === undefined)
        return { type: "wait", for: [{ type: "child", pid: state.child }] };
      delete state.child;
    }
    if (state.isAskingPassword || state.newPassword) {
      const line = process.read(0, { upTo: "\n" });
      if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      takePassword(process, state, line.replace(/\n$/, ""));
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

function takePassword(process: ProcessView, state: PsqlState, text: string): void {
  if (state.isAskingPassword) {
    state.isAskingPassword = false;
    state.target.password = text;
    state.askedPassword = true;
    state.request = { action: "connect" };
    return;
  }
  const { role = "", first } = state.newPassword ?? {};
  if (first === undefined) {
    process.write(2, "\nEnter it again: ");
    state.newPassword = { role, first: text };
    return;
  }
  delete state.newPassword;
  process.write(2, "\n");
  if (first !== text) printLines(process, 2, ["Passwords didn't match."]);
  else if (text === "") printLines(process, 2, ["NOTICE:  empty string is not a valid password, clearing password"]);
  else
    state.request = {
      action: "query",
      sql: `ALTER USER "${role}" PASSWORD '${text.replace(/'/g, "''")}'`,
      isSilent: true,
    };
}

/** Takes the next command of the first source. A step if psql waits or ends. */
function next(process: ProcessView, state: PsqlState): Step | undefined {
  const [source] = state.sources;
  if (!source) return finish(process, state, state.status);
  if (source.type === "command") {
    if (source.isDone) state.sources.shift();
    else {
      source.isDone = true;
      if (!source.isHidden) state.status = 0;
      return send(process, state, source.text);
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
    if (rest.trim() !== "" && !state.isInteractive) return send(process, state, rest);
    state.sources.shift();
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
  if (state.echo === "all") printLines(process, 1, [text]);
  const isBlank = withoutComments(state.buffer).trim() === "";
  const isActive = state.conditions.every((condition) => condition.isActive);
  if (isBlank && state.isInteractive && /^(quit|exit)\s*;?\s*$/.test(text)) return finish(process, state, 0);
  if (isBlank && state.isInteractive && /^help\s*$/.test(text)) {
    printLines(process, 1, HELP);
    return undefined;
  }
  const at = backslashIn(text);
  if (at < 0 || isInString(state.buffer)) {
    if (isActive) state.buffer += line.endsWith("\n") ? line : `${line}\n`;
    return undefined;
  }
  if (isActive) state.buffer += text.slice(0, at);
  // Statements before the command run first.
  const piece = firstStatement(state.buffer, { isMySql: false });
  if (piece.isComplete && isActive) {
    const [source] = state.sources;
    state.buffer = state.buffer.slice(piece.end);
    pushBack(source, text.slice(at));
    return sendStatement(process, state, piece.text);
  }
  return meta(process, state, text.slice(at));
}

/** The command is read again after the statement before it. */
function pushBack(source: Source | undefined, text: string): void {
  if (source?.type === "file") source.lines.splice(source.line, 0, `${text}\n`);
}

/** The first backslash outside of quotes; -1 without one. */
function backslashIn(line: string): number {
  const plain = line.replace(/'(?:[^']|'')*'?|"[^"]*"?|--.*$/g, (text) => " ".repeat(text.length));
  return plain.indexOf("\\");
}

function isInString(buffer: string): boolean {
  const plain = buffer.replace(/--[^\n]*/g, "").replace(/'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$/g, "");
  return /['"]|\$\w*\$/.test(plain);
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

function sendStatement(process: ProcessView, state: PsqlState, sql: string): Step | undefined {
  if (/^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i.test(withoutComments(sql))) {
    state.copy = sql;
    return undefined;
  }
  return send(process, state, sql);
}

/** Sends SQL, or performs a backslash command. */
function send(process: ProcessView, state: PsqlState, text: string): Step | undefined {
  if (/^\s*\\/.test(text)) return meta(process, state, text.trim());
  const sql = interpolated(process, state, text).trim();
  if (sql === "" || sql === ";") return undefined;
  if (state.echo === "queries") printLines(process, 1, [sql]);
  state.lastSql = sql;
  state.request = { action: "query", sql };
  return undefined;
}

/** With the values of `:name`, `:'name'` and `:"name"`. */
function interpolated(process: ProcessView, state: PsqlState, text: string): string {
  return text.replace(
    /('(?:[^']|'')*'|::)|:(['"]?)(\w+)\2/g,
    (all, kept: string | undefined, quote: string, name: string) => {
      if (kept !== undefined) return all;
      const value = variableOf(process, state, name);
      if (value === undefined) return all;
      if (quote === "'") return `'${value.replace(/'/g, "''")}'`;
      return quote === '"' ? `"${value.replace(/"/g, '""')}"` : value;
    },
  );
}

function meta(process: ProcessView, state: PsqlState, line: string): Step | undefined {
  const result = runCommand(process, state, line);
  if (result === "quit") {
    state.sources = [];
    return finish(process, state, 0);
  }
  if (result !== "failed") return undefined;
  const [source] = state.sources;
  if (source?.type === "command") state.status = 1;
  return state.variables["ON_ERROR_STOP"] !== undefined && !state.isInteractive ? finish(process, state, 3) : undefined;
}

function nextLine(
  process: ProcessView,
  state: PsqlState,
  source: Exclude<Source, { type: "command" }>,
): string | "wait" | undefined {
  if (source.type === "file") {
    source.line++;
    return source.lines[source.line - 1];
  }
  const prompt = promptOf(state);
  if (state.isInteractive && !state.hasPrompted) {
    process.write(1, prompt);
    state.hasPrompted = true;
  }
  const line = readEditedLine(process, prompt);
  if (line === undefined) return "wait";
  state.hasPrompted = false;
  return line === "" ? undefined : line;
}

function promptOf({ target, buffer, transaction, isSuperuser }: PsqlState): string {
  const isContinued = buffer.trim() !== "";
  const mark = transaction === "open" ? "*" : transaction === "failed" ? "!" : "";
  return `${target.database}${isContinued ? "-" : "="}${mark}${isSuperuser ? "#" : ">"} `;
}
