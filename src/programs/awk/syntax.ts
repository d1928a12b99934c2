/** The syntax tree of awk. */

/** The programs called awk. */
export type DialectName = "mawk" | "busybox" | "gawk";

export type Expression =
  | { type: "number"; value: number }
  | { type: "string"; value: string }
  | { type: "regex"; source: string }
  | { type: "name"; name: string }
  | { type: "index"; name: string; subscripts: readonly Expression[] }
  | { type: "field"; index: Expression }
  /** `(a, b)`: the subscripts before `in`, or the arguments of print. */
  | { type: "group"; items: readonly Expression[] }
  | { type: "assign"; operator: string; target: Target; value: Expression }
  | { type: "ternary"; test: Expression; then: Expression; else: Expression }
  | { type: "binary"; operator: string; left: Expression; right: Expression }
  | { type: "match"; isNegated: boolean; text: Expression; pattern: Expression }
  | { type: "in"; subscripts: readonly Expression[]; name: string }
  | { type: "unary"; operator: "!" | "-" | "+"; operand: Expression }
  | { type: "step"; by: 1 | -1; isPrefix: boolean; target: Target }
  | { type: "call"; name: string; args: readonly Expression[] }
  | { type: "builtin"; name: string; args: readonly Expression[] }
  | { type: "getline"; target?: Target; from?: Source };

export type Target = Extract<Expression, { type: "name" | "index" | "field" }>;

/** Where getline reads: a file, or the output of a command. */
export interface Source {
  kind: "file" | "command";
  name: Expression;
}

export interface Redirection {
  operator: ">" | ">>" | "|";
  name: Expression;
}

export type Statement =
  | { type: "expression"; value: Expression }
  | { type: "print" | "printf"; args: readonly Expression[]; into?: Redirection }
  | { type: "if"; test: Expression; then: Statement; else?: Statement }
  | { type: "while"; test: Expression; body: Statement }
  | { type: "do"; test: Expression; body: Statement }
  | { type: "for"; first?: Statement; test?: Expression; next?: Statement; body: Statement }
  | { type: "forIn"; variable: string; array: string; body: Statement }
  | { type: "block"; body: readonly Statement[] }
  | { type: "next" | "nextfile" | "break" | "continue" }
  | { type: "exit" | "return"; value?: Expression }
  | { type: "delete"; name: string; subscripts?: readonly Expression[] };

/** A rule without patterns applies to each record; two patterns are a range. */
export interface Rule {
  patterns: readonly Expression[];
  /** Absent: the record is printed. */
  action?: Statement;
}

export interface AwkFunction {
  parameters: readonly string[];
  body: Statement;
}

export interface AwkProgram {
  begin: readonly Statement[];
  rules: readonly Rule[];
  end: readonly Statement[];
  functions: ReadonlyMap<string, AwkFunction>;
  /** Whether it runs commands or reads records by itself: then a wait may fall within an action. */
  waits: boolean;
}

export type SyntaxProblem =
  | "syntax"
  | "missingBrace"
  | "extraBrace"
  | "undefinedFunction"
  | "argumentCount"
  | "character"
  | "endlessText"
  | "endlessRegex";

/** A program that cannot be read. `near` is the text of the token at which that shows, "" at the end. */
export class AwkSyntaxError extends Error {
  override name = "AwkSyntaxError";
  readonly problem: SyntaxProblem;
  readonly line: number;
  readonly near: string;

  constructor(problem: SyntaxProblem, { line, near }: { line: number; near: string }) {
    super(`${problem} at line ${line}: ${near}`);
    this.problem = problem;
    this.line = line;
    this.near = near;
  }
}
