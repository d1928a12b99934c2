/** Parameter expansion: `$x`, `${x:-word}`, `${#x}`, `${x%pattern}`, `${!x}`, `${a[@]}`, `${x:1:2}`, `${x@Q}` … */
import type { ParameterExpansionPart, ParameterOperation } from "unbash";
import { MAX_FIELDS, MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import { type Context, failure, hasOption, ShellError } from "../context.ts";
import { specialParameter } from "../special-parameters.ts";
import { lookUp } from "../table.ts";
import {
  assign,
  elementsOf,
  evaluate,
  NAME,
  readElement,
  readVariable,
  splitElement,
  variableOf,
} from "../variables.ts";
import { isModified, modify, namesWithPrefix } from "./modify.ts";
import type { Expander, Field, Mode } from "./pieces.ts";
import { piece } from "./pieces.ts";

/** A parameter: one value, or a list (`$@`, `${a[*]}`). */
type Target =
  | { type: "one"; name: string; key?: string; value: string | undefined }
  | { type: "list"; name: string; values: string[]; isStar: boolean; keys: string[] };

export function expandParameter(x: Expander, part: ParameterExpansionPart, mode: Mode): Field[] {
  checkFlavour(x.context, part);
  const { operation, prefix } = part;
  if (prefix === "!" && operation?.type === "Names") {
    return listFields(x, namesWithPrefix(x.context, part.parameter), operation.operator === "*", mode);
  }
  const index = part.index?.text;
  if (prefix === "!" && (index === "@" || index === "*") && !operation) {
    return listFields(
      x,
      elementsOf(x.context, part.parameter).map(([key]) => key),
      index === "*",
      mode,
    );
  }
  const target = prefix === "!" ? indirect(x, part) : targetOf(x, part);
  if (prefix === "#") return [[result(String(lengthOf(x, target)), mode)]];
  if (operation?.type === "Unknown") throw badSubstitution(x.context, part.text);
  if (operation?.type === "Default") return defaultOf(x, target, operation, part, mode);
  return valuesOf(x, target, operation, mode);
}

/** `$x` without braces. */
export function expandSimple(x: Expander, name: string, mode: Mode): Field[] {
  return valuesOf(x, plainTarget(x.context, name), undefined, mode);
}

function plainTarget(context: Context, name: string): Target {
  if (name === "@" || name === "*") {
    const values = context.shell.parameters;
    return { type: "list", name, values, isStar: name === "*", keys: values.map((_, i) => String(i + 1)) };
  }
  return { type: "one", name, value: valueOfName(context, name) };
}

function valueOfName(context: Context, name: string): string | undefined {
  if (NAME.test(name)) return readVariable(context, name);
  return specialParameter(context, name);
}

function targetOf(x: Expander, part: ParameterExpansionPart): Target {
  const { parameter } = part;
  if (!part.index) return plainTarget(x.context, parameter);
  const text = part.index.text;
  if (text === "@" || text === "*") {
    const elements = elementsOf(x.context, parameter);
    const [keys, values] = [elements.map(([key]) => key), elements.map(([, value]) => value)];
    return { type: "list", name: `${parameter}[${text}]`, values, isStar: text === "*", keys };
  }
  return elementTarget(x.context, parameter, keyOf(x, parameter, part.index));
}

/** The text between the brackets: of an associative array a word, otherwise an expression. */
function keyOf(x: Expander, name: string, word: NonNullable<ParameterExpansionPart["index"]>): string {
  return variableOf(x.context, name)?.flags.includes("A") ? x.text(word) : x.rawText(word.text);
}

function elementTarget(context: Context, name: string, key: string): Target {
  return { type: "one", name, key, value: readElement(context, name, key) };
}

/** `${!x}`: the parameter that the value of x names. */
function indirect(x: Expander, part: ParameterExpansionPart): Target {
  const { context } = x;
  const variable = lookUp(context.shell.variables, part.parameter);
  if (variable?.flags.includes("n")) return { type: "one", name: part.parameter, value: variable.value };
  const target = targetOf(x, part);
  const name = target.type === "one" ? target.value : target.values.join(" ");
  if (name === undefined) {
    if (part.operation?.type === "Default") return { type: "one", name: part.parameter, value: undefined };
    throw failure(context, `${part.parameter}: invalid indirect expansion`);
  }
  const element = splitElement(name);
  if (element && (element.key === "@" || element.key === "*")) {
    const elements = elementsOf(context, element.name);
    const values = elements.map(([, value]) => value);
    return { type: "list", name, values, isStar: element.key === "*", keys: elements.map(([key]) => key) };
  }
  if (element) return elementTarget(context, element.name, x.rawText(element.key));
  if (!NAME.test(name) && !/^(?:\d+|[@*#?$!-])$/.test(name)) {
    throw failure(context, `${name}: invalid variable name`);
  }
  return plainTarget(context, name);
}

function lengthOf(x: Expander, target: Target): number {
  if (target.type === "list") return target.values.length;
  return (requireSet(x.context, target) ?? "").length;
}

/** Status of a shell that an unset parameter ends. */
function exitStatus({ shell }: Context): number {
  if (shell.flavour !== "bash") return 2;
  return shell.runsArgument && shell.level === 0 ? 127 : 1;
}

/** With `set -u` an unset parameter is an error. */
function requireSet(context: Context, target: Target & { type: "one" }): string | undefined {
  if (target.value !== undefined || !hasOption(context.shell, "nounset")) return target.value;
  const shown = target.key === undefined ? target.name : `${target.name}[${target.key}]`;
  const isBash = context.shell.flavour === "bash";
  const status = exitStatus(context);
  throw new ShellError(`${shown}: ${isBash ? "unbound variable" : "parameter not set"}`, { reach: "exit", status });
}

function defaultOf(
  x: Expander,
  target: Target,
  operation: ParameterOperation & { type: "Default" },
  part: ParameterExpansionPart,
  mode: Mode,
): Field[] {
  const checksEmpty = operation.operator.length === 2;
  const operator = operation.operator.at(-1)!;
  const isMissing = isTargetMissing(target, checksEmpty);
  if (operator === "+") {
    return isMissing ? [[result("", mode)]] : x.fieldsOf(operation.operand, { ...mode, isOperand: true });
  }
  if (!isMissing) return valuesOf(x, target, undefined, mode);
  switch (operator) {
    case "-":
      return x.fieldsOf(operation.operand, { ...mode, isOperand: true });
    case "=":
      return [
        [
          result(
            x.once(part, () => assignDefault(x, target, operation)),
            mode,
          ),
        ],
      ];
    default: {
      const text = operation.operand.text === "" ? "" : x.text(operation.operand);
      const message = text !== "" ? text : checksEmpty ? "parameter null or not set" : "parameter not set";
      const status = exitStatus(x.context);
      throw new ShellError(`${target.name}: ${message}`, { reach: "exit", status });
    }
  }
}

function isTargetMissing(target: Target, checksEmpty: boolean): boolean {
  if (target.type === "one") return target.value === undefined || (checksEmpty && target.value === "");
  return target.values.length === 0 || (checksEmpty && target.values.length === 1 && target.values[0] === "");
}

function assignDefault(x: Expander, target: Target, operation: ParameterOperation & { type: "Default" }): string {
  if (target.type === "list" || !NAME.test(target.name)) {
    throw failure(x.context, `$${target.name}: cannot assign in this way`);
  }
  assign(x.context, { name: target.name, key: target.key, appends: false, value: x.text(operation.operand) });
  return (
    (target.key === undefined
      ? readVariable(x.context, target.name)
      : readElement(x.context, target.name, target.key)) ?? ""
  );
}

function valuesOf(x: Expander, target: Target, operation: ParameterOperation | undefined, mode: Mode): Field[] {
  if (target.type === "one") {
    const value = requireSet(x.context, target);
    if (!operation) return [[result(value ?? "", mode)]];
    if (operation.type === "Slice") return [[result(slice(x, value ?? "", operation), mode)]];
    const changed = isModified(x, target, operation, value);
    return [[result(changed ?? "", mode)]];
  }
  return listFields(x, changedList(x, target, operation), target.isStar, mode);
}

function changedList(
  x: Expander,
  target: Target & { type: "list" },
  operation: ParameterOperation | undefined,
): string[] {
  if (!operation) return target.values;
  if (operation.type === "Slice") return sliceList(x, target, operation);
  if (operation.type === "Transform" && "aAkK".includes(operation.operand.text)) {
    return modifyWholeArray(x, target, operation);
  }
  return target.values.map((value) => modify(x, operation, value));
}

function modifyWholeArray(x: Expander, target: Target & { type: "list" }, operation: ParameterOperation): string[] {
  const name = target.name.replace(/\[.\]$/, "");
  const changed = isModified(x, { name, key: undefined, isWhole: true }, operation, target.values[0]);
  return changed === undefined ? [] : [changed];
}

function slice(x: Expander, value: string, operation: ParameterOperation & { type: "Slice" }): string {
  const offset = expressionOf(x, operation.offset.text);
  const start = offset < 0 ? value.length + offset : offset;
  if (start < 0 || start > value.length) return "";
  if (!operation.length) return value.slice(start);
  const length = expressionOf(x, operation.length.text);
  const end = length < 0 ? value.length + length : start + length;
  if (end < start) throw failure(x.context, `${operation.length.text}: substring expression < 0`);
  return value.slice(start, end);
}

function sliceList(x: Expander, target: Target & { type: "list" }, operation: ParameterOperation & { type: "Slice" }) {
  const offset = expressionOf(x, operation.offset.text);
  const length = operation.length ? expressionOf(x, operation.length.text) : undefined;
  if (length !== undefined && length < 0) {
    throw failure(x.context, `${operation.length!.text}: substring expression < 0`);
  }
  if (target.name === "@" || target.name === "*") {
    const all = [x.context.shell.name, ...target.values];
    const start = offset < 0 ? all.length + offset : offset;
    return start < 0 ? [] : all.slice(start, length === undefined ? undefined : start + length);
  }
  const last = Number(target.keys.at(-1) ?? -1);
  const isIndexed = target.keys.every((key) => /^\d+$/.test(key));
  const first = isIndexed ? (offset < 0 ? last + 1 + offset : offset) : offset;
  const from = isIndexed ? target.keys.findIndex((key) => Number(key) >= first) : first;
  if (from < 0 || first < 0) return [];
  return target.values.slice(from, length === undefined ? undefined : from + length);
}

function expressionOf(x: Expander, text: string): number {
  return Number(evaluate(x.context, x.rawText(text)));
}

/** Fields of a list: one for each value, or all of them joined. */
function listFields(x: Expander, values: readonly string[], isStar: boolean, mode: Mode): Field[] {
  if (values.length > MAX_FIELDS) throw failure(x.context, "Argument list too long");
  const ifs = readVariable(x.context, "IFS");
  if ((isStar && mode.isQuoted) || mode.isWhole) {
    const separator = isStar ? (ifs === undefined ? " " : ifs.slice(0, 1)) : " ";
    const joined = values.join(separator);
    if (joined.length > MAX_VARIABLE_LENGTH) throw failure(x.context, "cannot allocate memory");
    return [[result(joined, mode)]];
  }
  return values.map((value) => [result(value, mode)]);
}

function result(text: string, mode: Mode) {
  return piece(text, mode.isQuoted, !mode.isQuoted);
}

function badSubstitution(context: Context, text: string): ShellError {
  switch (context.shell.flavour) {
    case "bash":
      return new ShellError(`${text}: bad substitution`, { reach: "discard" });
    case "dash":
      return new ShellError("Bad substitution", { reach: "exit", status: 2 });
    case "busybox":
      return new ShellError("syntax error: bad substitution", { reach: "exit", status: 2 });
  }
}

/** Expansions that only bash has. */
function checkFlavour({ shell, ...rest }: Context, part: ParameterExpansionPart): void {
  if (shell.flavour === "bash") return;
  const isExtension =
    part.prefix === "!" ||
    part.index !== undefined ||
    part.operation?.type === "CaseModification" ||
    part.operation?.type === "Transform" ||
    part.operation?.type === "Names";
  const isBashOrBusybox = part.operation?.type === "Slice" || part.operation?.type === "Replace";
  if (isExtension || (isBashOrBusybox && shell.flavour === "dash"))
    throw badSubstitution({ shell, ...rest }, part.text);
}
