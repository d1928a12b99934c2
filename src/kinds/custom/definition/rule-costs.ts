/**
 * The estimated cost of all rules of one schema, and its limit.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 */
import type { FieldError } from "../../kind.ts";
import { forbidden } from "../../validation/field-errors.ts";

/** Estimated cost of all rules of a schema, in the units of cel-go. */
const MAX_SCHEMA_COST = 100_000_000;
/** Number of rules that a message names if the total is too expensive. */
const MAX_NAMED_RULES = 4;

/** Adds up the cost of a schema's rules. */
export class RuleCosts {
  /** Old rules are exempt as long as they cost no more than before. */
  readonly isUnchanged: boolean;
  #total = 0;
  readonly #expensive: { path: string; cost: number }[] = [];

  constructor({ isUnchanged }: { isUnchanged: boolean }) {
    this.isUnchanged = isUnchanged;
  }

  observe(path: string, cost: number): void {
    this.#total += cost;
    if (cost < MAX_SCHEMA_COST / 100) return;
    this.#expensive.push({ path, cost });
    this.#expensive.sort((a, b) => b.cost - a.cost).splice(MAX_NAMED_RULES);
  }

  problems(path: string): FieldError[] {
    if (this.#total <= MAX_SCHEMA_COST) return [];
    const detail = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
    const name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    return [
      ...this.#expensive.map((rule) => forbidden(rule.path, detail)),
      forbidden(path, tooCostly(name, this.#total, MAX_SCHEMA_COST)),
    ];
  }
}

/** Describes by how much a rule exceeds the budget. */
export function tooCostly(name: string, cost: number, limit: number): string {
  const times = cost / limit;
  const factor = times > 100 ? "more than 100x" : times < 1.5 ? `${times.toFixed(6)}x` : `${times.toFixed(1)}x`;
  const hint =
    "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared";
  return `${name} exceeds budget by factor of ${factor} (${hint})`;
}
