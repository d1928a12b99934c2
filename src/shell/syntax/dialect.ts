/**
 * Syntax of bash that dash and busybox do not have. The parser accepts all of bash; here is the first place at which
 * another shell stops. Constructs that the other shell reads differently are handled where they run.
 */
import type { SyntaxNode } from "unbash";
import type { ShellFlavour } from "../contract.ts";
import type { SyntaxProblem } from "./problem.ts";

type Refusal = (node: SyntaxNode, text: string) => SyntaxProblem | undefined;

function unexpected(position: number, token: string): SyntaxProblem {
  return { position, token, isIncomplete: false };
}

/** The message stands for itself. */
function special(position: number, sentence: string): SyntaxProblem {
  return { position, token: "", isIncomplete: false, sentence };
}

const IN_BOTH: Partial<Record<SyntaxNode["type"], Refusal>> = {
  Assignment: (node) =>
    node.type === "Assignment" && node.value.type === "ArrayValue" ? unexpected(node.value.pos, "(") : undefined,
  ArithmeticFor: (node) => special(node.pos, "Bad for loop variable"),
  HereString: (node) => special(node.pos, "redirection unexpected"),
  Select: (node) => (node.type === "Select" ? unexpected(node.pos, "do") : undefined),
  ExtendedGlob: (node) => unexpected(node.pos + 1, "("),
  Coproc: (node) => unexpected(node.end - 1, "}"),
};

const IN_DASH: Partial<Record<SyntaxNode["type"], Refusal>> = {
  ...IN_BOTH,
  ProcessSubstitution: (node) => unexpected(node.pos + 1, "("),
  Function: (node, text) => (/^function\s/.test(text.slice(node.pos)) ? unexpected(node.end - 1, "}") : undefined),
  Pipeline: (node) => {
    if (node.type !== "Pipeline") return undefined;
    const at = node.operators.indexOf("|&");
    return at === -1 ? undefined : unexpected(node.commands[at]!.end, "&");
  },
};

const REFUSALS: Readonly<Record<ShellFlavour, Partial<Record<SyntaxNode["type"], Refusal>>>> = {
  bash: {},
  dash: IN_DASH,
  busybox: IN_BOTH,
};

/** The first construct of the script that the shell refuses. */
export function dialectProblem(
  nodes: readonly SyntaxNode[],
  text: string,
  flavour: ShellFlavour,
): SyntaxProblem | undefined {
  const refusals = REFUSALS[flavour];
  let first: SyntaxProblem | undefined;
  for (const node of nodes) {
    const problem = refusals[node.type]?.(node, text);
    if (problem && (!first || problem.position < first.position)) first = problem;
  }
  return first;
}
