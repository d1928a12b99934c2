/** declare, typeset, local, export, readonly and unset. */
import { type Context, failure } from "../context.ts";
import type { AssignmentValue, Variable } from "../frame.ts";
import { functionText } from "../function-text.ts";
import { lookUp, put, remove } from "../table.ts";
import {
  assign,
  currentCall,
  NAME,
  referredName,
  saveVariable,
  splitElement,
  unsetVariable,
  variableOf,
} from "../variables.ts";
import { valueForDeclare } from "../words/modify.ts";
import { quoteForDeclare, quoteSingle } from "../words/quote.ts";
import { abort, type Builtin, type BuiltinCall, print, refuse } from "./builtin.ts";

interface Request {
  /** Attributes to add and to take away. */
  add: string;
  drop: string;
  isLocal: boolean;
  /** `-p`: show. */
  shows: boolean;
  /** `-f`, `-F`: functions. */
  functions?: "text" | "names";
  isGlobal: boolean;
  rest: { text: string; assignment?: AssignmentValue }[];
}

const ATTRIBUTES = "aAilnrux";

function readRequest(call: BuiltinCall): Request | number {
  const request: Request = { add: "", drop: "", isLocal: false, shows: false, isGlobal: false, rest: [] };
  let at = 0;
  for (; at < call.args.length; at++) {
    const word = call.args[at]!;
    if (word === "--") {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (ATTRIBUTES.includes(letter)) {
        if (word.startsWith("-")) request.add += letter;
        else request.drop += letter;
      } else if (letter === "p") request.shows = true;
      else if (letter === "g") request.isGlobal = true;
      else if (letter === "f") request.functions = "text";
      else if (letter === "F") request.functions = "names";
      else if (letter !== "I" && letter !== "t") return refuse(call, `${word.slice(0, 2)}: invalid option`, 2);
    }
  }
  for (; at < call.args.length; at++) {
    request.rest.push({ text: call.args[at]!, assignment: call.frame.declared?.[at + 1] });
  }
  return request;
}

export const declare: Builtin = (call) => {
  const request = readRequest(call);
  if (typeof request === "number") return request;
  request.isLocal = currentCall(call.context) !== undefined && !request.isGlobal;
  if (request.functions) return showFunctions(call, request);
  if (request.rest.length === 0 || request.shows) return showVariables(call, request);
  return applyAll(call, request);
};

export const local: Builtin = (call) => {
  const { context } = call;
  if (!currentCall(context)) {
    return abort(call, context.shell.flavour === "bash" ? "can only be used in a function" : "not in a function");
  }
  const request = readRequest(call);
  if (typeof request === "number") return request;
  request.isLocal = true;
  return applyAll(call, request);
};

export const exportVariables: Builtin = (call) => {
  if (call.args.some((arg) => /^-\w*n/.test(arg))) {
    for (const name of call.args.filter((arg) => !arg.startsWith("-"))) dropFlag(call.context, name, "x");
    return 0;
  }
  return changeAll(call, "x");
};

export const readonly: Builtin = (call) => changeAll(call, "r");

function changeAll(call: BuiltinCall, flag: string): number {
  const request = readRequest(call);
  if (typeof request === "number") return request;
  if (request.functions) return 0;
  request.add += flag;
  if (request.rest.length === 0) return showFlagged(call, flag);
  return applyAll(call, request);
}

function applyAll(call: BuiltinCall, request: Request): number {
  let status = 0;
  for (const { text, assignment } of request.rest) status = applyOne(call, request, text, assignment) || status;
  return status;
}

function applyOne(call: BuiltinCall, request: Request, text: string, given: AssignmentValue | undefined): number {
  const { context } = call;
  const assignment = given ?? parseAssignment(text);
  if (!assignment || !NAME.test(assignment.name)) {
    const isBash = context.shell.flavour === "bash";
    return abort(
      call,
      isBash ? `\`${text}': not a valid identifier` : `${text.replace(/=.*/s, "")}: bad variable name`,
    );
  }
  const { shell } = context;
  const { name } = assignment;
  if (request.isLocal) makeLocal(context, name);
  const target = request.add.includes("n") || request.drop.includes("n") ? name : referredName(context, name);
  const variable: Variable = lookUp(shell.variables, target) ?? { flags: "" };
  if (variable.flags.includes("r") && request.drop.includes("r")) return refuse(call, `${name}: readonly variable`);
  put(shell.variables, target, variable);
  setFlags(variable, request);
  if (assignment.value !== undefined || assignment.items) {
    const wasReadonly = variable.flags.includes("r") && request.add.includes("r");
    if (wasReadonly) variable.flags = variable.flags.replace("r", "");
    if (request.add.includes("n")) variable.value = assignment.value;
    else assign(context, { ...assignment, name: target });
    if (wasReadonly) addFlag(lookUp(shell.variables, target)!, "r");
  } else if (request.add.includes("n") && variable.value === undefined) remove(shell.variables, target);
  return 0;
}

function parseAssignment(text: string): AssignmentValue | undefined {
  const [, name, key, plus, value] = /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?)=(.*))?$/s.exec(text) ?? [];
  return name === undefined ? undefined : { name, key, appends: plus === "+", value };
}

function makeLocal(context: Context, name: string): void {
  const call = currentCall(context);
  if (!call || Object.hasOwn(call.locals, name)) return;
  const old = lookUp(context.shell.variables, name);
  if (old?.flags.includes("r")) throw failure(context, `${name}: readonly variable`, { builtin: "local" });
  saveVariable(context, call.locals, name);
  // dash and busybox keep the value; an exported variable stays exported.
  if (context.shell.flavour === "bash") remove(context.shell.variables, name);
  if (context.shell.flavour === "bash" && old?.flags.includes("x")) put(context.shell.variables, name, { flags: "x" });
}

function setFlags(variable: Variable, { add, drop }: Request): void {
  for (const letter of drop) variable.flags = variable.flags.replace(letter, "");
  for (const letter of add) {
    if (letter === "l") variable.flags = variable.flags.replace("u", "");
    if (letter === "u") variable.flags = variable.flags.replace("l", "");
    addFlag(variable, letter);
  }
  if (/[aA]/.test(variable.flags) && !variable.items) {
    variable.items = variable.value === undefined ? undefined : { 0: variable.value };
    if (variable.items) variable.value = undefined;
  }
}

function addFlag(variable: Variable, letter: string): void {
  if (!variable.flags.includes(letter)) {
    variable.flags = [...variable.flags, letter].sort((a, b) => ATTRIBUTES.indexOf(a) - ATTRIBUTES.indexOf(b)).join("");
  }
}

function dropFlag(context: Context, name: string, letter: string): void {
  const variable = lookUp(context.shell.variables, referredName(context, name));
  if (variable) variable.flags = variable.flags.replace(letter, "");
}

function sortedNames(context: Context): string[] {
  return Object.keys(context.shell.variables).sort();
}

/** `export -p` and `readonly -p`. */
function showFlagged(call: BuiltinCall, flag: string): number {
  const { context } = call;
  const lines = sortedNames(context).flatMap((name) => {
    const variable = lookUp(context.shell.variables, name)!;
    if (!variable.flags.includes(flag)) return [];
    if (context.shell.flavour === "bash") return [declaration(context, name, variable)];
    const word = flag === "x" ? "export" : "readonly";
    return [variable.value === undefined ? `${word} ${name}` : `${word} ${name}=${quoteSingle(variable.value)}`];
  });
  return print(call, lines.map((line) => `${line}\n`).join(""));
}

function declaration(context: Context, name: string, variable: Variable): string {
  const value = valueForDeclare(context, name, variable);
  return `declare -${variable.flags || "-"} ${name}${value === undefined ? "" : `=${value}`}`;
}

function showVariables(call: BuiltinCall, request: Request): number {
  const { context } = call;
  if (request.rest.length === 0) {
    const names = sortedNames(context).filter((name) => {
      const { flags } = lookUp(context.shell.variables, name)!;
      return [...request.add].every((letter) => flags.includes(letter));
    });
    return print(call, names.map((name) => `${showOne(context, name, request)}\n`).join(""));
  }
  let status = 0;
  let text = "";
  for (const { text: name } of request.rest) {
    const variable = lookUp(context.shell.variables, name) ?? variableOf(context, name);
    if (variable) text += `${declaration(context, name, variable)}\n`;
    else status = refuse(call, `${name}: not found`);
  }
  return print(call, text) || status;
}

function showOne(context: Context, name: string, request: Request): string {
  const variable = lookUp(context.shell.variables, name)!;
  if (request.shows || request.add !== "") return declaration(context, name, variable);
  return `${name}=${variable.items ? valueForDeclare(context, name, variable) : quoteForDeclare(variable.value ?? "")}`;
}

function showFunctions(call: BuiltinCall, request: Request): number {
  const { context } = call;
  const names =
    request.rest.length > 0 ? request.rest.map(({ text }) => text) : Object.keys(context.shell.functions).sort();
  let status = 0;
  let text = "";
  for (const name of names) {
    if (!lookUp(context.shell.functions, name)) status = 1;
    else if (request.functions === "text") text += `${functionText(context, name)}\n`;
    else text += request.rest.length > 0 ? `${name}\n` : `declare -f ${name}\n`;
  }
  return print(call, text) || status;
}

export const unset: Builtin = (call) => {
  const { context, args } = call;
  const { shell } = context;
  const flags = args[0]?.startsWith("-") ? args[0] : "";
  const names = flags === "" ? args : args.slice(1);
  let status = 0;
  for (const name of names) {
    if (flags === "-f") {
      remove(shell.functions, name);
      continue;
    }
    if (flags === "-n") {
      remove(shell.variables, name);
      continue;
    }
    const base = splitElement(name)?.name ?? name;
    if (!NAME.test(base)) {
      if (shell.flavour === "bash") continue;
      return abort(call, `${name}: bad variable name`);
    }
    if (flags === "" && !lookUp(shell.variables, base) && shell.flavour === "bash" && lookUp(shell.functions, name)) {
      remove(shell.functions, name);
    } else if (!unsetVariable(context, name)) {
      const isBash = shell.flavour === "bash";
      status = abort(call, isBash ? `${name}: cannot unset: readonly variable` : `${name}: is read only`);
    }
  }
  return status;
};
