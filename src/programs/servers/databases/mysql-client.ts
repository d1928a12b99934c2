/** mysql (mariadb) and mysqladmin. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import type { ResultBody } from "../sql/session.ts";
import { splitStatements } from "../sql/tokens.ts";
import { boxed, tabbed } from "./tables.ts";

interface Options {
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  isPasswordOnLine: boolean;
  database: string;
  execute: string | undefined;
  isTable: boolean;
  hasHead: boolean;
  isForced: boolean;
  words: string[];
}

const VALUES: Readonly<Record<string, string>> = {
  "-h": "host",
  "--host": "host",
  "-P": "port",
  "--port": "port",
  "-u": "user",
  "--user": "user",
  "-D": "database",
  "--database": "database",
  "-e": "execute",
  "--execute": "execute",
  "--protocol": "protocol",
  "-S": "socket",
  "--socket": "socket",
  "--default-character-set": "charset",
  "--connect-timeout": "timeout",
};

function optionsOf({ argv, env, isTerminal }: ProcessView): Options {
  const found: Record<string, string> = {};
  const words: string[] = [];
  let [isTable, isBatch, hasHead, isForced, password] = [false, false, true, false, undefined as string | undefined];
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const [, long, inline] = /^(--[\w-]+)=([\s\S]*)$/.exec(arg) ?? [];
    const short = arg.startsWith("--") ? undefined : /^-[hPuDeS](?=.)/.exec(arg)?.[0];
    const name = VALUES[long ?? short ?? arg];
    if (long === "--password") password = inline ?? "";
    else if (/^-p./.test(arg)) password = arg.slice(2);
    else if (arg === "-p" || arg === "--password") password = "";
    else if (name) found[name] = inline ?? (short ? arg.slice(2) : (argv[++i] ?? ""));
    else if (/^-[A-Za-z]+$/.test(arg)) {
      isTable ||= arg.includes("t");
      isBatch ||= arg.includes("B") || arg.includes("s");
      if (arg.includes("N")) hasHead = false;
      isForced ||= arg.includes("f");
      if (arg.endsWith("e")) found["execute"] = argv[++i] ?? "";
    } else if (arg === "--table") isTable = true;
    else if (arg === "--batch" || arg === "--silent") isBatch = true;
    else if (arg === "--skip-column-names") hasHead = false;
    else if (arg === "--force") isForced = true;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return {
    host: found["host"] ?? env["MYSQL_HOST"] ?? "localhost",
    port: Number(found["port"] ?? env["MYSQL_TCP_PORT"] ?? 3306),
    user: found["user"] ?? env["USER"] ?? "root",
    password: password ?? env["MYSQL_PWD"],
    isPasswordOnLine: password !== undefined && password !== "",
    database: found["database"] ?? words[0] ?? "",
    execute: found["execute"],
    isTable: isTable || (isTerminal(1) && !isBatch),
    hasHead,
    isForced,
    words,
  };
}

export const mysqlClient: Program = {
  run(process): Step {
    const { state } = process;
    const options = optionsOf(process);
    if (process.argv.includes("--version") || process.argv.includes("-V")) {
      printLines(process, 1, [
        `mysql  Ver ${process.env["MYSQL_VERSION"] ?? process.env["MARIADB_VERSION"] ?? "9.5.0"} for Linux on x86_64`,
      ]);
      return { type: "exit", status: 0 };
    }
    if (state["session"] === undefined) {
      state["session"] = String(process.random());
      state["database"] = options.database;
      if (options.isPasswordOnLine && process.env["MARIADB_VERSION"] === undefined)
        printLines(process, 2, ["mysql: [Warning] Using a password on the command line interface can be insecure."]);
    }
    return options.execute === undefined
      ? runInput(process, options)
      : runScriptPieces(process, options, options.execute);
  },
};

function runScriptPieces(process: ProcessView, options: Options, script: string): Step {
  const { state } = process;
  const pieces = splitStatements(script, "mysql");
  for (let at = Number(state["at"] ?? 0); at < pieces.length; at++) {
    state["at"] = at;
    const outcome = send(process, options, pieces[at]?.text ?? "");
    if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if (outcome === "refused") return { type: "exit", status: 1 };
    const line = script.slice(0, pieces[at]?.at ?? 0).split("\n").length;
    if (!show(process, options, outcome, line) && !options.isForced) return { type: "exit", status: 1 };
  }
  return { type: "exit", status: 0 };
}

function runInput(process: ProcessView, options: Options): Step {
  const { state } = process;
  const isInteractive = process.isTerminal(0);
  if (!isInteractive) {
    for (;;) {
      if (state["isRead"] === true) return runScriptPieces(process, options, String(state["input"] ?? ""));
      const piece = process.read(0);
      if (piece === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (piece === "") state["isRead"] = true;
      else state["input"] = String(state["input"] ?? "") + piece;
    }
  }
  if (state["greeted"] !== true) {
    const outcome = send(process, options, "");
    if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
    if (outcome === "refused") return { type: "exit", status: 1 };
    printLines(process, 1, [
      `Welcome to the MySQL monitor.  Commands end with ; or \\g.`,
      "Your MySQL connection id is 8",
      `Server version: ${String(state["version"])}`,
      "",
      "Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.",
      "",
    ]);
    state["greeted"] = true;
  }
  for (;;) {
    const pending = String(state["pending"] ?? "");
    const [statement] = /;|\\g/.test(pending) ? splitStatements(pending, "mysql") : [];
    if (statement) {
      const outcome = send(process, options, statement.text.replace(/\\g$/, ""));
      if (outcome === "wait") return { type: "wait", for: [{ type: "answer" }] };
      state["pending"] = pending.slice(statement.at + statement.text.length + 1).trimStart();
      state["prompted"] = false;
      if (outcome !== "refused") show(process, options, outcome, 0);
      continue;
    }
    if (state["prompted"] !== true) process.write(1, pending === "" ? "mysql> " : "    -> ");
    state["prompted"] = true;
    const line = process.read(0, { upTo: "\n" });
    if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (line === "" || /^\s*(exit|quit|\\q)\s*;?\s*$/i.test(line)) {
      printLines(process, 1, ["Bye"]);
      return { type: "exit", status: 0 };
    }
    state["prompted"] = false;
    if (!(pending === "" && line.trim() === "")) state["pending"] = pending + line;
  }
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "";
}

function send(
  process: ProcessView,
  { host, port, user, password }: Options,
  sql: string,
): ResultBody[] | "wait" | "refused" {
  const { state } = process;
  const body: JsonObject = {
    user,
    database: String(state["database"] ?? ""),
    sql,
    session: String(state["session"]),
    isLocal: isLocal(host),
    ...(password !== undefined && { password }),
  };
  const answer = process.ask({
    type: "message",
    host: isLocal(host) ? "127.0.0.1" : host,
    port,
    protocol: "mysql",
    body,
    timeoutMs: 600_000,
  });
  if (!answer) return "wait";
  if (answer.type === "message" && isJsonObject(answer.body)) {
    const { refused, results, database, version } = answer.body;
    if (isJsonObject(refused)) {
      printLines(process, 2, [
        `ERROR ${String(refused["number"])} (${String(refused["code"])}): ${String(refused["message"])}`,
      ]);
      return "refused";
    }
    if (typeof database === "string" && database !== "") state["database"] = database;
    state["version"] = version ?? "";
    return results as unknown as ResultBody[];
  }
  printLines(process, 2, [connectionError(answer.type === "failed" ? answer.why : "reset", host, port)]);
  return "refused";
}

function connectionError(why: string, host: string, port: number): string {
  if (isLocal(host))
    return "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)";
  if (/Name|dns|Record/.test(why)) return `ERROR 2005 (HY000): Unknown MySQL server host '${host}' (-2)`;
  return `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${port}' (${{ refused: 111, timeout: 110, unreachable: 113 }[why] ?? 111})`;
}

/** False after an error. */
function show(process: ProcessView, options: Options, results: readonly ResultBody[], line: number): boolean {
  for (const { error, columns, rows = [], affected, tag } of results) {
    if (error) {
      printLines(process, 2, [
        `ERROR ${error.number} (${error.code})${line > 0 ? ` at line ${line}` : ""}: ${error.message}`,
      ]);
      return false;
    }
    const isInteractive = process.isTerminal(0);
    if (columns) {
      printLines(process, 1, options.isTable ? boxed({ columns, rows }) : tabbed({ columns, rows }, options));
      if (isInteractive)
        printLines(process, 1, [
          rows.length === 0
            ? "Empty set (0.00 sec)"
            : `${rows.length} row${rows.length === 1 ? "" : "s"} in set (0.00 sec)`,
          "",
        ]);
    } else if (isInteractive) {
      printLines(process, 1, [
        tag === "Database changed"
          ? tag
          : `Query OK, ${affected ?? 0} row${affected === 1 ? "" : "s"} affected (0.01 sec)`,
        "",
      ]);
    }
  }
  return true;
}

export const mysqladmin: Program = {
  run(process): Step {
    const { state } = process;
    const options = optionsOf(process);
    const [command = ""] = options.words;
    state["session"] ??= "admin";
    state["database"] = "";
    if (command !== "ping" && command !== "status" && command !== "version") {
      printLines(process, 2, [`mysqladmin: Unknown command: '${command}'`]);
      return { type: "exit", status: 1 };
    }
    const host = isLocal(options.host) ? "127.0.0.1" : options.host;
    const answer = process.ask({
      type: "message",
      host,
      port: options.port,
      protocol: "mysql",
      body: { ping: true },
      timeoutMs: 10_000,
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type === "message") {
      printLines(process, 1, [
        command === "ping"
          ? "mysqld is alive"
          : "Uptime: 100  Threads: 2  Questions: 10  Slow queries: 0  Opens: 120  Flush tables: 3  Open tables: 38  Queries per second avg: 0.1",
      ]);
      return { type: "exit", status: 0 };
    }
    const reason = connectionError(answer.type === "failed" ? answer.why : "reset", options.host, options.port).replace(
      /^ERROR \d+ \(\w+\): /,
      "",
    );
    printLines(process, 2, [
      `mysqladmin: connect to server at '${options.host}' failed`,
      `error: '${reason}'`,
      ...(isLocal(options.host)
        ? ["Check that mysqld is running and that the socket: '/var/run/mysqld/mysqld.sock' exists!"]
        : []),
    ]);
    return { type: "exit", status: 1 };
  },
};
