/** Tells what a name is: for `type`, `command -v` and `command -V`. */
import { complain, writeOut } from "../context.ts";
import { findExecutable } from "../executables.ts";
import { functionText } from "../function-text.ts";
import { lookUp } from "../table.ts";
import { exportedVariables } from "../variables.ts";
import { quoteSingle } from "../words/quote.ts";
import { type BuiltinCall, print } from "./builtin.ts";
import { isBuiltin, isSpecialBuiltin } from "./names.ts";

const KEYWORDS: readonly string[] = [
  "!",
  "case",
  "do",
  "done",
  "elif",
  "else",
  "esac",
  "fi",
  "for",
  "if",
  "in",
  "then",
  "until",
  "while",
  "{",
  "}",
];
const BASH_KEYWORDS: readonly string[] = [...KEYWORDS, "[[", "]]", "function", "select", "time", "coproc"];

export type CommandKind = "alias" | "keyword" | "function" | "builtin" | "file";

export interface CommandFacts {
  kind: CommandKind;
  /** The file, or the text of an alias. */
  value: string;
}

export function factsOf(call: BuiltinCall, name: string, skips: readonly CommandKind[] = []): CommandFacts[] {
  const { context } = call;
  const { shell, process, files } = context;
  const facts: CommandFacts[] = [];
  const add = (kind: CommandKind, value: string | undefined) => {
    if (value !== undefined && !skips.includes(kind)) facts.push({ kind, value });
  };
  add("alias", lookUp(shell.aliases, name));
  add("keyword", (shell.flavour === "bash" ? BASH_KEYWORDS : KEYWORDS).includes(name) ? name : undefined);
  add("function", lookUp(shell.functions, name) && name);
  add("builtin", isBuiltin(shell.flavour, name) ? name : undefined);
  const found = findExecutable(name, exportedVariables(context), process.cwd, files);
  add("file", found.type === "found" ? (name.includes("/") ? name : found.path) : undefined);
  return facts;
}

/** Prints one line about a name. False if it is unknown. */
export function describeCommand(call: BuiltinCall, name: string, style: "long" | "short"): boolean {
  const { context } = call;
  const [fact] = factsOf(call, name);
  if (!fact) {
    if (style === "long") reportUnknown(call, name);
    return false;
  }
  if (style === "short") {
    const text = fact.kind === "alias" ? `alias ${name}=${quoteSingle(fact.value)}` : fact.value;
    writeOut(context, 1, `${text}\n`);
  } else print(call, `${sentence(call, name, fact)}\n`);
  return true;
}

export function reportUnknown(call: BuiltinCall, name: string): void {
  const { context } = call;
  if (context.shell.flavour === "bash") complain(context, `${name}: not found`, call.name);
  else writeOut(context, 1, `${name}: not found\n`);
}

export function sentence({ context }: BuiltinCall, name: string, fact: CommandFacts): string {
  const isBash = context.shell.flavour === "bash";
  switch (fact.kind) {
    case "alias":
      return isBash ? `${name} is aliased to \`${fact.value}'` : `${name} is an alias for ${fact.value}`;
    case "keyword":
      return `${name} is a shell keyword`;
    case "function":
      if (isBash) return `${name} is a function\n${functionText(context, name)}`;
      return context.shell.flavour === "busybox" ? `${name} is a function` : `${name} is a shell function`;
    case "builtin": {
      const isSpecial = !isBash && isSpecialBuiltin(name);
      return `${name} is a ${isSpecial ? "special " : ""}shell builtin`;
    }
    case "file":
      return `${name} is ${fact.value}`;
  }
}
