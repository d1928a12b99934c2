/** psql's backslash commands that change its settings or print something. */
import type { ProcessView } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { versionOf } from "./log.ts";
import { setPrinting } from "./psql-printing.ts";
import { absolute, type PsqlState, show } from "./psql-state.ts";

/** Words of a command: quotes group, and `:name` is the value of a variable. */
export function wordsOf(text: string, variables: Readonly<Record<string, string>>): string[] {
  const found = text.match(/'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|\S+/g) ?? [];
  return found.map((word) => {
    if (word.startsWith("'")) return word.slice(1, -1).replace(/''/g, "'").replace(/\\n/g, "\n").replace(/\\t/g, "\t");
    return word.replace(/^:'?(\w+)'?$/, (all, name: string) => variables[name] ?? all);
  });
}

/** False: the command failed. Undefined: there is no such command. */
export function runSetting(process: ProcessView, state: PsqlState, name: string, rest: string): boolean | undefined {
  const words = wordsOf(rest, state.variables);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return command?.(process, state, words, rest);
}

type Command = (process: ProcessView, state: PsqlState, words: readonly string[], rest: string) => boolean;

function say(process: ProcessView, state: PsqlState, ...lines: string[]): true {
  if (!state.isQuiet) printLines(process, 1, lines);
  return true;
}

function printing(option: string): Command {
  return (process, state, words) => changePrinting(process, state, option, words[0]);
}

function changePrinting(process: ProcessView, state: PsqlState, option: string, value: string | undefined): boolean {
  const isOn = option === "tuples_only" && state.form.tuplesOnly && value === "on";
  if (isOn) return true;
  const result = setPrinting(state.form, option, value);
  if ("line" in result) return say(process, state, result.line);
  printLines(process, 2, [`\\pset: ${result.problem}`]);
  return false;
}

function echoed(fd: 1 | 2): Command {
  return (process, _state, words) => {
    const isBare = words[0] === "-n";
    process.write(fd, `${words.slice(isBare ? 1 : 0).join(" ")}${isBare ? "" : "\n"}`);
    return true;
  };
}

const COMMANDS: Readonly<Record<string, Command>> = {
  x: printing("expanded"),
  t: printing("tuples_only"),
  a: (process, state) =>
    changePrinting(process, state, "format", state.form.format === "aligned" ? "unaligned" : "aligned"),
  f: printing("fieldsep"),
  H: (process, state) => changePrinting(process, state, "format", state.form.format === "html" ? "aligned" : "html"),
  pset: (process, state, [option = "", value]) => changePrinting(process, state, option, value),
  timing: (process, state, [value]) => {
    state.hasTiming = value === undefined ? !state.hasTiming : /^on$/i.test(value);
    return say(process, state, `Timing is ${state.hasTiming ? "on" : "off"}.`);
  },
  set: (process, state, [name, ...values]) => {
    if (name === undefined) listVariables(process, state);
    else state.variables[name] = values.join("");
    return true;
  },
  unset: (_process, state, [name = ""]) => {
    delete state.variables[name];
    return true;
  },
  echo: echoed(1),
  warn: echoed(2),
  qecho: (process, state, words) => {
    show(process, state, `${words.join(" ")}\n`);
    return true;
  },
  conninfo: (process, { target }) => {
    const place = target.host === "" ? 'via socket in "/var/run/postgresql"' : `on host "${target.host}"`;
    printLines(process, 1, [
      `You are connected to database "${target.database}" as user "${target.user}" ${place} at port "${target.port}".`,
    ]);
    return true;
  },
  encoding: (process) => {
    printLines(process, 1, ["UTF8"]);
    return true;
  },
  p: (process, state) => {
    const text = state.buffer.trim() === "" ? state.lastSql : state.buffer;
    printLines(process, 1, [text.trim() === "" ? "Query buffer is empty." : text.replace(/\n$/, "")]);
    return true;
  },
  r: (process, state) => {
    state.buffer = "";
    state.lastSql = "";
    return say(process, state, "Query buffer reset (cleared).");
  },
  o: (process, state, [name]) => {
    if (name === undefined) delete state.output;
    else {
      state.output = name;
      process.files.write(absolute(process, name), "");
    }
    return true;
  },
  w: (process, state, [name = ""]) => {
    process.files.write(absolute(process, name), state.buffer.trim() === "" ? `${state.lastSql}\n` : state.buffer);
    return true;
  },
  errverbose: (process, { lastError }) => {
    printLines(process, lastError ? 2 : 1, [
      lastError ? `ERROR:  ${lastError.code}: ${lastError.message}` : "There is no previous error.",
    ]);
    return true;
  },
  prompt: (process) => {
    printLines(process, 2, ["\\prompt is not supported by this simulation of psql"]);
    return false;
  },
  restrict: () => true,
  unrestrict: () => true,
};

/** Variables of a session without changes. Those of the connection are added. */
const DEFAULTS: Readonly<Record<string, string>> = {
  AUTOCOMMIT: "on",
  COMP_KEYWORD_CASE: "preserve-upper",
  ECHO: "none",
  ECHO_HIDDEN: "off",
  ENCODING: "UTF8",
  ERROR: "false",
  FETCH_COUNT: "0",
  HIDE_TABLEAM: "off",
  HIDE_TOAST_COMPRESSION: "off",
  HISTCONTROL: "none",
  HISTSIZE: "500",
  IGNOREEOF: "0",
  LAST_ERROR_MESSAGE: "",
  LAST_ERROR_SQLSTATE: "00000",
  ON_ERROR_ROLLBACK: "off",
  ON_ERROR_STOP: "off",
  PROMPT1: "%/%R%x%# ",
  PROMPT2: "%/%R%x%# ",
  PROMPT3: ">> ",
  QUIET: "off",
  ROW_COUNT: "0",
  SHOW_ALL_RESULTS: "on",
  SHOW_CONTEXT: "errors",
  SINGLELINE: "off",
  SINGLESTEP: "off",
  SQLSTATE: "00000",
  VERBOSITY: "default",
};

/** A variable's value: one that was set, or one of psql's own. */
export function variableOf(process: ProcessView, state: PsqlState, name: string): string | undefined {
  return Object.hasOwn(state.variables, name) ? state.variables[name] : ownVariables(process, state)[name];
}

function ownVariables(process: ProcessView, { target }: PsqlState): Record<string, string> {
  const version = versionOf(process);
  const [major = "0", minor = "0"] = version.split(".");
  const number = String(Number(major) * 10_000 + Number(minor));
  return {
    ...DEFAULTS,
    DBNAME: target.database,
    HOST: target.host === "" ? "/var/run/postgresql" : target.host,
    PORT: String(target.port),
    USER: target.user,
    SERVER_VERSION_NAME: version,
    SERVER_VERSION_NUM: number,
    VERSION_NAME: version,
    VERSION_NUM: number,
    VERSION: `PostgreSQL ${version}`,
  };
}

function listVariables(process: ProcessView, state: PsqlState): void {
  const all = { ...ownVariables(process, state), ...state.variables };
  const names = Object.keys(all).sort();
  printLines(
    process,
    1,
    names.map((name) => `${name} = '${all[name]}'`),
  );
}
