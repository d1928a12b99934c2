/** Errors of SQL as data. A dialect gives them their words. */

export type Problem =
  | { kind: "syntax"; near: string; rest: string }
  | { kind: "unterminated"; near: string; rest: string }
  | { kind: "noTable"; name: string; what: "relation" | "table" | "view" | "index" | "sequence" | "schema" }
  | { kind: "noColumn"; name: string; table?: string; place?: string; similar?: string }
  | { kind: "noSource"; name: string }
  | { kind: "ambiguous"; name: string; place?: string }
  | { kind: "tableExists"; name: string }
  | { kind: "columnExists"; name: string; table: string }
  | { kind: "databaseExists"; name: string }
  | { kind: "noDatabase"; name: string }
  | { kind: "roleExists"; name: string; host?: string }
  | { kind: "noRole"; name: string; host?: string }
  | { kind: "unique"; table: string; constraint: string; columns: readonly string[]; values: readonly string[] }
  | { kind: "notNull"; table: string; column: string; row: string }
  | { kind: "noDefault"; column: string }
  | { kind: "check"; table: string; constraint: string; row: string }
  | ForeignKeyProblem
  | { kind: "badInput"; type: string; text: string; column?: string; detail?: string; context?: string }
  | { kind: "tooLong"; type: string; column: string }
  | { kind: "outOfRange"; type: string; column?: string; detail?: string }
  | { kind: "noOperator"; operator: string; left: string; right: string }
  | { kind: "noFunction"; name: string; types: readonly string[] }
  | { kind: "noType"; name: string }
  | { kind: "noExtension"; name: string }
  | { kind: "divisionByZero" }
  | { kind: "grouping"; column: string; position: number }
  | { kind: "aggregate"; where: string }
  | { kind: "placed"; message: string; code: string; number: number; detail?: string; hint?: string }
  | { kind: "columnCount"; given: number; expected: number; row: number }
  | { kind: "severalRows" }
  | { kind: "severalColumns" }
  | { kind: "setColumns"; operator: string }
  | { kind: "noUnique" }
  | { kind: "notBoolean"; place: string; type: string }
  | { kind: "dependents"; name: string; dependents: readonly string[] }
  | { kind: "positionRange"; position: number; clause?: string }
  | { kind: "abortedTransaction" }
  | { kind: "denied"; what: string }
  | { kind: "noSelectedDatabase" }
  | { kind: "generatedAlways"; column: string }
  | { kind: "disk"; path: string; reason: string }
  | { kind: "tooMuchWork" }
  | { kind: "unsupported"; what: string }
  | { kind: "other"; message: string; code: string; number: number; detail?: string; hint?: string };

interface ForeignKeyProblem {
  kind: "foreignKey";
  /** The table with the key, and the table that it names. */
  table: string;
  target: string;
  constraint: string;
  columns: readonly string[];
  targetColumns: readonly string[];
  values: readonly string[];
  /** The row that is missing or still needed. */
  side: "child" | "parent";
}

/** Ends a statement. `at` is the offset in the text of the query. */
export class SqlError extends Error {
  override name = "SqlError";
  readonly problem: Problem;
  at: number | undefined;

  constructor(problem: Problem, at?: number) {
    super(problem.kind);
    this.problem = problem;
    this.at = at;
  }
}

export function unsupported(what: string, at?: number): SqlError {
  return new SqlError({ kind: "unsupported", what }, at);
}
