/** What macros of our own use of the library's contexts, which it does not declare. */
import type { SyntaxNode } from "../metering.ts";

/** A type as the library's checker knows it. */
export interface MacroType {
  kind: string;
  valueType?: MacroType;
}

/** Where names are looked up, while checking and while evaluating. */
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

/** A call whose arguments are syntax and not values yet. */
export interface MacroCall {
  args: SyntaxNode[];
  receiver: SyntaxNode;
}

/** The name that an argument introduces. Throws where it is no name: `which` says which argument that is. */
export function macroVariable(node: SyntaxNode | undefined, which = "the first argument must be a name"): string {
  if (node?.op !== "id") throw new Error(which);
  return node.args as string;
}
