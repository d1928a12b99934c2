/**
 * Conditions of preconditions and of `deny`: a key, an operator and a value.
 * Source: github.com/kyverno/kyverno pkg/engine/variables/evaluate.go, pkg/engine/variables/operator
 */
import { equalJson, isJsonObject, type JsonObject, type JsonValue, parseJsonIfValid } from "../../../lib/json.ts";
import { compareQuantities, isQuantity } from "../../../lib/quantity.ts";
import { formatGoValue } from "../../../schema/index.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";
import type { PolicyContext } from "./context.ts";
import { compareSemver } from "./jmespath/functions/versions.ts";
import { QueryError } from "./jmespath/values.ts";
import { substitute } from "./substitution.ts";
import { durationMs, isRange, matchesValue } from "./value-patterns.ts";
import { matchesWildcard } from "./wildcard.ts";

export interface Verdict {
  holds: boolean;
  /** The messages of the conditions that decided. */
  message: string;
}

const joined = (messages: readonly string[]) => messages.filter((each) => each !== "").join("; ");

/** Whether `any` and `all` conditions hold; a plain list means `all`. Throws QueryError. */
export function evaluateConditions(context: PolicyContext, conditions: JsonValue | undefined): Verdict {
  if (conditions === undefined || conditions === null) return { holds: true, message: "" };
  if (Array.isArray(conditions)) {
    // A list of `any` and `all` blocks, or the old form: a list of conditions.
    const isOld = conditions.every((each) => isJsonObject(each) && each["operator"] !== undefined);
    if (isOld) return evaluateBlock(context, { all: conditions });
    const verdicts = objectsIn(conditions).map((block) => evaluateBlock(context, block));
    const failed = verdicts.find(({ holds }) => !holds);
    return failed ?? { holds: true, message: joined(verdicts.map(({ message }) => message)) };
  }
  return isJsonObject(conditions) ? evaluateBlock(context, conditions) : { holds: true, message: "" };
}

function evaluateBlock(context: PolicyContext, { any, all }: JsonObject): Verdict {
  const [held, failed]: [string[], string[]] = [[], []];
  const check = (condition: JsonObject): boolean => {
    const holds = evaluateCondition(context, condition);
    (holds ? held : failed).push(String(condition["message"] ?? ""));
    return holds;
  };
  const anyHolds = any === undefined || objectsIn(any).some(check);
  const allHold = objectsIn(all).every(check);
  const holds = anyHolds && allHold;
  return { holds, message: joined(holds ? held : failed) };
}

function evaluateCondition(context: PolicyContext, condition: JsonObject): boolean {
  const part = (name: "key" | "value"): JsonValue => {
    try {
      return substitute(context, condition[name] ?? null);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw new QueryError(`failed to substitute variables in condition ${name}: ${error.message}`);
    }
  };
  const [key, value] = [part("key"), part("value")];
  const evaluate = OPERATORS[String(condition["operator"]).toLowerCase()];
  if (!evaluate) throw new QueryError("failed to create handler for condition operator");
  return evaluate(key, value);
}

type Operator = (key: JsonValue, value: JsonValue) => boolean;

const either = (a: string, b: string) => matchesWildcard(a, b) || matchesWildcard(b, a);

/** The texts of a key. Undefined for objects and null: no operator of sets holds for them. */
function textsOf(key: JsonValue): string[] | undefined {
  if (Array.isArray(key)) return key.map(formatGoValue);
  return key === null || isJsonObject(key) ? undefined : [formatGoValue(key)];
}

/** Whether a text is among the values: a list, a range, a list in JSON, or one pattern. */
function membership(value: JsonValue): ((text: string) => boolean) | undefined {
  if (Array.isArray(value)) return (text) => value.some((each) => either(formatGoValue(each), text));
  if (typeof value !== "string") {
    return value === null || isJsonObject(value) ? undefined : (text) => either(formatGoValue(value), text);
  }
  if (isRange(value)) return (text) => matchesValue(text, value);
  const list = parseJsonIfValid(value);
  if (Array.isArray(list)) return (text) => list.some((each) => either(formatGoValue(each), text));
  return (text) => either(value, text);
}

/** An operator of sets: `judge` gets for each text of the key whether it is among the values. */
function ofSets(judge: (memberships: readonly boolean[]) => boolean): Operator {
  return (key, value) => {
    const [texts, isMember] = [textsOf(key), membership(value)];
    return texts !== undefined && isMember !== undefined && judge(texts.map(isMember));
  };
}

function equals(key: JsonValue, value: JsonValue): boolean {
  if (typeof key === "string") return equalsText(key, value);
  if (typeof key === "number" && typeof value === "string") return value.trim() !== "" && Number(value) === key;
  return key !== null && equalJson(key, value);
}

function equalsText(key: string, value: JsonValue): boolean {
  const durations = asDurations(key, value);
  if (durations) return durations[0] === durations[1];
  if (typeof value !== "string") return false;
  if (isQuantity(key)) return isQuantity(value) && compareQuantities(key, value) === 0;
  return matchesWildcard(value, key);
}

/** Both in ms, if one of them is a duration and the other one is a duration or a number of seconds. */
function asDurations(key: JsonValue, value: JsonValue): [number, number] | undefined {
  const duration = (each: JsonValue) => (typeof each === "string" && each !== "0" ? durationMs(each) : undefined);
  const [a, b] = [duration(key), duration(value)];
  if (a === undefined && b === undefined) return undefined;
  const seconds = (each: JsonValue) => (typeof each === "number" ? Math.trunc(each) * 1000 : undefined);
  const [left, right] = [a ?? seconds(key), b ?? seconds(value)];
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** Compares durations, quantities, numbers or versions. */
function ordered(judge: (difference: number) => boolean): Operator {
  return (key, value) => {
    const durations = asDurations(key, value);
    if (durations) return judge(durations[0] - durations[1]);
    if (typeof key === "string" && typeof value === "string" && isQuantity(key) && isQuantity(value)) {
      return judge(compareQuantities(key, value));
    }
    const [a, b] = [numberOf(key), numberOf(value)];
    if (a !== undefined) return b !== undefined && judge(a - b);
    const areVersions = [key, value].every((each) => typeof each === "string" && /^\d+\.\d+\.\d+/.test(each));
    return areVersions && judge(compareSemver(String(key), String(value)));
  };
}

function numberOf(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : undefined;
}

const greater = ordered((difference) => difference > 0);
const greaterOrEqual = ordered((difference) => difference >= 0);
const less = ordered((difference) => difference < 0);
const lessOrEqual = ordered((difference) => difference <= 0);
const isAnyIn = ofSets((are) => are.some(Boolean));
const areAllIn = ofSets((are) => are.every(Boolean));
const isAnyOut = ofSets((are) => are.some((isMember) => !isMember));
const areAllOut = ofSets((are) => !are.some(Boolean));
const isEqual: Operator = equals;
/** Also false for a key of null. */
const isUnequal: Operator = (key, value) => key !== null && !equals(key, value);

const OPERATORS: Readonly<Record<string, Operator>> = {
  equal: isEqual,
  equals: isEqual,
  notequal: isUnequal,
  notequals: isUnequal,
  in: areAllIn,
  anyin: isAnyIn,
  allin: areAllIn,
  notin: isAnyOut,
  anynotin: isAnyOut,
  allnotin: areAllOut,
  greaterthan: greater,
  greaterthanorequals: greaterOrEqual,
  lessthan: less,
  lessthanorequals: lessOrEqual,
  durationgreaterthan: greater,
  durationgreaterthanorequals: greaterOrEqual,
  durationlessthan: less,
  durationlessthanorequals: lessOrEqual,
};
