/** Scopes, which all parts of the compiler share, and how names are found when the program runs. */
import type { Closure, Code, Environment } from "./machine.ts";
import type { Node } from "./syntax.ts";
import type { Value } from "./values.ts";

/** Names that are known at a place of the program, innermost first; it has the form of `Environment`. */
export interface Scope {
  up: Scope | undefined;
  kind: "function" | "parameter" | "variable" | "label";
  name: string;
  /** Number of parameters of a function. */
  arity: number;
}

export interface Compiler {
  /** Variables that the command line gives. */
  readonly globals: ReadonlyMap<string, Value>;
  compile(node: Node, scope: Scope | undefined): Code;
  /** Notes that the program cannot run. */
  problem(message: string, at: number): void;
  /** A builtin that is written in jq. */
  prelude(name: string): { code: Code | undefined } | undefined;
}

export function inScope(up: Scope | undefined, kind: Scope["kind"], name: string, arity = 0): Scope {
  return { up, kind, name, arity };
}

export interface Found {
  kind: Scope["kind"];
  /** Steps outwards to the entry. */
  depth: number;
}

export function findName(scope: Scope | undefined, isWanted: (entry: Scope) => boolean): Found | undefined {
  let depth = 0;
  for (let entry = scope; entry; entry = entry.up, depth++) if (isWanted(entry)) return { kind: entry.kind, depth };
  return undefined;
}

/** The entry some steps outwards. */
export function entryAt(environment: Environment | undefined, depth: number): Environment {
  let entry = environment!;
  for (let i = 0; i < depth; i++) entry = entry.up!;
  return entry;
}

export function closureAt(environment: Environment | undefined, depth: number): Closure {
  return entryAt(environment, depth).closure!;
}
