/** The functions of JMESPath by name, and the checks of their arguments. */
import { isJsonObject } from "../../../../../lib/json.ts";
import { type Evaluator, QueryError, Reference, type Value } from "../values.ts";
import { ARITHMETIC_FUNCTIONS } from "./arithmetic.ts";
import { DATA_FUNCTIONS } from "./data.ts";
import type { Functions } from "./function.ts";
import { STANDARD_FUNCTIONS } from "./standard.ts";
import { TEXT_FUNCTIONS } from "./text.ts";
import { TIME_FUNCTIONS } from "./time.ts";

/** Later ones replace earlier ones of the same name. */
const FUNCTIONS: Functions = {
  ...STANDARD_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...ARITHMETIC_FUNCTIONS,
  ...DATA_FUNCTIONS,
  ...TIME_FUNCTIONS,
};

export function callFunction(name: string, args: readonly Value[], evaluation: Evaluator): Value {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw new QueryError(`unknown function: ${name}`);
  const last = found.args.at(-1) ?? "";
  const isVariadic = last.endsWith("...");
  if (isVariadic ? args.length < found.args.length : args.length !== found.args.length) {
    throw new QueryError("incorrect number of args");
  }
  args.forEach((arg, i) => {
    const expected = (found.args[i] ?? last).replace("...", "").split("|");
    if (expected.some((type) => isOfType(arg, type))) return;
    throw new QueryError(`Invalid type for: ${shown(arg)}, expected: ${expected.join(", ")}`);
  });
  return found.call(args, evaluation);
}

function shown(value: Value): string {
  return value === null || value instanceof Reference ? "<nil>" : JSON.stringify(value);
}

function isOfType(value: Value, type: string): boolean {
  switch (type) {
    case "any":
      return true;
    case "array":
      return Array.isArray(value);
    case "numbers":
      return Array.isArray(value) && value.every((each) => typeof each === "number");
    case "strings":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case "object":
      return isJsonObject(value);
    case "expression":
      return value instanceof Reference;
    default:
      return typeof value === type;
  }
}
