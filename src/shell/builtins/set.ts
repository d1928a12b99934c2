/** set, shift, shopt, let and getopts. */
import { type Context, failure, hasShopt, ShellError, writeOut } from "../context.ts";
import { BASH_OPTIONS, BUSYBOX_OPTIONS, DASH_OPTIONS, OPTION_LETTERS } from "../options.ts";
import type { Shell } from "../shell-state.ts";
import { lookUp, put, remove } from "../table.ts";
import { assign, evaluate, NAME, readVariable, unsetVariable } from "../variables.ts";
import { valueForDeclare } from "../words/modify.ts";
import { quoteIfNeeded, quoteSingle } from "../words/quote.ts";
import { abort, type Builtin, type BuiltinCall, print, refuse } from "./builtin.ts";
import { SHOPTS } from "./shopts.ts";

export const set: Builtin = (call) => {
  const { context, args } = call;
  const { shell } = context;
  if (args.length === 0) return showVariables(call);
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--") {
      shell.parameters = args.slice(at + 1);
      return 0;
    }
    if (word === "-" || !/^[-+]/.test(word) || word === "+") break;
    const isOn = word.startsWith("-");
    for (const letter of word.slice(1)) {
      if (letter === "o") {
        const name = args[at + 1];
        if (name === undefined || /^[-+]/.test(name)) return showOptions(call, isOn);
        at++;
        if (!setOption(context, name, isOn)) return unknownOption(call, isOn, name);
        continue;
      }
      const option = OPTION_LETTERS.find(([each]) => each === letter);
      if (option) setOption(context, option[1], isOn);
      else if (letter === "B") setFlag(shell, "nobraceexpand", !isOn);
      else if (!"hHPt".includes(letter)) return badLetter(call, `${word[0]}${letter}`);
    }
  }
  if (args[at] === "-") at++;
  if (at < args.length) shell.parameters = args.slice(at);
  return 0;
};

function badLetter(call: BuiltinCall, text: string): number {
  if (call.context.shell.flavour === "dash") throw failure(call.context, `Illegal option ${text}`, { builtin: "set" });
  return abort(call, `${text}: invalid option`, 2);
}

function unknownOption(call: BuiltinCall, isOn: boolean, name: string): number {
  if (call.context.shell.flavour === "bash") return refuse(call, `${name}: invalid option name`, 2);
  if (call.context.shell.flavour === "dash")
    throw failure(call.context, `Illegal option ${isOn ? "-" : "+"}o ${name}`, { builtin: "set" });
  throw new ShellError(`illegal option ${isOn ? "-" : "+"}o ${name}`, { reach: "exit", status: 2, builtin: "set" });
}

/** False if the shell has no such option. */
export function setOption({ shell }: Context, name: string, isOn: boolean): boolean {
  const names = { bash: Object.keys(BASH_OPTIONS), dash: DASH_OPTIONS, busybox: BUSYBOX_OPTIONS }[shell.flavour];
  if (!names.includes(name) && !OPTION_LETTERS.some(([, each]) => each === name)) return false;
  if (name === "braceexpand") setFlag(shell, "nobraceexpand", !isOn);
  else setFlag(shell, name, isOn);
  return true;
}

function setFlag(shell: Shell, name: string, isOn: boolean): void {
  if (isOn) put(shell.options, name, true);
  else remove(shell.options, name);
}

function isOptionOn(shell: Shell, name: string): boolean {
  if (name === "braceexpand") return !shell.options["nobraceexpand"];
  return shell.options[name] ?? (shell.flavour === "bash" && BASH_OPTIONS[name] === true && name !== "emacs");
}

function showOptions(call: BuiltinCall, isReadable: boolean): number {
  const { shell } = call.context;
  if (shell.flavour === "bash") {
    const lines = Object.keys(BASH_OPTIONS).map((name) =>
      isReadable
        ? `${name.padEnd(15)}\t${isOptionOn(shell, name) ? "on" : "off"}`
        : `set ${isOptionOn(shell, name) ? "-" : "+"}o ${name}`,
    );
    return print(call, `${lines.join("\n")}\n`);
  }
  const names = shell.flavour === "dash" ? DASH_OPTIONS : BUSYBOX_OPTIONS;
  const lines = names.map((name) =>
    isReadable
      ? `${name.padEnd(16)}${isOptionOn(shell, name) ? "on" : "off"}`
      : `set ${isOptionOn(shell, name) ? "-" : "+"}o ${name}`,
  );
  const head = isReadable && shell.flavour === "dash" ? "Current option settings\n" : "";
  return print(call, `${head}${lines.join("\n")}\n`);
}

function showVariables(call: BuiltinCall): number {
  const { context } = call;
  const { shell } = context;
  const lines = Object.keys(shell.variables)
    .sort()
    .flatMap((name) => {
      const variable = lookUp(shell.variables, name)!;
      if (variable.items) return [`${name}=${valueForDeclare(context, name, variable)}`];
      if (variable.value === undefined) return [];
      return [
        `${name}=${shell.flavour === "bash" ? (variable.value === "" ? "" : quoteIfNeeded(variable.value)) : quoteSingle(variable.value)}`,
      ];
    });
  return print(call, lines.map((line) => `${line}\n`).join(""));
}

export const shift: Builtin = (call) => {
  const { context, args } = call;
  const { shell } = context;
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!/^\d+$/.test(args[0] ?? "1")) {
    return abort(
      call,
      shell.flavour === "bash" ? `${args[0]}: numeric argument required` : `Illegal number: ${args[0]}`,
    );
  }
  if (count > shell.parameters.length) {
    if (shell.flavour === "dash") throw failure(context, "can't shift that many", { builtin: "shift" });
    return 1;
  }
  shell.parameters = shell.parameters.slice(count);
  return 0;
};

export const shopt: Builtin = (call) => {
  const { context, args } = call;
  const { shell } = context;
  const flags = args.filter((arg) => arg.startsWith("-")).join("");
  const names = args.filter((arg) => !arg.startsWith("-"));
  if (flags.includes("o")) return optionsByName(call, flags, names);
  let status = 0;
  let text = "";
  for (const name of names.length > 0 ? names : SHOPTS) {
    if (!SHOPTS.includes(name)) {
      status = refuse(call, `${name}: invalid shell option name`);
      continue;
    }
    const isOn = hasShopt(shell, name);
    if (names.length > 0 && flags.includes("s")) put(shell.shopts, name, true);
    else if (names.length > 0 && flags.includes("u")) put(shell.shopts, name, false);
    else {
      if (names.length > 0 && !isOn) status = 1;
      const isHidden =
        flags.includes("q") ||
        (names.length === 0 && ((flags.includes("s") && !isOn) || (flags.includes("u") && isOn)));
      if (!isHidden)
        text += flags.includes("p")
          ? `shopt -${isOn ? "s" : "u"} ${name}\n`
          : `${name.padEnd(20)}\t${isOn ? "on" : "off"}\n`;
    }
  }
  return print(call, text) || status;
};

function optionsByName(call: BuiltinCall, flags: string, names: readonly string[]): number {
  const { context } = call;
  let status = 0;
  for (const name of names) {
    if (flags.includes("s") || flags.includes("u")) setOption(context, name, flags.includes("s"));
    else {
      const isOn = isOptionOn(context.shell, name);
      if (!isOn) status = 1;
      if (!flags.includes("q")) status = print(call, `${name.padEnd(15)}\t${isOn ? "on" : "off"}\n`) || status;
    }
  }
  return status;
}

export const letBuiltin: Builtin = (call) => {
  const { context, args } = call;
  if (args.length === 0) return refuse(call, "expression expected", context.shell.flavour === "bash" ? 1 : 2);
  let value = 0n;
  for (const text of args) value = evaluate(context, text);
  return value === 0n ? 1 : 0;
};

/** The position within a word of several options is in the shell's state. */
export const getopts: Builtin = (call) => {
  const { context, args } = call;
  const { shell } = context;
  const [spec, name, ...given] = args;
  if (spec === undefined || name === undefined) return usageOfGetopts(call);
  if (!NAME.test(name)) return abort(call, `\`${name}': not a valid identifier`);
  const words = args.length > 2 ? given : shell.parameters;
  const isSilent = spec.startsWith(":");
  let index = Math.max(1, Number(readVariable(context, "OPTIND") ?? "1") || 1);
  const setIndex = (value: number, offset: number) => {
    assign(context, { name: "OPTIND", appends: false, value: String(value) });
    shell.optionOffset = offset;
  };
  const word = words[index - 1];
  const offset = shell.optionOffset || 1;
  if (word === undefined || (offset === 1 && (!word.startsWith("-") || word === "-" || word === "--"))) {
    if (word === "--") index++;
    setIndex(index, 0);
    assign(context, { name, appends: false, value: "?" });
    return 1;
  }
  const letter = word[offset]!;
  const isLast = offset + 1 >= word.length;
  const place = letter === ":" ? -1 : spec.indexOf(letter);
  if (place === -1) {
    setIndex(isLast ? index + 1 : index, isLast ? 0 : offset + 1);
    return badOption(call, name, letter, isSilent);
  }
  if (spec[place + 1] !== ":") {
    setIndex(isLast ? index + 1 : index, isLast ? 0 : offset + 1);
    clearArgument(context);
    assign(context, { name, appends: false, value: letter });
    return 0;
  }
  const value = isLast ? words[index] : word.slice(offset + 1);
  setIndex(isLast ? index + 2 : index + 1, 0);
  if (value === undefined) {
    setIndex(index + 1, 0);
    return missingArgument(call, name, letter, isSilent);
  }
  assign(context, { name: "OPTARG", appends: false, value });
  assign(context, { name, appends: false, value: letter });
  return 0;
};

/** OPTARG of an option without an argument. */
function clearArgument(context: Context): void {
  if (context.shell.flavour === "bash") unsetVariable(context, "OPTARG");
  else assign(context, { name: "OPTARG", appends: false, value: "" });
}

function usageOfGetopts(call: BuiltinCall): number {
  switch (call.context.shell.flavour) {
    case "bash":
      writeOut(call.context, 2, "getopts: usage: getopts optstring name [arg ...]\n");
      return 2;
    case "dash":
      throw failure(call.context, "Usage: getopts optstring var [arg...]", { builtin: "getopts" });
    case "busybox":
      throw failure(call.context, "usage: getopts optstring var [arg]", { builtin: "getopts" });
  }
}

function badOption(call: BuiltinCall, name: string, letter: string, isSilent: boolean): number {
  const { context } = call;
  assign(context, { name, appends: false, value: "?" });
  if (isSilent) assign(context, { name: "OPTARG", appends: false, value: letter });
  else {
    unsetVariable(context, "OPTARG");
    if (readVariable(context, "OPTERR") !== "0")
      report(context, `illegal option -- ${letter}`, `Illegal option -${letter}`);
  }
  return 0;
}

function missingArgument(call: BuiltinCall, name: string, letter: string, isSilent: boolean): number {
  const { context } = call;
  assign(context, { name, appends: false, value: isSilent ? ":" : "?" });
  if (isSilent) assign(context, { name: "OPTARG", appends: false, value: letter });
  else {
    unsetVariable(context, "OPTARG");
    if (readVariable(context, "OPTERR") !== "0")
      report(context, `option requires an argument -- ${letter}`, `No arg for -${letter} option`);
  }
  return 0;
}

/** getopts reports without the line. */
function report(context: Context, bash: string, other: string): void {
  const { shell } = context;
  if (shell.flavour === "bash") writeOut(context, 2, `${shell.name}: ${bash}\n`);
  else if (shell.flavour === "dash") writeOut(context, 2, `${other}\n`);
  else writeOut(context, 2, `${other}\n`);
}
