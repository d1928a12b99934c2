/**
 * Constant arguments that can only fail. cel-go reports them at compile time, the library at their evaluation.
 * The shapes of syntax nodes are pinned in test/cel/library-contract.test.ts.
 */
import { Regex, RegexError } from "../lib/regex.ts";
import { durationOf, OVERRIDDEN, timestampOf } from "./functions/overrides.ts";
import { allNodes, type SyntaxNode } from "./metering.ts";

/** The problem, and its character in the source. */
export interface ConstantProblem {
  text: string;
  at: number;
}

const CHECKS: Readonly<Record<string, (value: string) => unknown>> = {
  matches: (pattern) => new Regex(pattern),
  duration: durationOf,
  timestamp: timestampOf,
};

const CHECKED = new Map(Object.entries(OVERRIDDEN).map(([name, own]) => [own, name]));

/** The first constant argument that can only fail; undefined without one. */
export function constantProblem(root: SyntaxNode): ConstantProblem | undefined {
  for (const node of allNodes(root)) {
    if (node.op !== "call" && node.op !== "rcall") continue;
    const parts = node.args as [string, ...unknown[]];
    const name = CHECKED.get(parts[0]) ?? parts[0];
    const argument = (parts.at(-1) as SyntaxNode[]).at(-1);
    const isConstant = argument?.op === "value" && typeof argument.args === "string";
    if (!isConstant || !Object.hasOwn(CHECKS, name) || passes(CHECKS[name]!, argument.args as string)) continue;
    return { text: `invalid ${name} argument`, at: argument.start };
  }
  return undefined;
}

function passes(check: (value: string) => unknown, value: string): boolean {
  try {
    check(value);
    return true;
  } catch (error) {
    // The size of patterns is this server's limit, not CEL's: reported at the evaluation.
    return error instanceof RegexError && error.code === "too-large";
  }
}
