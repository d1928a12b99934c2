/** The syntax tree of a jq program. `at` is the offset of a name in the program. */
import type { Value } from "./values.ts";

export type Node =
  | { type: "identity" }
  | { type: "descend" }
  | { type: "literal"; value: Value }
  | { type: "text"; format: string | undefined; parts: (string | Node)[] }
  | { type: "format"; name: string; at: number }
  | { type: "index"; target: Node; key: Node }
  | { type: "slice"; target: Node; from: Node | undefined; to: Node | undefined }
  | { type: "iterate"; target: Node }
  | { type: "try"; body: Node; handler: Node | undefined }
  | { type: "array"; body: Node | undefined }
  | { type: "object"; entries: { key: Node; value: Node; at: number }[] }
  | { type: "negate"; body: Node }
  | { type: "pipe"; left: Node; right: Node }
  | { type: "comma"; left: Node; right: Node }
  | { type: "binary"; operator: string; left: Node; right: Node; at: number }
  | { type: "and" | "or" | "alternative"; left: Node; right: Node }
  | { type: "assign"; operator: string; left: Node; right: Node }
  | { type: "if"; condition: Node; then: Node; otherwise: Node }
  | { type: "reduce"; source: Node; pattern: Pattern; init: Node; update: Node }
  | { type: "foreach"; source: Node; pattern: Pattern; init: Node; update: Node; extract: Node }
  | { type: "label"; name: string; body: Node }
  | { type: "break"; name: string; at: number }
  | { type: "define"; definition: Definition; rest: Node }
  | { type: "call"; name: string; args: Node[]; at: number }
  | { type: "variable"; name: string; at: number }
  | { type: "bind"; source: Node; patterns: Pattern[]; body: Node };

export interface Definition {
  name: string;
  parameters: string[];
  body: Node;
}

/** What `as` binds. A key of an object is a text, a variable that is bound too, or an expression. */
export type Pattern =
  | { type: "variable"; name: string }
  | { type: "array"; items: Pattern[] }
  | { type: "object"; entries: { key: Node; variable?: string; pattern?: Pattern }[] };

export interface CompileProblem {
  message: string;
  /** Offset in the program. */
  at: number;
}

/** The program cannot be compiled. */
export class JqSyntaxError extends Error {
  override name = "JqSyntaxError";
  readonly problems: readonly CompileProblem[];

  constructor(problems: readonly CompileProblem[]) {
    super(problems[0]?.message ?? "syntax error");
    this.problems = problems;
  }
}
