/** The prefix of `set -x`. */
import type { Context } from "../context.ts";
import { readVariable } from "../variables.ts";

/** The value of PS4; bash repeats its first character for each level of indirection. */
export function tracePrefix(context: Context): string {
  const prefix = readVariable(context, "PS4") ?? "+ ";
  const { shell } = context;
  if (shell.flavour !== "bash") return prefix;
  return (prefix[0] ?? "").repeat(shell.traceLevel ?? 0) + prefix.replace(/\$\{?LINENO\}?/g, String(shell.line));
}
