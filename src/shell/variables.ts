/** Variables of a shell: scalars, arrays, attributes, references, and variables whose value is computed. */
import { MAX_VARIABLE_LENGTH } from "../lib/container-limits.ts";
import { computedVariable, setComputedVariable } from "./computed-variables.ts";
import { type Context, complain, failure, hasOption, ShellError } from "./context.ts";
import type { AssignmentValue, CallFrame, SavedVariables, Variable } from "./frame.ts";
import { lookUp, put, remove, type Table } from "./table.ts";
import { ArithmeticError, type ArithmeticScope, evaluateArithmetic } from "./words/arithmetic.ts";

export const NAME = /^[A-Za-z_]\w*$/;
const MAX_REFERENCES = 16;

/** The name behind `declare -n` references. May be an element: `a[1]`. */
export function referredName(context: Context, name: string): string {
  let current = name;
  for (let i = 0; i < MAX_REFERENCES; i++) {
    const variable = lookUp(context.shell.variables, current);
    if (!variable?.flags.includes("n") || !variable.value) return current;
    current = variable.value;
  }
  return current;
}

export function variableOf(context: Context, name: string): Variable | undefined {
  const known = lookUp(context.shell.variables, name);
  if (known && !known.flags.includes("n")) return known;
  const target = known ? referredName(context, name) : name;
  return lookUp(context.shell.variables, target) ?? computedVariable(context, target);
}

/** The value of `$name`; of an array its element 0. */
export function readVariable(context: Context, name: string): string | undefined {
  const target = referredName(context, name);
  const element = splitElement(target);
  if (element) return readElement(context, element.name, element.key);
  const variable = variableOf(context, target);
  return variable?.items ? lookUp(variable.items, "0") : variable?.value;
}

/** `a[1]` as name and key. */
export function splitElement(text: string): { name: string; key: string } | undefined {
  const [, name, key] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(text) ?? [];
  return name === undefined || key === undefined ? undefined : { name, key };
}

export function readElement(context: Context, name: string, key: string): string | undefined {
  const variable = variableOf(context, name);
  if (!variable) return undefined;
  if (!variable.items) {
    const isFirst = variable.flags.includes("A") ? false : indexOf(context, name, key) === 0;
    return isFirst ? variable.value : undefined;
  }
  if (variable.flags.includes("A")) return lookUp(variable.items, key);
  const index = indexOf(context, name, key, variable, true);
  return index < 0 ? undefined : lookUp(variable.items, String(index));
}

/** The number of an element. A negative one counts from the end; it stays negative if there is no such element. */
function indexOf(context: Context, name: string, key: string, variable?: Variable, reports = false): number {
  const index = Number(evaluate(context, key));
  if (index >= 0 || !variable?.items) return index;
  const last = Object.keys(variable.items).at(-1);
  const found = (last === undefined ? 0 : Number(last) + 1) + index;
  if (found < 0 && reports) complain(context, `${name}: bad array subscript`);
  return found;
}

/** Elements of an array in their order; a scalar is its only element. */
export function elementsOf(context: Context, name: string): [key: string, value: string][] {
  const variable = variableOf(context, referredName(context, name));
  if (!variable) return [];
  if (!variable.items) return variable.value === undefined ? [] : [["0", variable.value]];
  const entries = Object.entries(variable.items);
  return variable.flags.includes("A") ? inHashOrder(entries) : entries;
}

const HASH_BUCKETS = 1024;

/** The order in which bash lists an associative array: by bucket of its hash table, newest first. */
function inHashOrder(entries: [string, string][]): [string, string][] {
  const bucketOf = (key: string) => {
    let hash = 2166136261;
    for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 16777619) ^ key.charCodeAt(i)) >>> 0;
    return hash & (HASH_BUCKETS - 1);
  };
  return entries
    .map((entry, i) => ({ entry, i, bucket: bucketOf(entry[0]) }))
    .sort((a, b) => a.bucket - b.bucket || b.i - a.i)
    .map(({ entry }) => entry);
}

/** Evaluates an expression with the shell's variables. Throws ShellError. */
export function evaluate(context: Context, text: string): bigint {
  try {
    return evaluateArithmetic(text, scopeOf(context));
  } catch (error) {
    if (error instanceof ArithmeticError) throw arithmeticFailure(context, error);
    throw error;
  }
}

function scopeOf(context: Context): ArithmeticScope {
  return {
    failsOnUnset: hasOption(context.shell, "nounset"),
    isPlain: context.shell.flavour === "dash",
    get: (name, key) => (key === undefined ? readVariable(context, name) : readElement(context, name, key)),
    set: (name, key, value) => assign(context, { name, key, appends: false, value }),
  };
}

function arithmeticFailure(context: Context, error: ArithmeticError): ShellError {
  const { flavour } = context.shell;
  if (error.code === "unset")
    return new ShellError(error.message, { reach: "exit", status: flavour === "bash" ? 1 : 2 });
  if (flavour === "bash") {
    const text = `${error.expression}: ${error.message} (error token is "${error.token}")`;
    return failure(context, text);
  }
  if (flavour === "busybox")
    return failure(context, error.code === "zero" ? "divide by zero" : "arithmetic syntax error");
  const what =
    error.code === "zero" ? "division by zero" : error.code === "operand" ? "expecting primary" : "expecting EOF";
  return failure(context, `arithmetic expression: ${what}: "${error.expression}"`);
}

/** Makes an assignment. Throws ShellError for a readonly variable and a bad subscript. */
export function assign(context: Context, { name, key, appends, value, items }: AssignmentValue): void {
  const target = referredName(context, name);
  const element = splitElement(target);
  if (element) {
    assign(context, { name: element.name, key: element.key, appends, value, items });
    return;
  }
  const { variables } = context.shell;
  const old = lookUp(variables, target);
  if (old?.flags.includes("r")) throw readonlyFailure(context, target);
  if (setComputedVariable(context, target, value)) return;
  const variable: Variable = old ?? { flags: hasOption(context.shell, "allexport") ? "x" : "" };
  if (items) assignItems(context, target, variable, items, appends);
  else if (key !== undefined) assignElement(context, target, variable, key, value ?? "", appends);
  else if (variable.items) {
    putItem(context, variable, "0", value ?? "", appends);
  } else variable.value = combined(context, variable, variable.value, value ?? "", appends);
  if (hasOption(context.shell, "allexport") && !variable.flags.includes("x")) variable.flags += "x";
  put(variables, target, variable);
  if (target === "OPTIND") context.shell.optionOffset = 0;
}

function readonlyFailure(context: Context, name: string): ShellError {
  return failure(context, context.shell.flavour === "bash" ? `${name}: readonly variable` : `${name}: is read only`);
}

function assignItems(
  context: Context,
  name: string,
  variable: Variable,
  items: NonNullable<AssignmentValue["items"]>,
  appends: boolean,
): void {
  const isAssociative = variable.flags.includes("A");
  if (!isAssociative && !variable.flags.includes("a")) variable.flags += "a";
  if (!appends) variable.items = {};
  else if (!variable.items) variable.items = variable.value === undefined ? {} : { 0: variable.value };
  variable.value = undefined;
  const list = variable.items!;
  const last = Object.keys(list).at(-1);
  let next = last === undefined ? 0 : Number(last) + 1;
  let pendingKey: string | undefined;
  for (const item of items) {
    if (isAssociative && item.key === undefined) {
      // `m=(key value …)`
      if (pendingKey === undefined) pendingKey = item.value;
      else {
        putItem(context, variable, pendingKey, item.value, false);
        pendingKey = undefined;
      }
      continue;
    }
    const index = isAssociative
      ? item.key!
      : String(item.key === undefined ? next : indexOf(context, name, item.key, variable));
    putItem(context, variable, index, item.value, item.appends);
    if (!isAssociative) next = Number(index) + 1;
  }
  if (pendingKey !== undefined) putItem(context, variable, pendingKey, "", false);
}

function assignElement(
  context: Context,
  name: string,
  variable: Variable,
  key: string,
  value: string,
  appends: boolean,
): void {
  if (!variable.items) {
    variable.items = variable.value === undefined ? {} : { 0: variable.value };
    variable.value = undefined;
    if (!/[aA]/.test(variable.flags)) variable.flags += "a";
  }
  if (variable.flags.includes("A")) {
    if (key === "") throw failure(context, `${name}[${key}]: bad array subscript`);
    putItem(context, variable, key, value, appends);
    return;
  }
  const index = indexOf(context, name, key, variable);
  if (index < 0) throw failure(context, `${name}[${key}]: bad array subscript`);
  putItem(context, variable, String(index), value, appends);
}

function putItem(context: Context, variable: Variable, key: string, value: string, appends: boolean): void {
  put(variable.items!, key, combined(context, variable, lookUp(variable.items!, key), value, appends));
}

/** The new value by the attributes -i, -l and -u. */
function combined(
  context: Context,
  { flags }: Variable,
  old: string | undefined,
  value: string,
  appends: boolean,
): string {
  if (flags.includes("i")) {
    const number = evaluate(context, value);
    return String(appends ? BigInt.asIntN(64, evaluate(context, old ?? "0") + number) : number);
  }
  const text = appends ? (old ?? "") + value : value;
  if (text.length > MAX_VARIABLE_LENGTH) throw failure(context, "cannot allocate memory");
  if (flags.includes("l")) return text.toLowerCase();
  return flags.includes("u") ? text.toUpperCase() : text;
}

/** False if the variable is readonly. */
export function unsetVariable(context: Context, name: string): boolean {
  const element = splitElement(name);
  const target = element?.name ?? referredName(context, name);
  const variable = lookUp(context.shell.variables, target);
  if (variable?.flags.includes("r")) return false;
  if (!element) remove(context.shell.variables, target);
  else if (variable?.items && (element.key === "@" || element.key === "*")) variable.items = {};
  else if (variable?.items) {
    const isAssociative = variable.flags.includes("A");
    remove(variable.items, isAssociative ? element.key : String(indexOf(context, target, element.key, variable)));
  } else if (indexOf(context, target, element.key) === 0) remove(context.shell.variables, target);
  return true;
}

/** Variables that a started program gets. */
export function exportedVariables(context: Context): Table<string> {
  const env: Table<string> = {};
  for (const [name, { value, flags }] of Object.entries(context.shell.variables)) {
    if (flags.includes("x") && value !== undefined) put(env, name, value);
  }
  // Names that are not identifiers pass through.
  for (const [name, value] of Object.entries(context.process.env)) if (!NAME.test(name)) put(env, name, value);
  return env;
}

export function currentCall(context: Context): CallFrame | undefined {
  return context.shell.frames.findLast((frame) => frame.type === "call") as CallFrame | undefined;
}

/** Remembers a variable so that `restoreVariables` can bring it back. The first state counts. */
export function saveVariable(context: Context, saved: SavedVariables, name: string): void {
  if (Object.hasOwn(saved, name)) return;
  const variable = lookUp(context.shell.variables, name);
  const copy: Variable | null = variable ? { ...variable, items: variable.items && { ...variable.items } } : null;
  put(saved, name, copy);
}

export function restoreVariables(context: Context, saved: SavedVariables): void {
  for (const [name, variable] of Object.entries(saved)) {
    if (variable) put(context.shell.variables, name, variable);
    else remove(context.shell.variables, name);
  }
}

export function isSet(variable: Variable | undefined): boolean {
  return variable !== undefined && (variable.value !== undefined || Object.keys(variable.items ?? {}).length > 0);
}
