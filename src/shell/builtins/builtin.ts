/** The call of a builtin, and helpers that all builtins use. */
import type { Bytes } from "../../files/entry.ts";
import { type Context, complain, failure, ShellError, writeOut } from "../context.ts";
import type { CommandFrame } from "../frame.ts";
import { isSpecialBuiltin } from "./names.ts";

export interface BuiltinCall {
  context: Context;
  /** The frame of the command. `frame.builtin` is the builtin's own state between two calls. */
  frame: CommandFrame;
  name: string;
  args: readonly string[];
}

/**
 * A status ends the command. `wait`: the process waits, and the builtin is called again. `moved`: the builtin has
 * changed the stack of frames or the frame itself.
 */
export type BuiltinResult = number | "wait" | "moved";

export type Builtin = (call: BuiltinCall) => BuiltinResult;

/** Writes the result of a builtin to the standard output. Status 1 and a message if that fails. */
export function print({ context, name }: BuiltinCall, text: Bytes): number {
  const error = writeOut(context, 1, text);
  if (error === undefined) return 0;
  const { flavour } = context.shell;
  complain(context, flavour === "dash" ? `I/O error` : `write error: ${error}`, name);
  return 1;
}

/** Prints an error of the builtin and returns its status. */
export function refuse({ context, name }: BuiltinCall, message: string, status = 1): number {
  complain(context, message, name);
  return status;
}

/** An error of a special builtin ends dash and busybox. */
export function abort({ context, name }: BuiltinCall, message: string, status = 1): number {
  if (context.shell.flavour !== "bash") throw failure(context, message, { builtin: name });
  complain(context, message, name);
  return status;
}

/** Options of a builtin: letters, and the value of each letter that takes one. */
export interface Options {
  flags: string;
  values: Record<string, string>;
  rest: string[];
}

/**
 * Reads options as getopt(3) does. `spec` has the letters, a colon after each that takes a value. Throws ShellError
 * for an unknown option; the caller's `usage` is printed by bash.
 */
export function readOptions(call: BuiltinCall, spec: string, usage?: string): Options | number {
  const options: Options = { flags: "", values: {}, rest: [] };
  let at = 0;
  for (; at < call.args.length; at++) {
    const word = call.args[at]!;
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i]!;
      const place = spec.indexOf(letter);
      if (place === -1 || letter === ":") return badOption(call, letter, usage);
      if (spec[place + 1] !== ":") {
        options.flags += letter;
        continue;
      }
      const value = i + 1 < word.length ? word.slice(i + 1) : call.args[++at];
      if (value === undefined) return missingValue(call, letter, usage);
      options.values[letter] = value;
      break;
    }
  }
  options.rest = call.args.slice(at);
  return options;
}

function badOption(call: BuiltinCall, letter: string, usage: string | undefined): number {
  const { context, name } = call;
  switch (context.shell.flavour) {
    case "bash":
      complain(context, `-${letter}: invalid option`, name);
      if (usage) writeOut(context, 2, `${name}: usage: ${usage}\n`);
      return 2;
    case "dash":
    case "busybox": {
      const text = `${context.shell.flavour === "dash" ? "I" : "i"}llegal option -${letter}`;
      if (isSpecialBuiltin(name)) throw new ShellError(text, { reach: "exit", status: 2, builtin: name });
      complain(context, text, name);
      return 2;
    }
  }
}

function missingValue(call: BuiltinCall, letter: string, usage: string | undefined): number {
  const { context, name } = call;
  complain(context, `-${letter}: option requires an argument`, name);
  if (usage && context.shell.flavour === "bash") writeOut(context, 2, `${name}: usage: ${usage}\n`);
  return 2;
}
