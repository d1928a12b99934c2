/**
 * Rules that validate: patterns, conditions of denial, loops and CEL.
 * Source: github.com/kyverno/kyverno pkg/engine/handlers/validation/validate_resource.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { evaluateConditions } from "./conditions.ts";
import type { PolicyContext } from "./context.ts";
import { QueryError, UnknownKeyError } from "./jmespath/values.ts";
import type { RuleStatus } from "./outcomes.ts";
import { type Mismatch, matchPattern } from "./patterns.ts";
import { substitute } from "./substitution.ts";

export interface Validation {
  status: RuleStatus;
  message: string;
  /** The conditions of a loop could not be evaluated: its element is left out. */
  isUndecided?: true;
}

interface Scope {
  rule: JsonObject;
  name: string;
  /** The message of the rule, with its variables. */
  message: JsonValue | undefined;
  /** What patterns are compared with: the resource, or the element of a loop. Undefined for a deletion. */
  target: JsonObject | undefined;
  nesting: number;
}

/** Undefined: the rule has nothing to say about this request. */
export function validateResource(
  context: PolicyContext,
  rule: JsonObject,
  resource: JsonObject | undefined,
): Validation | undefined {
  const validate = objectIn(rule["validate"]);
  const scope = { rule, name: String(rule["name"]), message: validate["message"], target: resource, nesting: 0 };
  return check(context, validate, scope);
}

/** `part` is the rule's `validate`, or one of its loops. */
function check(context: PolicyContext, part: JsonObject, scope: Scope): Validation | undefined {
  if (part["deny"] !== undefined) return checkDeny(context, objectIn(part["deny"]), scope);
  if (part["pattern"] !== undefined || part["anyPattern"] !== undefined) return checkPatterns(context, part, scope);
  if (Array.isArray(part["foreach"])) return checkLoops(context, objectsIn(part["foreach"]), scope);
  return undefined;
}

function checkDeny(context: PolicyContext, deny: JsonObject, scope: Scope): Validation {
  const { name, message } = scope;
  const verdict = attempt(() => evaluateConditions(context, deny["conditions"]), "failed to check deny conditions");
  if ("status" in verdict) return verdict;
  if (!verdict.holds) return { status: "pass", message: `validation rule '${name}' passed.` };
  const text = [message, verdict.message].filter((each) => typeof each === "string" && each !== "").join("; ");
  if (text === "") return { status: "fail", message: `validation error: rule ${name} failed` };
  return { status: "fail", message: textWith(context, text) ?? verdict.message };
}

/** Runs a part of a rule. A failed evaluation is an error of the rule. */
function attempt<R extends object>(work: () => R, what: string): R | Validation {
  try {
    return work();
  } catch (error) {
    if (error instanceof QueryError) return { status: "error", message: `${what}: ${error.message}` };
    throw error;
  }
}

/** A text with its variables; undefined if one cannot be resolved. */
function textWith(context: PolicyContext, text: string): string | undefined {
  try {
    const value = substitute(context, text);
    return typeof value === "string"
      ? value
      : "the produced message didn't resolve to a string, check your policy definition.";
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

function checkPatterns(context: PolicyContext, part: JsonObject, scope: Scope): Validation | undefined {
  const { target, name } = scope;
  const given = { pattern: part["pattern"] ?? part["anyPattern"] ?? null };
  const substituted = attempt(() => ({ pattern: substitute(context, given.pattern) }), "variable substitution failed");
  if ("status" in substituted) return substituted;
  if (!target) return undefined;
  const { pattern } = substituted;
  if (part["pattern"] === undefined) return checkAny(context, Array.isArray(pattern) ? pattern : [], scope, target);
  const mismatch = matchPattern(target, pattern);
  if (!mismatch) return { status: "pass", message: `validation rule '${name}' passed.` };
  if (mismatch.type === "skip") return { status: "skip", message: mismatch.message };
  const message = patternMessage(context, scope, mismatch);
  return { status: mismatch.path === "" ? "error" : "fail", message };
}

const withDot = (text: string) => (text.endsWith(".") ? text : `${text}.`);

function patternMessage(context: PolicyContext, { message, name }: Scope, { path, message: why }: Mismatch): string {
  const place = path === "" ? `execution error: ${why}` : `failed at path ${path}`;
  if (typeof message !== "string" || message === "") return `validation error: rule ${name} ${place}`;
  const text = textWith(context, message);
  if (text !== undefined) return `validation error: ${withDot(text)} rule ${name} ${place}`;
  return `validation error: variables substitution error in rule ${name} execution error: ${why}`;
}

function checkAny(
  context: PolicyContext,
  patterns: readonly JsonValue[],
  scope: Scope,
  target: JsonObject,
): Validation {
  const { name, message } = scope;
  const [failed, skipped]: [string[], string[]] = [[], []];
  for (const [i, pattern] of patterns.entries()) {
    const mismatch = matchPattern(target, pattern);
    if (!mismatch) return { status: "pass", message: `validation rule '${name}' anyPattern[${i}] passed.` };
    const { path, message: why } = mismatch;
    if (mismatch.type === "skip") skipped.push(`rule ${name}[${i}] skipped: ${why}`);
    else failed.push(`rule ${name}[${i}] failed${path === "" ? `: ${why}` : ` at path ${path}`}`);
  }
  if (failed.length === 0) return { status: "skip", message: skipped.join(" ") };
  const all = failed.join(" ");
  if (typeof message !== "string" || message === "") return { status: "fail", message: `validation error: ${all}` };
  const text = textWith(context, message);
  const substitution = `validation error: variables substitution error in rule ${name} execution error: ${all}`;
  return { status: "fail", message: text === undefined ? substitution : `validation error: ${withDot(text)} ${all}` };
}

function checkLoops(context: PolicyContext, loops: readonly JsonObject[], scope: Scope): Validation | undefined {
  let applied = 0;
  let problem = "";
  for (const loop of loops) {
    let elements: JsonValue[];
    try {
      elements = listOf(context, loop);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      if (!(error instanceof UnknownKeyError)) problem = error.message;
      continue;
    }
    for (const [i, element] of elements.entries()) {
      if (element === null) continue;
      const result = checkElement(context, loop, { element, index: i }, scope);
      if (!result || result.status === "skip") continue;
      if (result.status === "pass") {
        applied++;
        continue;
      }
      if (result.isUndecided) continue;
      return { status: result.status, message: `validation failure: ${result.message}` };
    }
  }
  if (applied > 0) return { status: "pass", message: "rule passed" };
  return problem === "" ? undefined : { status: "error", message: `failed to evaluate list: ${problem}` };
}

/** The elements of a loop. Throws QueryError. */
export function listOf(context: PolicyContext, loop: JsonObject): JsonValue[] {
  const value = context.query(String(loop["list"] ?? ""));
  return Array.isArray(value) ? value : [value];
}

function checkElement(
  outer: PolicyContext,
  loop: JsonObject,
  { element, index }: { element: JsonValue; index: number },
  scope: Scope,
): Validation | undefined {
  const isScoped = loop["elementScope"] ?? isJsonObject(element);
  if (loop["elementScope"] === true && !isJsonObject(element)) {
    const why = "cannot use elementScope=true foreach rules for elements that are not maps";
    return { status: "error", message: `failed to process foreach: ${why}` };
  }
  const context = outer.withElement(element, index, scope.nesting).withEntries(loop["context"]);
  const preconditions = attempt(
    () => evaluateConditions(context, loop["preconditions"]),
    "failed to evaluate preconditions",
  );
  if ("status" in preconditions) return { ...preconditions, isUndecided: true };
  if (!preconditions.holds) return { status: "skip", message: "preconditions not met" };
  const target = isScoped && isJsonObject(element) ? element : scope.target;
  return check(context, loop, { ...scope, target, nesting: scope.nesting + 1 });
}
