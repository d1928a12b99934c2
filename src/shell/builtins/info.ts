/** type, hash, alias, unalias, umask, ulimit, times, caller, history, enable and help. */
import { findExecutable } from "../executables.ts";
import type { CallFrame } from "../frame.ts";
import { lookUp, put, remove } from "../table.ts";
import { exportedVariables } from "../variables.ts";
import { quoteSingle } from "../words/quote.ts";
import { abort, type Builtin, print, readOptions, refuse } from "./builtin.ts";
import { type CommandFacts, factsOf, reportUnknown, sentence } from "./describe.ts";
import { BUILTIN_NAMES } from "./names.ts";

export const type: Builtin = (call) => {
  const { context } = call;
  const isBash = context.shell.flavour === "bash";
  const options = isBash ? readOptions(call, "afptP") : { flags: "", values: {}, rest: [...call.args] };
  if (typeof options === "number") return options;
  let status = 0;
  for (const name of options.rest) {
    const facts = factsOf(call, name, options.flags.includes("f") ? ["function"] : []);
    const shown = select(facts, options.flags);
    if (shown.length === 0) {
      status = isBash ? 1 : 127;
      if (facts.length === 0 && !/[tpP]/.test(options.flags)) reportUnknown(call, name);
    }
    for (const fact of shown) {
      const text = options.flags.includes("t")
        ? fact.kind
        : /[pP]/.test(options.flags)
          ? fact.value
          : sentence(call, name, fact);
      if (print(call, `${text}\n`) !== 0) return 1;
    }
  }
  return status;
};

function select(facts: readonly CommandFacts[], flags: string): readonly CommandFacts[] {
  if (flags.includes("P")) return facts.filter((fact) => fact.kind === "file").slice(0, 1);
  const chosen = flags.includes("a") ? facts : facts.slice(0, 1);
  return flags.includes("p") ? chosen.filter((fact) => fact.kind === "file") : chosen;
}

export const hash: Builtin = (call) => {
  const { context, args } = call;
  const { shell, process, files } = context;
  if (args.includes("-r")) {
    shell.hashed = {};
    return 0;
  }
  const names = args.filter((arg) => !arg.startsWith("-"));
  if (names.length === 0) {
    const paths = Object.values(shell.hashed);
    if (shell.flavour !== "bash") return print(call, paths.map((path) => `${path}\n`).join(""));
    return paths.length === 0
      ? print(call, "hash: hash table empty\n")
      : print(call, `hits\tcommand\n${paths.map((path) => `   0\t${path}\n`).join("")}`);
  }
  let status = 0;
  for (const name of names) {
    const found = findExecutable(name, exportedVariables(context), process.cwd, files);
    if (found.type === "found") put(shell.hashed, name, found.path);
    else status = refuse(call, `${name}: not found`);
  }
  return status;
};

export const alias: Builtin = (call) => {
  const { aliases, flavour } = call.context.shell;
  const prefix = flavour === "bash" ? "alias " : "";
  const args = call.args.filter((arg) => arg !== "-p");
  if (args.length === 0) {
    const lines = Object.keys(aliases)
      .sort()
      .map((name) => `${prefix}${name}=${quoteSingle(aliases[name]!)}\n`);
    return print(call, lines.join(""));
  }
  let status = 0;
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at > 0) {
      put(aliases, arg.slice(0, at), arg.slice(at + 1));
      continue;
    }
    const value = lookUp(aliases, arg);
    if (value !== undefined) print(call, `${prefix}${arg}=${quoteSingle(value)}\n`);
    else status = refuse(call, `${arg}: not found`);
  }
  return status;
};

export const unalias: Builtin = (call) => {
  const { shell } = call.context;
  if (call.args[0] === "-a") {
    shell.aliases = {};
    return 0;
  }
  let status = 0;
  for (const name of call.args) {
    if (lookUp(shell.aliases, name) === undefined) status = refuse(call, `${name}: not found`);
    remove(shell.aliases, name);
  }
  return status;
};

export const umask: Builtin = (call) => {
  const { process } = call.context;
  const args = call.args.filter((arg) => !/^-[Sp]+$/.test(arg));
  const mask = args[0];
  if (mask === undefined) {
    const text = call.args.some((arg) => arg.includes("S"))
      ? symbolic(process.umask)
      : process.umask.toString(8).padStart(4, "0");
    return print(call, `${text}\n`);
  }
  if (/^[0-7]+$/.test(mask)) process.umask = Number.parseInt(mask, 8) & 0o777;
  else if (/^[ugoa]*[-+=]/.test(mask)) process.umask = changeMask(process.umask, mask);
  else
    return abort(
      call,
      call.context.shell.flavour === "bash" ? `${mask}: octal number out of range` : `Illegal mode: ${mask}`,
    );
  return 0;
};

function symbolic(mask: number): string {
  const letters = (bits: number) => ["r", "w", "x"].filter((_, i) => (bits & (4 >> i)) === 0).join("");
  return `u=${letters(mask >> 6)},g=${letters(mask >> 3)},o=${letters(mask)}`;
}

/** `u=rwx,g+w`: the mask takes away the bits that the mode does not allow. */
function changeMask(mask: number, text: string): number {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(",")) {
    const [, who = "", operator = "=", what = ""] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? [];
    const bits = [...what].reduce((sum, letter) => sum | { r: 4, w: 2, x: 1 }[letter as "r" | "w" | "x"], 0);
    for (const [letter, shift] of [
      ["u", 6],
      ["g", 3],
      ["o", 0],
    ] as const) {
      if (who !== "" && !who.includes("a") && !who.includes(letter)) continue;
      if (operator === "=") allowed &= ~(7 << shift);
      allowed = operator === "-" ? allowed & ~(bits << shift) : allowed | (bits << shift);
    }
  }
  return ~allowed & 0o777;
}

/** [letter, value, bash's description, dash's description] */
const LIMITS: readonly [string, string, string, string][] = [
  ["c", "unlimited", "core file size              (blocks, -c)", "coredump(blocks)"],
  ["d", "unlimited", "data seg size               (kbytes, -d)", "data(kbytes)"],
  ["f", "unlimited", "file size                   (blocks, -f)", "file(blocks)"],
  ["l", "8192", "max locked memory           (kbytes, -l)", "locked memory(kbytes)"],
  ["m", "unlimited", "max memory size             (kbytes, -m)", "memory(kbytes)"],
  ["n", "1048576", "open files                          (-n)", "nofiles"],
  ["s", "8192", "stack size                  (kbytes, -s)", "stack(kbytes)"],
  ["t", "unlimited", "cpu time                   (seconds, -t)", "time(seconds)"],
  ["u", "unlimited", "max user processes                  (-u)", "process"],
  ["v", "unlimited", "virtual memory              (kbytes, -v)", "vmemory(kbytes)"],
];

export const ulimit: Builtin = (call) => {
  const { context, args } = call;
  const flags = args
    .filter((arg) => arg.startsWith("-"))
    .join("")
    .replaceAll("-", "");
  if (args.some((arg) => !arg.startsWith("-"))) return 0;
  const isBash = context.shell.flavour === "bash";
  if (flags.includes("a")) {
    return print(
      call,
      LIMITS.map(([, value, long, short]) => (isBash ? `${long} ${value}\n` : `${short.padEnd(20)} ${value}\n`)).join(
        "",
      ),
    );
  }
  const letter = [...flags].find((each) => !"HS".includes(each)) ?? "f";
  const limit = LIMITS.find(([each]) => each === letter);
  if (!limit) return refuse(call, `-${letter}: invalid option`, 2);
  return print(call, `${limit[1]}\n`);
};

export const times: Builtin = (call) => {
  const { cpuMs } = call.context.process;
  const text = `${Math.floor(cpuMs / 60_000)}m${((cpuMs % 60_000) / 1000).toFixed(call.context.shell.flavour === "bash" ? 3 : 6)}s`;
  const zero = `0m${(0).toFixed(call.context.shell.flavour === "bash" ? 3 : 6)}s`;
  return print(call, `${text} ${zero}\n${zero} ${zero}\n`);
};

export const caller: Builtin = (call) => {
  const { shell } = call.context;
  const calls = shell.frames.filter((frame): frame is CallFrame => frame.type === "call").reverse();
  const level = call.args[0] === undefined ? undefined : Number(call.args[0]);
  const frame = calls[level ?? 0];
  if (!frame) return 1;
  const file = shell.runsFile ? shell.name : "NULL";
  if (level === undefined) return print(call, `${frame.line} ${file}\n`);
  return print(
    call,
    `${frame.line} ${calls[level + 1]?.name ?? "main"} ${shell.runsFile ? shell.name : "environment"}\n`,
  );
};

export const history: Builtin = (call) => {
  const { shell } = call.context;
  if (call.args[0] === "-c") {
    shell.history = [];
    return 0;
  }
  const count = call.args[0] === undefined ? shell.history.length : Number(call.args[0]);
  const first = Math.max(0, shell.history.length - count);
  return print(
    call,
    shell.history
      .slice(first)
      .map((line, i) => `${String(first + i + 1).padStart(5)}  ${line}\n`)
      .join(""),
  );
};

export const enable: Builtin = (call) => {
  if (call.args.length > 0) return 0;
  return print(
    call,
    BUILTIN_NAMES.bash
      .toSorted()
      .map((name) => `enable ${name}\n`)
      .join(""),
  );
};

export const help: Builtin = (call) => {
  const { shell } = call.context;
  if (shell.flavour === "bash" && call.args.length > 0) {
    const known = call.args.filter((name) => BUILTIN_NAMES.bash.includes(name));
    if (known.length > 0) return print(call, known.map((name) => `${name}: a shell builtin\n`).join(""));
    return refuse(
      call,
      `no help topics match \`${call.args[0]}'.  Try \`help help' or \`man -k ${call.args[0]}' or \`info ${call.args[0]}'.`,
    );
  }
  return print(
    call,
    `Built-in commands:\n------------------\n\t${BUILTIN_NAMES[shell.flavour].toSorted().join(" ")}\n`,
  );
};

/** Builtins that only a line editor gives a meaning: they accept their arguments. */
export const accept: Builtin = () => 0;

export const logout: Builtin = (call) => refuse(call, "not login shell: use `exit'");
