/** psql and pg_isready. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { NetworkFailure } from "../../../shell/question.ts";
import { printLines } from "../log.ts";
import type { ResultBody } from "../sql/session.ts";
import { splitStatements } from "../sql/tokens.ts";
import { listing } from "./psql-listings.ts";
import { type PsqlOptions, psqlOptions } from "./psql-options.ts";
import { aligned, unaligned } from "./tables.ts";

export const psql: Program = {
  run(process) {
    if (/^(--version|-V)$/.test(process.argv[1] ?? "")) {
      printLines(process, 1, [`psql (PostgreSQL) ${process.env["PG_VERSION"] ?? "18.1"}`]);
      return { type: "exit", status: 0 };
    }
    const options = psqlOptions(process);
    const { state } = process;
    state["database"] ??= options.database;
    state["session"] ??= String(process.random());
    try {
      if (options.commands.length > 0) return runPieces(process, options, options.commands);
      if (options.files.length > 0)
        return runPieces(
          process,
          options,
          options.files.flatMap((path) => scriptPieces(readFile(process, path))),
        );
      return runInput(process, options);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      printLines(process, 2, [`psql: error: ${error.path}: ${error.message}`]);
      return { type: "exit", status: 1 };
    }
  },
};

function readFile({ files, cwd }: ProcessView, path: string): string {
  return files.read(path.startsWith("/") ? path : `${cwd}/${path}`);
}

/** Statements and backslash commands of a script, in their order. */
function scriptPieces(text: string): string[] {
  const pieces: string[] = [];
  let sql = "";
  const flush = () => {
    pieces.push(...splitStatements(sql, "postgres").map((statement) => statement.text));
    sql = "";
  };
  for (const line of text.split("\n")) {
    if (line.startsWith("\\")) {
      flush();
      pieces.push(line);
    } else sql += `${line}\n`;
  }
  flush();
  return pieces;
}

function runPieces(process: ProcessView, options: PsqlOptions, pieces: readonly string[]): Step {
  const { state } = process;
  for (let at = Number(state["at"] ?? 0); at < pieces.length; at++) {
    state["at"] = at;
    const outcome = runPiece(process, options, pieces[at] ?? "");
    if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if (outcome === "quit") return { type: "exit", status: 0 };
    if (outcome === "disconnected") return { type: "exit", status: 2 };
    if (outcome === "failed" && options.commands.length > 0) return { type: "exit", status: 1 };
    if (outcome === "failed" && options.stops) return { type: "exit", status: 3 };
  }
  return { type: "exit", status: 0 };
}

/** Reads lines until a statement is complete. */
function runInput(process: ProcessView, options: PsqlOptions): Step {
  const { state } = process;
  const isInteractive = process.isTerminal(0);
  if (isInteractive && state["greeted"] !== true) {
    // The greeting needs a connection, as every command does.
    const outcome = send(process, options, "");
    if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if (outcome === "disconnected") return { type: "exit", status: 2 };
    printLines(process, 1, [`psql (${process.env["PG_VERSION"] ?? "18.1"})`, 'Type "help" for help.', ""]);
    state["greeted"] = true;
  }
  for (;;) {
    const pending = String(state["pending"] ?? "");
    const complete = completeAt(pending);
    if (complete !== undefined) {
      const piece = pending.slice(0, complete);
      const outcome = runPiece(process, options, piece.trim().replace(/;$/, ""));
      if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
      if (outcome === "quit") return { type: "exit", status: 0 };
      if (outcome === "disconnected") return { type: "exit", status: 2 };
      state["pending"] = pending.slice(complete).replace(/^\s+/, "");
      state["prompted"] = false;
      if (outcome === "failed" && options.stops) return { type: "exit", status: 3 };
      continue;
    }
    if (isInteractive && state["prompted"] !== true)
      process.write(1, `${String(state["database"])}${pending === "" ? "=" : "-"}# `);
    state["prompted"] = true;
    const line = process.read(0, { upTo: "\n" });
    if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (line === "") {
      if (pending.trim() === "") return { type: "exit", status: 0 };
      state["pending"] = `${pending};`;
      continue;
    }
    state["prompted"] = false;
    if (!(pending === "" && line.trim() === "")) state["pending"] = pending + line;
  }
}

/** Where the first statement of the text ends; undefined if it goes on. */
function completeAt(text: string): number | undefined {
  if (/^\s*(\\|exit\s*$|quit\s*$)/.test(text)) return text.includes("\n") ? text.indexOf("\n") + 1 : undefined;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "-" && text[i + 1] === "-")
      i = text.indexOf("\n", i) < 0 ? text.length : text.indexOf("\n", i);
    else if (character === ";") return i + 1;
  }
  return undefined;
}

type Result = "done" | "failed" | "wait" | "quit" | "disconnected";

function runPiece(process: ProcessView, options: PsqlOptions, piece: string): Result {
  if (piece.trim() === "") return "done";
  if (/^(exit|quit)$/.test(piece.trim())) return "quit";
  if (piece.trim().startsWith("\\")) return runBackslash(process, options, piece.trim());
  const results = send(process, options, piece);
  if (results === "wait" || results === "disconnected") return results;
  for (const result of results) show(process, options, result, piece);
  return results.some(({ error }) => error) ? "failed" : "done";
}

function runBackslash(process: ProcessView, options: PsqlOptions, command: string): Result {
  const [word = "", ...args] = command.split(/\s+/);
  const { state } = process;
  switch (word) {
    case "\\q":
      return "quit";
    case "\\c":
    case "\\connect": {
      const before = state["database"] ?? "";
      state["database"] = args[0] ?? before;
      const outcome = send(process, options, "");
      if (outcome === "wait") return outcome;
      if (outcome === "disconnected") {
        state["database"] = before;
        printLines(process, 2, ["Previous connection kept"]);
        return "failed";
      }
      printLines(process, 1, [
        `You are now connected to database "${String(state["database"])}" as user "${options.user}".`,
      ]);
      return "done";
    }
    case "\\conninfo":
      printLines(process, 1, [
        `You are connected to database "${String(state["database"])}" as user "${options.user}" via socket in "/var/run/postgresql" at port "${options.port}".`,
      ]);
      return "done";
    case "\\timing":
    case "\\x":
    case "\\pset":
    case "\\set":
    case "\\echo":
      if (word === "\\echo") printLines(process, 1, [args.join(" ")]);
      return "done";
    case "\\i": {
      const results = send(process, options, readFile(process, args[0] ?? ""));
      if (results === "wait" || results === "disconnected") return results;
      for (const result of results) show(process, options, result, "");
      return "done";
    }
    default: {
      const found = listing(word, args[0], options);
      if (!found) {
        printLines(process, 2, [`invalid command ${word}`, "Try \\? for help."]);
        return "failed";
      }
      const results = send(process, options, found.sql);
      if (results === "wait" || results === "disconnected") return results;
      printLines(process, 1, found.print(results));
      return "done";
    }
  }
}

/** The server's results; an empty text only connects. */
function send(process: ProcessView, options: PsqlOptions, sql: string): ResultBody[] | "wait" | "disconnected" {
  const { host, port, user, password } = options;
  const database = String(process.state["database"]);
  const body: JsonObject = {
    user,
    database,
    sql,
    session: String(process.state["session"]),
    ...(password !== undefined && { password }),
  };
  const isSocket = host === "" || host.startsWith("/");
  const answer = process.ask({
    type: "message",
    host: isSocket ? "127.0.0.1" : host,
    port,
    protocol: "postgres",
    body,
    timeoutMs: 600_000,
  });
  if (!answer) return "wait";
  if (answer.type === "message" && isJsonObject(answer.body)) {
    const { refused, results } = answer.body;
    if (refused === undefined) return results as unknown as ResultBody[];
    const where = isSocket
      ? `connection to server on socket "/var/run/postgresql/.s.PGSQL.${port}" failed`
      : `connection to server at "${host}" (${answer.address}), port ${port} failed`;
    printLines(process, 2, [
      `psql: error: ${where}: ${String(refused).startsWith("fe_") ? "" : "FATAL:  "}${String(refused)}`,
    ]);
    return "disconnected";
  }
  const why = answer.type === "failed" ? answer.why : "reset";
  printLines(
    process,
    2,
    connectionError(why, { host, port, isSocket, address: answer.type === "failed" ? answer.address : undefined }),
  );
  return "disconnected";
}

function connectionError(
  why: NetworkFailure,
  { host, port, isSocket, address }: { host: string; port: number; isSocket: boolean; address: string | undefined },
): string[] {
  if (isSocket) {
    return [
      `psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.${port}" failed: No such file or directory`,
      "\tIs the server running locally and accepting connections on that socket?",
    ];
  }
  if (/unknownName|noRecord/.test(why))
    return [`psql: error: could not translate host name "${host}" to address: Name or service not known`];
  if (why === "dnsTimeout")
    return [`psql: error: could not translate host name "${host}" to address: Temporary failure in name resolution`];
  const reason =
    { refused: "Connection refused", timeout: "Connection timed out", unreachable: "No route to host" }[
      why as "refused"
    ] ?? "server closed the connection unexpectedly";
  return [
    `psql: error: connection to server at "${host}" (${address ?? host}), port ${port} failed: ${reason}`,
    "\tIs the server running on that host and accepting TCP/IP connections?",
  ];
}

function show(process: ProcessView, options: PsqlOptions, result: ResultBody, statement: string): void {
  for (const notice of result.notices ?? []) printLines(process, 2, [`NOTICE:  ${notice}`]);
  const { error, columns, rows = [], tag } = result;
  if (error) {
    printLines(process, 2, [
      `ERROR:  ${error.message}`,
      ...place(error.position, error.statement || statement),
      ...(error.detail ? [`DETAIL:  ${error.detail}`] : []),
    ]);
    return;
  }
  if (columns) {
    const table = { columns, rows };
    printLines(process, 1, options.isUnaligned ? unaligned(table, options) : aligned(table, options));
  }
  const isRead = columns && /^(SELECT|SHOW|EXPLAIN)/.test(tag ?? "");
  if (!isRead && tag && !options.isQuiet) printLines(process, 1, [tag]);
}

/** The line of an error, with a mark below the place. */
function place(position: number | undefined, statement: string): string[] {
  if (position === undefined) return [];
  const before = statement.slice(0, position - 1);
  const line = before.split("\n").length;
  const text = statement.split("\n")[line - 1] ?? "";
  const column = position - 1 - (before.lastIndexOf("\n") + 1);
  return [`LINE ${line}: ${text}`, `${" ".repeat(`LINE ${line}: `.length + column)}^`];
}

/** Exit status 0: accepts connections, 1: rejects them, 2: no answer. */
export const pgIsReady: Program = {
  run(process) {
    const { host, port, user } = psqlOptions(process);
    const isSocket = host === "" || host.startsWith("/");
    const isQuiet = process.argv.includes("-q") || process.argv.includes("--quiet");
    const answer = process.ask({
      type: "message",
      host: isSocket ? "127.0.0.1" : host,
      port,
      protocol: "postgres",
      body: { ping: true, user },
      timeoutMs: 3000,
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    const isUp = answer.type === "message";
    if (!isQuiet)
      printLines(process, 1, [
        `${isSocket ? "/var/run/postgresql" : host}:${port} - ${isUp ? "accepting connections" : "no response"}`,
      ]);
    return { type: "exit", status: isUp ? 0 : 2 };
  },
};
