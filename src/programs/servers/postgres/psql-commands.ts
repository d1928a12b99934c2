/** psql's backslash commands: connections, files, conditions, copies. Settings and listings have files of their own. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { runSetting, wordsOf } from "./psql-meta.ts";
import { absolute, type PsqlState } from "./psql-state.ts";

export type CommandResult = "done" | "failed" | "quit";

const LISTING = /^(d|dt|dv|dm|ds|di|du|dg|dn|dp|df|dT|dx|l|list|z)[+S]*$/;

/** `line` begins with the backslash. */
export function runCommand(process: ProcessView, state: PsqlState, line: string): CommandResult {
  const [, name = "", rest = ""] = /^\\([A-Za-z?!+]+|.)\s*(.*?)\s*$/s.exec(line) ?? [];
  if (/^(if|elif|else|endif)$/.test(name)) return condition(process, state, name, rest);
  if (!state.conditions.every(({ isActive }) => isActive)) return "done";
  if (LISTING.test(name)) {
    state.request = { action: "catalog", line: `\\${name} ${rest}`.trim() };
    return "done";
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command(process, state, rest);
  const result = runSetting(process, state, name, rest);
  if (result !== undefined) return result ? "done" : "failed";
  printLines(process, 2, [`invalid command \\${name}`, ...(state.isInteractive ? ["Try \\? for help."] : [])]);
  return "failed";
}

type Command = (process: ProcessView, state: PsqlState, rest: string) => CommandResult;

const COMMANDS: Readonly<Record<string, Command>> = {
  q: () => "quit",
  c: connect,
  connect,
  i: include,
  ir: include,
  include,
  missing: (process, state, rest) => missingFile(process, state, rest),
  g: (process, state) => sendBuffer(process, state),
  gx: (process, state) => {
    state.resultMode = { type: "expanded" };
    return sendBuffer(process, state);
  },
  gset: (process, state, rest) => {
    state.resultMode = { type: "set", prefix: rest };
    return sendBuffer(process, state);
  },
  copy: copyFile,
  watch: (process, state) => {
    const isEmpty = state.buffer.trim() === "" && state.lastSql === "";
    const why = isEmpty ? "cannot be used with an empty query" : "is not supported by this simulation of psql";
    printLines(process, 2, [`\\watch ${why}`]);
    return "failed";
  },
  password: (process, state, rest) => {
    const role = rest === "" ? state.target.user : rest;
    process.write(2, `Enter new password for user "${role}": `);
    state.newPassword = { role };
    return "done";
  },
  "!": (process, state, rest) => {
    state.child = process.spawn({ argv: ["sh", "-c", rest] });
    return "done";
  },
  cd: (process) => {
    printLines(process, 2, ["\\cd is not supported by this simulation of psql"]);
    return "failed";
  },
};

/** Sends the statement before the command, or the last one again. */
function sendBuffer(process: ProcessView, state: PsqlState): CommandResult {
  const sql = state.buffer.trim() === "" ? state.lastSql : state.buffer.trim();
  state.buffer = "";
  if (sql === "") {
    delete state.resultMode;
    if (state.isInteractive) printLines(process, 2, ["Query buffer is empty."]);
    return "done";
  }
  state.lastSql = sql;
  state.request = { action: "query", sql };
  return "done";
}

function connect(_process: ProcessView, state: PsqlState, rest: string): CommandResult {
  const words = wordsOf(rest, state.variables).map((word) => (word === "-" ? "" : word.replace(/;$/, "")));
  const [database, user, host, port] = words;
  const previous = { ...state.target };
  state.previous = previous;
  state.target = {
    ...previous,
    ...(database && { database }),
    ...(user && { user }),
    ...(host && { host }),
    ...(port && { port: Number(port) }),
  };
  state.session = `${state.session}+`;
  state.request = { action: "connect" };
  return "done";
}

function include(process: ProcessView, state: PsqlState, rest: string): CommandResult {
  const [name = ""] = wordsOf(rest, state.variables);
  try {
    const text = process.files.read(absolute(process, name));
    state.sources.unshift({ type: "file", name, lines: text.split(/(?<=\n)/), line: 0, isIncluded: true });
    return "done";
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [`${name}: ${error.message}`]);
    return "failed";
  }
}

/** The file of `-f` could not be read. */
function missingFile(process: ProcessView, state: PsqlState, reason: string): CommandResult {
  const [source] = state.sources;
  printLines(process, 2, [`psql: error: ${source?.type === "file" ? source.name : ""}: ${reason}`]);
  state.status = 1;
  return "done";
}

function condition(process: ProcessView, state: PsqlState, name: string, rest: string): CommandResult {
  const { conditions } = state;
  const last = conditions.at(-1);
  const isTrue = () => /^(true|on|yes|1|t|y)$/i.test(wordsOf(rest, state.variables)[0] ?? "");
  if (name === "if") {
    const isOn = conditions.every(({ isActive }) => isActive) && isTrue();
    conditions.push({ isActive: isOn, wasTaken: isOn });
    return "done";
  }
  if (!last) {
    printLines(process, 2, [`\\${name}: no matching \\if`]);
    return "failed";
  }
  if (name === "endif") conditions.pop();
  else {
    last.isActive = !last.wasTaken && (name === "else" || isTrue());
    last.wasTaken ||= last.isActive;
  }
  return "done";
}

/** `\copy t from 'file' csv`: COPY with a file of the client. */
function copyFile(process: ProcessView, state: PsqlState, rest: string): CommandResult {
  const [, what = "", direction = "", quoted, plain = "", options = ""] =
    /^(\([\s\S]*\)|\S+(?:\s*\([^)]*\))?)\s+(from|to)\s+(?:'([^']*)'|(\S+))\s*([\s\S]*?);?$/i.exec(rest) ?? [];
  const name = quoted ?? plain;
  if (what === "") {
    printLines(process, 2, ["\\copy: parse error at end of line"]);
    return "failed";
  }
  const isStream = /^p?std(in|out)$/i.test(name);
  const sql = `COPY ${what} ${direction} ${/^to$/i.test(direction) ? "STDOUT" : "STDIN"} ${options}`;
  if (/^to$/i.test(direction)) {
    if (!isStream) state.copyTarget = name;
    state.request = { action: "query", sql };
    return "done";
  }
  if (isStream) {
    state.copy = sql;
    return "done";
  }
  try {
    state.request = { action: "query", sql, copyData: process.files.read(absolute(process, name)) };
    return "done";
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    printLines(process, 2, [`${name}: ${error.message}`]);
    return "failed";
  }
}
