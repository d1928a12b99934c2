/**
 * A schema's rules, compiled once: a tree of all places that have rules, and of their parents.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go
 */

import { constantProblem } from "../../../cel/constants.ts";
import { type DeclaredType, DeclaredTypes, escapeFieldName } from "../../../cel/declared.ts";
import { celEnvironment, type Environment } from "../../../cel/environment.ts";
import { CelError } from "../../../cel/error.ts";
import { allNodes } from "../../../cel/metering.ts";
import { compile, type Program } from "../../../cel/program.ts";
import { compilationReport, constantReport } from "../../../cel/report.ts";
import { MAX_CEL_LENGTH, MAX_DECLARED_TYPES, MAX_RULE_PLACES } from "../../../lib/limits.ts";
import type { JSONSchemaProps, ValidationRule } from "../../../schema/types.ts";
import { additionalSchema, itemsSchema } from "../schema-parts.ts";
import { declaredType } from "./declared-type.ts";
import { findField } from "./field-path.ts";

/** One rule, with the problem if it cannot be run. */
export interface CompiledRule {
  rule: ValidationRule;
  /** An empty rule has neither a program nor a problem. */
  program?: Program;
  problem?: string;
  message?: Program;
  messageProblem?: string;
  usesOldSelf: boolean;
  /** Path of the problem, relative to the rule. */
  fieldPath: string;
}

/** One place of a schema. */
export interface RuleNode {
  /** The schema of the value. */
  schema: JSONSchemaProps;
  type: DeclaredType | undefined;
  rules: readonly CompiledRule[];
  items?: RuleNode;
  properties: ReadonlyMap<string, RuleNode>;
  values?: RuleNode;
}

/** The rules of a schema and of all its parts. */
export interface CompiledRules {
  root: RuleNode | undefined;
  types: DeclaredTypes;
}

const compiled = new WeakMap<JSONSchemaProps, CompiledRules>();

/** Compiled once for the same schema object. */
export function compiledRulesOf(schema: JSONSchemaProps): CompiledRules {
  let rules = compiled.get(schema);
  if (!rules) {
    rules = compileRules(schema);
    compiled.set(schema, rules);
  }
  return rules;
}

function compileRules(schema: JSONSchemaProps): CompiledRules {
  if (!hasRules(schema)) return { root: undefined, types: new DeclaredTypes(celEnvironment({})) };
  const environment = celEnvironment({});
  const types = new DeclaredTypes(environment);
  const places: Place[] = [];
  const root = placeOf(schema, declaredType(schema, { isRoot: true }), places);
  if (isTooMuch(places)) {
    for (const place of places) place.node.rules = place.rules.map((rule) => failing(rule, TOO_MUCH));
    return { root, types };
  }
  // All types are registered first, because an environment accepts no types once others are derived from it.
  for (const { type } of places) if (type) types.nameOf(type);
  for (const place of places) place.node.rules = compilePlace(place, environment, types);
  return { root, types };
}

const TOO_MUCH = `a schema has at most ${MAX_RULE_PLACES} places with rules, which see at most ${MAX_DECLARED_TYPES} types of objects`;

function failing(rule: ValidationRule, problem: string): CompiledRule {
  return { rule, problem, usesOldSelf: false, fieldPath: "" };
}

/** Limits the number of places, because each has an environment with all types. */
function isTooMuch(places: readonly Place[]): boolean {
  if (places.filter(({ rules }) => rules.length > 0).length > MAX_RULE_PLACES) return true;
  const objects = new Set<DeclaredType>();
  const collect = (type: DeclaredType): void => {
    if (objects.size > MAX_DECLARED_TYPES || objects.has(type)) return;
    if (type.kind === "list") collect(type.items);
    else if (type.kind === "map") collect(type.values);
    else if (type.kind === "object") {
      objects.add(type);
      for (const field of type.fields.values()) collect(field.type);
    }
  };
  for (const { type } of places) if (type) collect(type);
  return objects.size > MAX_DECLARED_TYPES;
}

function hasRules(schema: JSONSchemaProps): boolean {
  if (schema["x-kubernetes-validations"]?.length) return true;
  const below = [itemsSchema(schema), additionalSchema(schema), ...Object.values(schema.properties ?? {})];
  return below.some((part) => part !== undefined && hasRules(part));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Place {
  node: Mutable<RuleNode>;
  rules: readonly ValidationRule[];
  type: DeclaredType | undefined;
}

function placeOf(schema: JSONSchemaProps, type: DeclaredType | undefined, places: Place[]): RuleNode | undefined {
  if (!hasRules(schema)) return undefined;
  const rules = schema["x-kubernetes-validations"] ?? [];
  const properties = new Map<string, RuleNode>();
  const node: Mutable<RuleNode> = { schema, type, rules: [], properties };
  places.push({ node, rules, type: rules.length > 0 ? type : undefined });
  node.items = placeBelow(itemsSchema(schema), type?.kind === "list" ? type.items : undefined, places);
  node.values = placeBelow(additionalSchema(schema), type?.kind === "map" ? type.values : undefined, places);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const below = placeBelow(property, fieldType(type, name, property), places);
    if (below) properties.set(name, below);
  }
  return node;
}

/** A value without a declared type has no rules. */
function placeBelow(
  schema: JSONSchemaProps | undefined,
  type: DeclaredType | undefined,
  places: Place[],
): RuleNode | undefined {
  return schema && type ? placeOf(schema, type, places) : undefined;
}

function fieldType(type: DeclaredType | undefined, name: string, schema: JSONSchemaProps): DeclaredType | undefined {
  const escaped = escapeFieldName(name);
  // The parent's rules cannot refer to such a field, but the field may have its own rules.
  if (escaped === undefined) return declaredType(schema, { isRoot: schema["x-kubernetes-embedded-resource"] === true });
  return type?.kind === "object" ? type.fields.get(escaped)?.type : undefined;
}

function compilePlace({ rules, type, node }: Place, base: Environment, types: DeclaredTypes): CompiledRule[] {
  if (rules.length === 0) return [];
  if (!type) {
    const problem = "failed to convert to declType for CEL validation rules";
    return rules.map((rule) => failing(rule, problem));
  }
  const name = types.nameOf(type);
  const environments = { plain: environmentFor(base, name, name), optional: undefined as Environment | undefined };
  return rules.map((rule) => {
    if (!rule.optionalOldSelf) return compileRule(rule, environments.plain, node.schema);
    environments.optional ??= environmentFor(base, name, `optional<${name}>`);
    return compileRule(rule, environments.optional, node.schema);
  });
}

function environmentFor(base: Environment, self: string, oldSelf: string): Environment {
  return base.clone().registerVariable("self", self).registerVariable("oldSelf", oldSelf);
}

function compileRule(rule: ValidationRule, environment: Environment, schema: JSONSchemaProps): CompiledRule {
  const result: CompiledRule = { rule, usesOldSelf: false, fieldPath: "" };
  if (rule.rule.trim() === "") return result;
  const program = compileExpression(rule.rule, environment, "bool");
  if (typeof program === "string") return { ...result, problem: program };
  result.program = program;
  result.usesOldSelf = allNodes(program.root).some((node) => node.op === "id" && node.args === "oldSelf");
  if (rule.messageExpression) {
    const message = compileExpression(rule.messageExpression, environment, "string");
    if (typeof message === "string") return { ...result, messageProblem: `messageExpression ${message}` };
    result.message = message;
  }
  if (rule.fieldPath) {
    const field = findField(rule.fieldPath, schema);
    if ("path" in field) result.fieldPath = field.path;
  }
  return result;
}

const RESULT_PROBLEMS = { bool: "cel expression must evaluate to a bool", string: "must evaluate to a string" };

/** The program, or its problem. */
function compileExpression(source: string, environment: Environment, result: "bool" | "string"): Program | string {
  if (source.length > MAX_CEL_LENGTH) return `compilation failed: the expression is longer than ${MAX_CEL_LENGTH}`;
  try {
    const program = compile(environment, source);
    const constant = constantProblem(program.root);
    if (constant) return constantReport(source, constant);
    return program.type === result || program.type === "dyn" ? program : RESULT_PROBLEMS[result];
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return compilationReport(environment, source, error);
  }
}
