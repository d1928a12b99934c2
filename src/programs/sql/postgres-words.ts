/** PostgreSQL's words for errors, with SQLSTATE, detail and hint. */
import type { Problem, SqlError } from "./errors.ts";
import { characterCount } from "./types.ts";

/** JSON. */
export interface ErrorReport {
  message: string;
  /** SQLSTATE. */
  code: string;
  detail?: string;
  hint?: string;
  context?: string;
  /** The line of the query and the mark below it. */
  place?: string;
}

/** `text` is the query that the client sent, `start` the offset of the statement in it. */
export function postgresReport(error: SqlError, text: string, start: number): ErrorReport {
  const report = wordsOf(error.problem);
  const hasPlace = error.at !== undefined && PLACED.has(error.problem.kind);
  return hasPlace ? { ...report, place: placeOf(text, start + (error.at ?? 0)) } : report;
}

const PLACED: ReadonlySet<Problem["kind"]> = new Set([
  "syntax",
  "unterminated",
  "placed",
  "notBoolean",
  "positionRange",
  "severalColumns",
  "setColumns",
  "columnCount",
  "noTable",
  "noColumn",
  "noSource",
  "ambiguous",
  "noOperator",
  "noFunction",
  "noType",
  "badInput",
  "grouping",
  "aggregate",
]);

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  const label = `LINE ${before.length}: `;
  const line = (text.split("\n")[before.length - 1] ?? "").replaceAll("\t", " ");
  const { shown, mark } = shortened(line, before.at(-1)?.length ?? 0);
  return `${label}${shown}\n${" ".repeat(characterCount(label + shown.slice(0, mark)))}^`;
}

const MAX_LINE = 60;
const MIN_BEHIND = 10;

/** A long line around the mark. PostgreSQL: src/interfaces/libpq/fe-protocol3.c, reportErrorPosition. */
function shortened(line: string, at: number): { shown: string; mark: number } {
  if (characterCount(line) <= MAX_LINE) return { shown: line, mark: at };
  if (MAX_LINE >= at + MIN_BEHIND) return { shown: `${line.slice(0, MAX_LINE)}...`, mark: at };
  const end = Math.min(line.length, at + MIN_BEHIND);
  const start = Math.max(0, end - MAX_LINE);
  const tail = end < line.length ? "..." : "";
  return { shown: `...${line.slice(start, end)}${tail}`, mark: at - start + 3 };
}

function wordsOf(problem: Problem): ErrorReport {
  const named = NAMES[problem.kind];
  return named ? named(problem as never) : rowWords(problem);
}

type Words = { [Kind in Problem["kind"]]?: (problem: Extract<Problem, { kind: Kind }>) => ErrorReport };

/** Errors of names, types and syntax. */
const NAMES: Words = {
  unterminated: ({ near }) => ({
    message: `unterminated ${near.startsWith("$") ? "dollar-quoted" : "quoted"} ${near.startsWith('"') ? "identifier" : "string"} at or near "${near}"`,
    code: "42601",
  }),
  placed: ({ message, code, detail, hint }) => ({
    message,
    code,
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
  }),
  syntax: ({ near }) => ({
    message: near === "" ? "syntax error at end of input" : `syntax error at or near "${near}"`,
    code: "42601",
  }),
  noTable: ({ name, what }) => ({
    message: `${what} "${name}" does not exist`,
    code: what === "schema" ? "3F000" : "42P01",
  }),
  noColumn: ({ name, table, place, similar }) => {
    if (place === "key") return { message: `column "${name}" named in key does not exist`, code: "42703" };
    if (place === "relation")
      return { message: `column "${name}" of relation "${table}" does not exist`, code: "42703" };
    const message = table === undefined ? `column "${name}" does not exist` : `column ${table}.${name} does not exist`;
    const hint = similar === undefined ? {} : { hint: `Perhaps you meant to reference the column ${similar}.` };
    return { message, code: "42703", ...hint };
  },
  noSource: ({ name }) => ({ message: `missing FROM-clause entry for table "${name}"`, code: "42P01" }),
  ambiguous: ({ name }) => ({ message: `column reference "${name}" is ambiguous`, code: "42702" }),
  tableExists: ({ name }) => ({ message: `relation "${name}" already exists`, code: "42P07" }),
  columnExists: ({ name, table }) => ({
    message: `column "${name}" of relation "${table}" already exists`,
    code: "42701",
  }),
  databaseExists: ({ name }) => ({ message: `database "${name}" already exists`, code: "42P04" }),
  noDatabase: ({ name }) => ({ message: `database "${name}" does not exist`, code: "3D000" }),
  roleExists: ({ name }) => ({ message: `role "${name}" already exists`, code: "42710" }),
  noRole: ({ name }) => ({ message: `role "${name}" does not exist`, code: "42704" }),
  noExtension: ({ name }) => ({
    message: `extension "${name}" is not available`,
    code: "0A000",
    detail: `Could not open extension control file "/usr/share/postgresql/15/extension/${name}.control": No such file or directory.`,
    hint: "The extension must first be installed on the system where PostgreSQL is running.",
  }),
  noType: ({ name }) => ({ message: `type "${name}" does not exist`, code: "42704" }),
  noOperator: ({ operator, left, right }) => ({
    message: `operator does not exist: ${left === "" ? "" : `${left} `}${operator} ${right}`,
    code: "42883",
    hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
  }),
  noFunction: ({ name, types }) => ({
    message: `function ${name}(${types.join(", ")}) does not exist`,
    code: "42883",
    hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
  }),
  badInput: ({ type, text, detail, context }) => {
    if (/^(date|time|timestamp)/.test(type) && /^(\d+-\d+-\d+|\d+:\d+)/.test(text)) {
      const hint = /^\d+-(1[3-9]|[2-9]\d)-/.test(text)
        ? { hint: 'Perhaps you need a different "datestyle" setting.' }
        : {};
      return { message: `date/time field value out of range: "${text}"`, code: "22008", ...hint };
    }
    if (type === "json")
      return {
        message: "invalid input syntax for type json",
        code: "22P02",
        ...(detail !== undefined && { detail }),
        ...(context !== undefined && { context }),
      };
    if (type.startsWith("enum ")) return { message: `invalid input value for ${type}: "${text}"`, code: "22P02" };
    return { message: `invalid input syntax for type ${type}: "${text}"`, code: type === "date" ? "22007" : "22P02" };
  },
  tooLong: ({ type }) => ({ message: `value too long for type ${type}`, code: "22001" }),
  outOfRange: ({ type, detail }) => ({
    message: type === "numeric" ? "numeric field overflow" : `${type} out of range`,
    code: "22003",
    ...(detail !== undefined && { detail }),
  }),
  divisionByZero: () => ({ message: "division by zero", code: "22012" }),
  grouping: ({ column }) => ({
    message: `column "${column}" must appear in the GROUP BY clause or be used in an aggregate function`,
    code: "42803",
  }),
  aggregate: ({ where }) => ({ message: `aggregate functions are not allowed in ${where}`, code: "42803" }),
  positionRange: ({ position, clause = "ORDER BY" }) => ({
    message: `${clause} position ${position} is not in select list`,
    code: "42P10",
  }),
};

/** Errors of rows and of transactions. */
function rowWords(problem: Problem): ErrorReport {
  switch (problem.kind) {
    case "unique":
      return {
        message: `duplicate key value violates unique constraint "${problem.constraint}"`,
        code: "23505",
        detail: `Key (${problem.columns.join(", ")})=(${problem.values.join(", ")}) already exists.`,
      };
    case "notNull":
      return {
        message: `null value in column "${problem.column}" of relation "${problem.table}" violates not-null constraint`,
        code: "23502",
        detail: `Failing row contains (${problem.row}).`,
      };
    case "check":
      return {
        message: `new row for relation "${problem.table}" violates check constraint "${problem.constraint}"`,
        code: "23514",
        detail: `Failing row contains (${problem.row}).`,
      };
    case "foreignKey":
      return foreignKeyWords(problem);
    case "columnCount":
      return {
        message: `INSERT has more ${problem.given > problem.expected ? "expressions than target columns" : "target columns than expressions"}`,
        code: "42601",
      };
    case "severalRows":
      return { message: "more than one row returned by a subquery used as an expression", code: "21000" };
    case "severalColumns":
      return { message: "subquery must return only one column", code: "42601" };
    case "setColumns":
      return { message: `each ${problem.operator} query must have the same number of columns`, code: "42601" };
    case "noUnique":
      return {
        message: "there is no unique or exclusion constraint matching the ON CONFLICT specification",
        code: "42P10",
      };
    case "notBoolean":
      return { message: `argument of ${problem.place} must be type boolean, not type ${problem.type}`, code: "42804" };
    case "dependents":
      return {
        message: `cannot drop ${problem.name} because other objects depend on it`,
        code: "2BP01",
        detail: problem.dependents.join("\n"),
        hint: "Use DROP ... CASCADE to drop the dependent objects too.",
      };
    case "abortedTransaction":
      return {
        message: "current transaction is aborted, commands ignored until end of transaction block",
        code: "25P02",
      };
    case "generatedAlways":
      return {
        message: `cannot insert a non-DEFAULT value into column "${problem.column}"`,
        code: "428C9",
        detail: `Column "${problem.column}" is an identity column defined as GENERATED ALWAYS.`,
        hint: "Use OVERRIDING SYSTEM VALUE to override.",
      };
    case "disk":
      return {
        message: `could not extend file "${problem.path}": ${problem.reason}`,
        code: "53100",
        hint: "Check free disk space.",
      };
    case "tooMuchWork":
      return { message: "canceling statement due to statement timeout", code: "57014" };
    case "denied":
      return { message: `permission denied ${problem.what}`, code: "42501" };
    case "unsupported":
      return { message: `${problem.what} is not supported by this simulation of PostgreSQL`, code: "0A000" };
    case "other": {
      const { message, code, detail, hint } = problem;
      return { message, code, ...(detail !== undefined && { detail }), ...(hint !== undefined && { hint }) };
    }
    default:
      return { message: problem.kind, code: "XX000" };
  }
}

function foreignKeyWords({
  table,
  target,
  constraint,
  columns,
  targetColumns,
  values,
  side,
}: Extract<Problem, { kind: "foreignKey" }>): ErrorReport {
  const value = values.join(", ");
  if (side === "child") {
    return {
      message: `insert or update on table "${table}" violates foreign key constraint "${constraint}"`,
      code: "23503",
      detail: `Key (${columns.join(", ")})=(${value}) is not present in table "${target}".`,
    };
  }
  return {
    message: `update or delete on table "${target}" violates foreign key constraint "${constraint}" on table "${table}"`,
    code: "23503",
    detail: `Key (${targetColumns.join(", ")})=(${value}) is still referenced from table "${table}".`,
  };
}
