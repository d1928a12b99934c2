/** Functions that return several rows: `generate_series`, `unnest`, `jsonb_each`. */
import type { RelationColumn, Scope } from "./context.ts";
import { spend } from "./context.ts";
import { SqlError } from "./errors.ts";
import { parsedJson } from "./json-operators.ts";
import { applyOperator, compiled } from "./operators.ts";
import type { SqlType } from "./sql-type.ts";
import { castTo, jsonText } from "./types.ts";
import { compareValues, Interval, Json, List, Moment, numberOf, textOf, typeOf, type Value } from "./values.ts";

export interface SetResult {
  columns: readonly Pick<RelationColumn, "name" | "type">[];
  rows: readonly (readonly Value[])[];
}

type SetFunction = (args: readonly Value[], scope: Scope) => SetResult;

const TEXT: SqlType = { name: "text" };

function column(values: readonly Value[], type: SqlType = typeOf(values[0] ?? null)): SetResult {
  return { columns: [{ name: "", type }], rows: values.map((value) => [value]) };
}

function json(value: unknown, isBinary: boolean): Json {
  return new Json(isBinary ? jsonText(value) : JSON.stringify(value));
}

function elements(isBinary: boolean, isText: boolean): SetFunction {
  return ([value = null]) => {
    const items = parsedJson(value);
    if (!Array.isArray(items)) throw notAnArray(items);
    const type = { name: isText ? "text" : isBinary ? "jsonb" : "json" };
    return column(
      items.map((item) => (isText ? plainText(item) : json(item, isBinary))),
      type,
    );
  };
}

function notAnArray(value: unknown): SqlError {
  const isObject = typeof value === "object" && value !== null;
  const message = `cannot extract elements from ${isObject ? "an object" : "a scalar"}`;
  return new SqlError({ kind: "other", message, code: "22023", number: 3146 });
}

function plainText(item: unknown): Value {
  if (item === null) return null;
  return typeof item === "string" ? item : jsonText(item);
}

function entriesOf(value: Value, isBinary: boolean): [string, unknown][] {
  const entries = Object.entries(Object(parsedJson(value)));
  // jsonb keeps its keys by length and then by bytes.
  return isBinary ? entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)) : entries;
}

function each(isBinary: boolean, isText: boolean): SetFunction {
  return ([value = null]) => ({
    columns: [
      { name: "key", type: TEXT },
      { name: "value", type: isText ? TEXT : { name: isBinary ? "jsonb" : "json" } },
    ],
    rows: entriesOf(value, isBinary).map(([key, item]) => [key, isText ? plainText(item) : json(item, isBinary)]),
  });
}

function keys(isBinary: boolean): SetFunction {
  return ([value = null]) =>
    column(
      entriesOf(value, isBinary).map(([key]) => key),
      TEXT,
    );
}

const splitToTable: SetFunction = ([value = null, pattern = "", flags = ""]) =>
  column(splitBy(textOf(value), textOf(pattern), textOf(flags)), TEXT);

const matchesOf: SetFunction = ([value = null, pattern = "", flags = ""]) =>
  column(
    allMatches(textOf(value), textOf(pattern), textOf(flags)).map((groups) => new List(groups)),
    { ...TEXT, isArray: true },
  );

/** Parts of a text between matches. */
export function splitBy(text: string, pattern: string, flags: string): string[] {
  const regex = compiled(pattern, flags.includes("i"));
  const parts: string[] = [];
  let at = 0;
  for (let from = 0; from <= text.length; ) {
    const whole = regex.findGroups(text, from)?.[0];
    if (!whole) break;
    if (whole.end === whole.start) {
      if (whole.start >= text.length) break;
      if (whole.start > at) parts.push(text.slice(at, whole.start));
      at = whole.start;
      from = whole.end + 1;
      continue;
    }
    parts.push(text.slice(at, whole.start));
    at = whole.end;
    from = whole.end;
  }
  return [...parts, text.slice(at)];
}

/** Groups of the first match, or of all matches with the flag `g`; the whole match if there are no groups. */
export function allMatches(text: string, pattern: string, flags: string): (string | null)[][] {
  const regex = compiled(pattern, flags.includes("i"));
  const found: (string | null)[][] = [];
  for (let from = 0; from <= text.length; ) {
    const groups = regex.findGroups(text, from);
    const whole = groups?.[0];
    if (!groups || !whole) break;
    const parts = (groups.length > 1 ? groups.slice(1) : groups).map((group) =>
      group ? text.slice(group.start, group.end) : null,
    );
    found.push(parts);
    if (!flags.includes("g")) break;
    from = whole.end > whole.start ? whole.end : whole.end + 1;
  }
  return found;
}

const FUNCTIONS: Readonly<Record<string, SetFunction>> = {
  generate_series: series,
  generate_subscripts: ([list = null]) => column(list instanceof List ? list.items.map((_item, i) => i + 1) : []),
  unnest: ([list = null]) => column(list instanceof List ? flat(list.items) : []),
  jsonb_array_elements: elements(true, false),
  json_array_elements: elements(false, false),
  jsonb_array_elements_text: elements(true, true),
  json_array_elements_text: elements(false, true),
  jsonb_each: each(true, false),
  json_each: each(false, false),
  jsonb_each_text: each(true, true),
  json_each_text: each(false, true),
  jsonb_object_keys: keys(true),
  json_object_keys: keys(false),
  regexp_split_to_table: splitToTable,
  regexp_matches: matchesOf,
  string_to_table: ([value = null, separator = ""]) => column(textOf(value).split(textOf(separator)), TEXT),
};

function flat(items: readonly Value[]): Value[] {
  return items.flatMap((item) => (item instanceof List ? flat(item.items) : [item]));
}

export function isSetFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

/** The type of the values in a list of items; undefined: only a row can tell. */
export function setFunctionType(name: string, first: SqlType | undefined): SqlType | undefined {
  if (name === "generate_series") return first?.name === "date" ? { name: "timestamp with time zone" } : first;
  if (name === "unnest" && first) return { name: first.name };
  if (/_text$|_keys$|_to_table$/.test(name) && !/_each_/.test(name)) return TEXT;
  if (name === "regexp_matches") return { ...TEXT, isArray: true };
  return /_elements$/.test(name) ? { name: name.startsWith("jsonb") ? "jsonb" : "json" } : undefined;
}

/** Undefined if no such function returns rows. @throws SqlError */
export function callSetFunction(name: string, args: readonly Value[], scope: Scope): SetResult | undefined {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) return undefined;
  const result = args[0] === null ? { ...column([]), rows: [] } : found(args, scope);
  spend(scope.context, result.rows.length);
  return result;
}

function series([from = null, to = null, step = 1]: readonly Value[], { context }: Scope): SetResult {
  const values: Value[] = [];
  if (from === null || to === null) return column(values);
  const facts = { rules: context.rules, nowMs: context.nowMs, leftIsLiteral: false, rightIsLiteral: false };
  const isDown = step instanceof Interval ? step.days < 0 || step.ms < 0 || step.months < 0 : numberOf(step) < 0;
  if (!(step instanceof Interval) && numberOf(step) === 0)
    throw new SqlError({ kind: "other", message: "step size cannot equal zero", code: "22023", number: 1064 });
  let at: Value = from instanceof Moment && from.kind === "date" ? new Moment("timestamptz", from.ms) : from;
  const last = at instanceof Moment && typeof to === "string" ? castTo(to, typeOf(at), context) : to;
  while (compareValues(at, last) * (isDown ? -1 : 1) <= 0) {
    spend(context);
    values.push(at);
    at = applyOperator("+", at, step, facts);
  }
  return column(values, typeOf(at));
}
