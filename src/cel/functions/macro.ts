/**
 * The library's contexts that macros of our own use, and that the library does not declare.
 * Pinned in test/cel/library-contract.test.ts.
 */
import type { SyntaxNode } from "../metering.ts";

/** A type in the library's checker. */
export interface MacroType {
  kind: string;
  valueType?: MacroType;
}

/** The scope of names, during the check and the evaluation. */
export interface Scope {
  forkWithVariable(name: string, type: MacroType): Scope;
  reuse(parent: Scope): Scope;
  setIterValue(value: unknown, evaluator: unknown): Scope;
}

export interface Checker {
  check(node: SyntaxNode, scope: Scope): MacroType;
  getType(name: string): MacroType;
  registry: { getOptionalType(type: MacroType): MacroType };
}

export interface Evaluator {
  run(node: SyntaxNode, scope: Scope): unknown;
}

/** A call whose arguments are syntax nodes instead of values. */
export interface MacroCall {
  args: SyntaxNode[];
  receiver: SyntaxNode;
}

/** The name that an argument introduces. Throws for another node; `which` is the message. */
export function macroVariable(node: SyntaxNode | undefined, which = "the first argument must be a name"): string {
  if (node?.op !== "id") throw new Error(which);
  return node.args as string;
}
