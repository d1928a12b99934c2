/** Operations that change a value: removal of a pattern, replacement, case, `@Q` and its relatives. */
import type { ParameterOperation } from "unbash";
import { type Context, failure, hasShopt } from "../context.ts";
import type { Variable } from "../frame.ts";
import { specialParameter } from "../special-parameters.ts";
import { elementsOf, referredName, variableOf } from "../variables.ts";
import { escapeOptions } from "./escape-options.ts";
import { decodeAnsiC } from "./escapes.ts";
import { compilePattern, matches, prefixLength, replaceMatches, suffixLength } from "./pattern.ts";
import type { Expander } from "./pieces.ts";
import { quoteForDeclare, quoteWord } from "./quote.ts";

/** Changes one value of a named parameter. Undefined if an unset parameter stays unset. */
export function isModified(
  x: Expander,
  target: { name: string; key?: string; isWhole?: boolean },
  operation: ParameterOperation,
  value: string | undefined,
): string | undefined {
  if (operation.type === "Transform") {
    if (operation.operand.text === "a")
      return variableOf(x.context, target.name)?.flags.replace(/[^aAilnrux]/g, "") ?? "";
    if (operation.operand.text === "A") return declarationOf(x.context, target.name, target.isWhole === true);
    if ("kK".includes(operation.operand.text) && target.isWhole) return pairsOf(x.context, target.name);
    if (value === undefined) return undefined;
  }
  return modify(x, operation, value ?? "");
}

export function modify(x: Expander, operation: ParameterOperation, value: string): string {
  const { context } = x;
  switch (operation.type) {
    case "Remove": {
      const pattern = compilePattern(x.pattern(operation.operand), patternOptions(context));
      const isLongest = operation.operator.length === 2;
      if (operation.operator.startsWith("#")) return value.slice(prefixLength(pattern, value, isLongest) ?? 0);
      return value.slice(0, value.length - (suffixLength(pattern, value, isLongest) ?? 0));
    }
    case "Replace": {
      const characters = x.pattern(operation.pattern);
      const where = { "/": "first", "//": "all", "/#": "prefix", "/%": "suffix" } as const;
      if (characters.length === 0 && where[operation.operator] !== "prefix" && where[operation.operator] !== "suffix") {
        return value;
      }
      const replacement = replacementOf(x, operation);
      const pattern = compilePattern(characters, patternOptions(context));
      return replaceMatches(pattern, value, replacement, where[operation.operator]);
    }
    case "CaseModification": {
      const pattern = operation.operand && compilePattern(x.pattern(operation.operand), patternOptions(context));
      return changeCase(value, operation.operator, (each) => !pattern || matches(pattern, each));
    }
    case "Transform":
      return transform(context, operation.operand.text, value);
    default:
      throw failure(context, "bad substitution");
  }
}

/** A `&` of the replacement that is not quoted is the match. */
function replacementOf(x: Expander, operation: ParameterOperation & { type: "Replace" }): (match: string) => string {
  const characters = x.activeCharacters(operation.replacement);
  const usesMatch = x.context.shell.flavour === "bash" && hasShopt(x.context.shell, "patsub_replacement");
  const hasMatch = usesMatch && characters.some(({ character, isQuoted }) => character === "&" && !isQuoted);
  const plain = characters.map(({ character }) => character).join("");
  if (!hasMatch) return () => plain;
  return (match) =>
    characters.map(({ character, isQuoted }) => (character === "&" && !isQuoted ? match : character)).join("");
}

export function patternOptions({ shell }: Context): { isPlain: boolean; ignoresCase: boolean } {
  return { isPlain: shell.flavour !== "bash", ignoresCase: hasShopt(shell, "nocasematch") };
}

/** ASCII only, as in the C locale. */
function changeCase(value: string, operator: string, applies: (character: string) => boolean): string {
  const change = (character: string) => {
    if (character > "\x7f" || !applies(character)) return character;
    return operator.startsWith("^") ? character.toUpperCase() : character.toLowerCase();
  };
  return operator.length === 2 ? value.split("").map(change).join("") : change(value.slice(0, 1)) + value.slice(1);
}

function transform(context: Context, operator: string, value: string): string {
  switch (operator) {
    case "Q":
    case "K":
    case "k":
      return quoteWord(value);
    case "U":
      return changeCase(value, "^^", () => true);
    case "u":
      return changeCase(value, "^", () => true);
    case "L":
      return changeCase(value, ",,", () => true);
    case "E":
      return decodeAnsiC(value, escapeOptions(context));
    case "P":
      return value;
    default:
      throw failure(context, `${operator}: bad substitution`);
  }
}

/** The assignment or declaration that makes the variable again. */
function declarationOf(context: Context, name: string, isWhole: boolean): string | undefined {
  const variable = variableOf(context, name);
  if (!variable) {
    const value = specialParameter(context, name);
    return value === undefined ? undefined : quoteWord(value);
  }
  if (!isWhole && !variable.items && variable.flags === "") return `${name}=${quoteWord(variable.value ?? "")}`;
  const value =
    isWhole || !variable.items ? valueForDeclare(context, name, variable) : quoteWord(variable.items["0"] ?? "");
  return `declare -${variable.flags || "-"} ${name}${value === undefined ? "" : `=${value}`}`;
}

/** The value as `declare -p` shows it; undefined if the variable has no value. */
export function valueForDeclare(context: Context, name: string, variable: Variable): string | undefined {
  if (!variable.items) return variable.value === undefined ? undefined : quoteForDeclare(variable.value);
  const elements = elementsOf(context, referredName(context, name));
  const isAssociative = variable.flags.includes("A");
  const shown = elements.map(([key, value]) => `[${isAssociative ? quoteKey(key) : key}]=${quoteForDeclare(value)}`);
  return `(${shown.join(" ")}${isAssociative && shown.length > 0 ? " " : ""})`;
}

function quoteKey(key: string): string {
  return /^[\w./:+@%-]+$/.test(key) ? key : quoteForDeclare(key);
}

function pairsOf(context: Context, name: string): string {
  return elementsOf(context, name)
    .map(([key, value]) => `${/^[\w./:+@%-]+$/.test(key) ? key : quoteWord(key)} ${quoteForDeclare(value)}`)
    .join(" ");
}

export function namesWithPrefix({ shell }: Context, prefix: string): string[] {
  return Object.keys(shell.variables)
    .filter((name) => name.startsWith(prefix))
    .sort();
}
