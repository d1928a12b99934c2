/** env, printenv, xargs. */
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Flavour, type Tool, tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { execute, launch } from "./launch.ts";
import { withUsage } from "./waiting.ts";

const ENV_RULES = {
  short: "0iu:C:S:v",
  long: { "ignore-environment": "i", null: "0", unset: "u", chdir: "C", "split-string": "S", debug: "v" },
  stopsAtOperand: true,
  status: 125,
};

export const env: Tool = (flavour) => ({
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const args = process.argv.slice(1).map((argument, i) => (argument === "-" && i === 0 ? "-i" : argument));
        const options = readOptions({ args, flavour }, ENV_RULES);
        const variables: Record<string, string> = options.has("i") ? {} : { ...process.env };
        for (const name of options.values("u")) delete variables[name];
        const words = [...(options.value("S")?.split(/\s+/).filter(Boolean) ?? []), ...options.operands];
        while (words[0]?.includes("=")) {
          const [name = "", ...value] = words.shift()!.split("=");
          variables[name] = value.join("=");
        }
        if (words.length > 0) return execute(process, { argv: words, env: variables }, flavour);
        const end = options.has("0") ? "\0" : "\n";
        process.write(
          1,
          Object.entries(variables)
            .map(([name, value]) => `${name}=${value}${end}`)
            .join(""),
        );
        return { type: "exit", status: 0 };
      },
      125,
    ),
});

export const printenv = tool(
  (call) => {
    const options = readOptions(call, { short: "0", long: { null: "0" }, stopsAtOperand: true });
    const end = options.has("0") ? "\0" : "\n";
    const { env: variables } = call.process;
    if (options.operands.length === 0) {
      for (const [name, value] of Object.entries(variables)) call.print(`${name}=${value}${end}`);
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      if (Object.hasOwn(variables, name)) call.print(variables[name]! + end);
      else status = 1;
    }
    return status;
  },
  { usageStatus: 2 },
);

const XARGS_RULES = {
  short: "0a:d:E:e::I:i::L:l::n:oP:prs:tx",
  long: {
    "arg-file": "a",
    null: "0",
    delimiter: "d",
    eof: "E",
    interactive: "p",
    "max-args": "n",
    "max-chars": "s",
    "max-lines": "L",
    "max-procs": "P",
    "no-run-if-empty": "r",
    replace: "?",
    verbose: "t",
  },
  stopsAtOperand: true,
};

const MAX_COMMAND_BYTES = 131_072;

/** State: the input as far as it was read, how many items were used, the running children, the exit status. */
interface XargsState {
  text?: string;
  isEnded?: boolean;
  /** Commands that still have to start. */
  commands?: string[][];
  children?: number[];
  status?: number;
}

export const xargs: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, XARGS_RULES);
      return runXargs(process, flavour, options);
    }),
});

function runXargs(process: ProcessView, flavour: Flavour, options: Options): Step {
  const state = process.state as XargsState;
  if (!state.commands) {
    const text = readInput(process, options, state);
    if (text === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    state.commands = commandsOf(text, options, flavour);
    delete state.text;
    state.children = [];
    state.status = 0;
  }
  state.children ??= [];
  const { children } = state;
  const atOnce = Number(options.value("P") ?? 1) || Number.POSITIVE_INFINITY;
  for (;;) {
    for (const pid of [...children]) {
      const status = process.takeExit(pid);
      if (status === undefined) continue;
      children.splice(children.indexOf(pid), 1);
      if (status === 0) continue;
      if (status === 255 || status > 128) {
        const reason = status === 255 ? "exited with status 255; aborting" : `terminated by signal ${status - 128}`;
        process.write(2, `xargs: ${options.operands[0] ?? "echo"}: ${reason}\n`);
        return { type: "exit", status: status === 255 ? 124 : 125 };
      }
      state.status = 123;
    }
    while (state.commands.length > 0 && children.length < atOnce) {
      const argv = state.commands.shift()!;
      if (options.has("t")) process.write(2, `${argv.join(" ")}\n`);
      const started = launch(process, { argv }, flavour);
      if (started.type === "failed") return { type: "exit", status: started.status };
      children.push(started.pid);
    }
    if (children.length === 0) return { type: "exit", status: state.status ?? 0 };
    if (!children.some((pid) => pid < 0)) return { type: "wait", for: children.map((pid) => ({ type: "child", pid })) };
  }
}

function readInput(process: ProcessView, options: Options, state: XargsState): string | undefined {
  const file = options.value("a");
  if (file !== undefined) return process.files.read(file.startsWith("/") ? file : `${process.cwd}/${file}`);
  while (!state.isEnded) {
    const piece = process.read(0);
    if (piece === undefined) return undefined;
    if (piece === "") state.isEnded = true;
    else state.text = (state.text ?? "") + piece;
  }
  return state.text ?? "";
}

function commandsOf(text: string, options: Options, flavour: Flavour): string[][] {
  const command = options.operands.length > 0 ? [...options.operands] : ["echo"];
  const marker =
    options.value("I") ??
    (options.has("i", "replace") ? options.value("i") || options.value("replace") || "{}" : undefined);
  if (marker !== undefined) {
    const items = options.has("0", "d")
      ? itemsOf(text, options, flavour)
      : text
          .split("\n")
          .filter((line) => line.trim() !== "")
          .map((line) => unquote(line.replace(/^[ \t]+/, "")));
    return items.map((item) => command.map((word) => word.replaceAll(marker, item)));
  }
  const perLine = options.has("L", "l") ? Number(options.value("L") || options.value("l") || 1) : undefined;
  if (perLine !== undefined) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const groups: string[][] = [];
    for (let i = 0; i < lines.length; i += perLine)
      groups.push([...command, ...itemsOf(lines.slice(i, i + perLine).join("\n"), options, flavour)]);
    return groups;
  }
  const items = itemsOf(text, options, flavour);
  if (items.length === 0) return options.has("r") || (flavour === "busybox" && options.has("r")) ? [] : [command];
  const most = Number(options.value("n") ?? Number.POSITIVE_INFINITY);
  const bytes = Number(options.value("s") ?? MAX_COMMAND_BYTES);
  const commands: string[][] = [];
  let current = [...command];
  let size = command.join(" ").length + 1;
  for (const item of items) {
    const isFull = current.length - command.length >= most || size + item.length + 1 > bytes;
    if (isFull && current.length > command.length) {
      commands.push(current);
      current = [...command];
      size = command.join(" ").length + 1;
    }
    current.push(item);
    size += item.length + 1;
  }
  return [...commands, current];
}

function itemsOf(text: string, options: Options, flavour: Flavour): string[] {
  const delimiter = options.has("0") ? "\0" : unescapeOne(options.value("d"));
  if (delimiter !== undefined) {
    const parts = text.split(delimiter);
    if (parts.at(-1) === "") parts.pop();
    return parts;
  }
  const eof = options.value("E");
  const items = words(text, flavour);
  const end = eof === undefined ? -1 : items.indexOf(eof);
  return end < 0 ? items : items.slice(0, end);
}

function unescapeOne(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const known: Record<string, string> = { "\\n": "\n", "\\t": "\t", "\\0": "\0" };
  return known[text] ?? text;
}

/** Words by blanks and newlines, with quotes and backslashes. @throws UsageError for an unmatched quote */
function words(text: string, flavour: Flavour): string[] {
  const result: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (/[ \t\n\v\f\r]/.test(character)) {
      if (word !== undefined) result.push(word);
      word = undefined;
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, i + 1);
      const line = text.indexOf("\n", i + 1);
      if (end < 0 || (line >= 0 && line < end)) {
        const kind = character === "'" ? "single" : "double";
        const hint = flavour === "gnu" ? "; by default quotes are special to xargs unless you use the -0 option" : "";
        throw new UsageError(`unmatched ${kind} quote${hint}`, { hasHint: false });
      }
      word = (word ?? "") + text.slice(i + 1, end);
      i = end;
    } else if (character === "\\" && i + 1 < text.length) word = (word ?? "") + text[++i];
    else word = (word ?? "") + character;
  }
  return word === undefined ? result : [...result, word];
}

function unquote(line: string): string {
  return line.replace(
    /'([^']*)'|"([^"]*)"|\\(.)/g,
    (_all, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? "",
  );
}
