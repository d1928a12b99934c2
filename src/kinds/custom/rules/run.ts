/**
 * Runs a schema's rules (`x-kubernetes-validations`, KEP-2876) on an object and its old form (KEP-4008).
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go
 */
import { type DeclaredTypes, optionalOf } from "../../../cel/declared.ts";
import { CelError } from "../../../cel/error.ts";
import { Meter } from "../../../cel/metering.ts";
import { type RuntimeFailure, runtimeFailure } from "../../../cel/report.ts";
import { unreachable } from "../../../lib/assert.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { MAX_CEL_COST, MAX_RULE_MESSAGE_BYTES, MAX_RULES_COST } from "../../../lib/limits.ts";
import { utf8Length } from "../../../lib/text.ts";
import type { JSONSchemaProps, ValidationRule } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, required } from "../../validation/field-errors.ts";
import { type Correlated, ItemsByKeys } from "../correlation.ts";
import { type CompiledRule, compiledRulesOf, type RuleNode } from "./compile.ts";

/** Inputs of a run beside the object. */
export interface RunOptions {
  old?: JsonObject;
  correlated?: Correlated;
  warn?(text: string): void;
}

/** Problems that the rules report; an exhausted budget is one of them. */
export function runRules(schema: JSONSchemaProps, object: JsonObject, options: RunOptions): FieldError[] {
  const { root, types } = compiledRulesOf(schema);
  if (!root) return [];
  const runner = new Runner(types.converter(), options.warn);
  const { old, correlated } = options;
  runner.visit(root, { path: "", value: object, old, ratchet: { current: correlated } });
  return runner.errors;
}

/** One value of the object, with its old value if known. */
interface Visit {
  path: string;
  value: JsonValue;
  old: JsonValue | undefined;
  ratchet: Ratchet;
}

/** Problems of unchanged values are not errors. The nearest comparable parent decides for values without an old one. */
interface Ratchet {
  current?: Correlated | undefined;
  parent?: Correlated | undefined;
}

function isUnchanged({ current, parent }: Ratchet): boolean {
  return (current ?? parent)?.isUnchanged ?? false;
}

function ratchetBelow(ratchet: Ratchet, step: string | number): Ratchet {
  const { current, parent } = ratchet;
  if (current === undefined) return ratchet;
  // Both objects are in the same version, so apiVersion and kind are never a change.
  if (parent === undefined && (step === "apiVersion" || step === "kind")) return {};
  return { current: typeof step === "number" ? current.item(step) : current.field(step), parent: current };
}

type Convert = ReturnType<DeclaredTypes["converter"]>;

class Runner {
  readonly errors: FieldError[] = [];
  readonly #convert: Convert;
  readonly #warn: RunOptions["warn"];
  #budget = MAX_RULES_COST;

  constructor(convert: Convert, warn: RunOptions["warn"]) {
    this.#convert = convert;
    this.#warn = warn;
  }

  visit(node: RuleNode, visit: Visit): void {
    if (visit.value === null || this.#budget < 0) return;
    this.#runRules(node, visit);
    if (Array.isArray(visit.value)) this.#visitItems(node, visit, visit.value);
    else if (isJsonObject(visit.value)) this.#visitFields(node, visit, visit.value);
  }

  #visitItems({ items, schema }: RuleNode, { path, old, ratchet }: Visit, list: JsonValue[]): void {
    if (!items) return;
    const oldItems = Array.isArray(old) ? new ItemsByKeys(schema, old) : undefined;
    for (const [i, value] of list.entries()) {
      if (this.#budget < 0) return;
      const oldItem = oldItems?.matching(value);
      this.visit(items, { path: `${path}[${i}]`, value, old: oldItem, ratchet: ratchetBelow(ratchet, i) });
    }
  }

  #visitFields({ properties, values }: RuleNode, { path, old, ratchet }: Visit, object: JsonObject): void {
    const oldObject = old !== undefined && isJsonObject(old) ? old : undefined;
    const visit = (node: RuleNode | undefined, name: string, at: string): void => {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      if (node === undefined || value === undefined) return;
      const oldValue = oldObject && Object.hasOwn(oldObject, name) ? oldObject[name] : undefined;
      this.visit(node, { path: at, value, old: oldValue, ratchet: ratchetBelow(ratchet, name) });
    };
    if (values) for (const name of Object.keys(object)) visit(values, name, `${path}[${name}]`);
    for (const [name, node] of properties) visit(node, name, path === "" ? name : `${path}.${name}`);
  }

  #runRules(node: RuleNode, visit: Visit): void {
    if (node.rules.length === 0) return;
    if (this.#budget <= 0) {
      this.#overBudget(node, visit, OVER_BUDGET);
      return;
    }
    for (const rule of node.rules) {
      if (this.#budget < 0) return;
      const { problem, program } = rule;
      if (problem !== undefined) this.#add(node, visit, `rule compile error: ${problem}`);
      else if (program && (!rule.usesOldSelf || hasPast(visit) || rule.rule.optionalOldSelf)) {
        this.#runRule(node, visit, rule);
      }
    }
  }

  #runRule(node: RuleNode, visit: Visit, compiled: CompiledRule): void {
    const { rule, program } = compiled;
    const name = (rule.message || rule.rule).trim();
    try {
      const variables = this.#variables(node, visit, rule);
      const meter = new Meter(MAX_CEL_COST);
      const passed = program!.run(variables, meter);
      this.#budget -= meter.spent;
      if (this.#budget < 0) this.#overBudget(node, visit, OVER_BUDGET);
      else if (passed !== true) this.#failed(node, visit, compiled, variables);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      this.#broken(node, visit, runtimeFailure(error), name);
    }
  }

  #broken(node: RuleNode, visit: Visit, { kind, report }: RuntimeFailure, rule: string): void {
    switch (kind) {
      case "cost": {
        const text = "no further validation rules will be run due to call cost exceeds limit";
        this.#overBudget(node, visit, `'${report}': ${text} for rule: ${rule}`);
        break;
      }
      case "overload": {
        const text = "call arguments did not match a supported operator, function or macro signature";
        this.#add(node, visit, `'${report}': ${text} for rule: ${rule}`);
        break;
      }
      case "other":
        this.#add(node, visit, `${report} evaluating rule: ${rule}`);
        break;
      default:
        unreachable(kind, "a kind of failure");
    }
  }

  #variables({ type }: RuleNode, { value, old }: Visit, { optionalOldSelf }: ValidationRule): Record<string, unknown> {
    const self = this.#convertSafely(type, value);
    const past = old === undefined || old === null ? undefined : this.#convertSafely(type, old);
    return { self, oldSelf: optionalOldSelf ? optionalOf(past) : past };
  }

  #convertSafely(type: RuleNode["type"], value: JsonValue): unknown {
    try {
      return this.#convert(type!, value);
    } catch (error) {
      throw new CelError((error as Error).message);
    }
  }

  #failed(node: RuleNode, visit: Visit, compiled: CompiledRule, variables: Record<string, unknown>): void {
    const { rule, fieldPath, usesOldSelf } = compiled;
    const at = [visit.path, fieldPath].filter((part) => part !== "").join(".") || "<nil>";
    const detail = this.#messageOf(compiled, variables) ?? (rule.message?.trim() || `failed rule: ${rule.rule.trim()}`);
    const error = failure(rule, at, detail, shownValue(node, visit.value));
    if (!usesOldSelf && isUnchanged(visit.ratchet)) this.#warn?.(`${error.field}: ${error.message}`);
    else this.errors.push(error);
  }

  /** The result of the rule's `messageExpression`; undefined if it is not usable. */
  #messageOf({ message }: CompiledRule, variables: Record<string, unknown>): string | undefined {
    if (!message) return undefined;
    try {
      const meter = new Meter(MAX_CEL_COST);
      const value = message.run(variables, meter);
      this.#budget -= meter.spent;
      const text = typeof value === "string" ? value.trim() : "";
      const isUsable = text !== "" && !text.includes("\n") && utf8Length(text) <= MAX_RULE_MESSAGE_BYTES;
      return isUsable ? text : undefined;
    } catch (error) {
      if (error instanceof CelError) return undefined;
      throw error;
    }
  }

  #add({ schema }: RuleNode, { path }: Visit, text: string): void {
    this.errors.push(invalid(path || "<nil>", schema.type ?? "", text));
  }

  #overBudget(node: RuleNode, visit: Visit, text: string): void {
    this.#add(node, visit, text);
    this.#budget = -1;
  }
}

const OVER_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run";

function hasPast({ old }: Visit): boolean {
  return old !== undefined && old !== null;
}

/** Messages do not show lists and maps. */
function shownValue({ schema }: RuleNode, value: JsonValue): JsonValue | undefined {
  return schema.type === "object" || schema.type === "array" ? undefined : value;
}

function failure({ reason }: ValidationRule, at: string, detail: string, value: JsonValue | undefined): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return forbidden(at, detail);
    case "FieldValueRequired":
      return required(at, detail);
    case "FieldValueDuplicate":
      return { type: "FieldValueDuplicate", field: at, message: withValue("Duplicate value", value) };
    default:
      return { type: "FieldValueInvalid", field: at, message: `${withValue("Invalid value", value)}: ${detail}` };
  }
}

function withValue(text: string, value: JsonValue | undefined): string {
  return value === undefined ? text : `${text}: ${JSON.stringify(value)}`;
}
