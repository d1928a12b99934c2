/**
 * The result of validating a value, in the words of the server's OpenAPI validation.
 *
 * Kubernetes: k8s.io/kube-openapi/pkg/validation/validate/result.go
 */
import type { JsonValue } from "../../../lib/json.ts";
import { MAX_NAMED_PROBLEMS } from "../../../lib/limits.ts";
import type { FieldError } from "../../kind.ts";
import { invalid, notSupported, required, tooLong, tooMany } from "../../validation/field-errors.ts";

/** A problem without its final path, which depends on the validated part: the whole object or its status. */
export interface Problem {
  /** Identifies the problem; equal problems are reported once. */
  text: string;
  /** @param at the place in the object, as Kubernetes prints it */
  told(at: (path: string) => string): FieldError;
}

/** Distinct problems in the order of discovery, up to a limit. */
export class Result {
  readonly #problems = new Map<string, Problem>();
  /** Number of checks made. If all alternatives fail, the one with the most checks is reported. */
  matches = 0;

  get problems(): Iterable<Problem> {
    return this.#problems.values();
  }

  get isValid(): boolean {
    return this.#problems.size === 0;
  }

  add(problem: Problem | undefined): this {
    if (!problem || this.#problems.size >= MAX_NAMED_PROBLEMS || this.#problems.has(problem.text)) return this;
    this.#problems.set(problem.text, problem);
    return this;
  }

  merge(...others: Result[]): this {
    for (const other of others) {
      for (const problem of other.problems) this.add(problem);
      this.matches += other.matches;
    }
    return this;
  }
}

/** The value's own problem: `spec.x in body should …`. */
export function valueProblem(path: string, value: unknown, says: string): Problem {
  return problemOf(path, value, `${path} in body ${says}`);
}

export function problemOf(path: string, value: unknown, text: string): Problem {
  return { text, told: (at) => invalid(at(path), value, text) };
}

export function wrongType(path: string, wanted: string, found: string): Problem {
  const text = `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
  return { text, told: (at) => ({ ...invalid(at(path), found, text), type: "FieldValueTypeInvalid" }) };
}

export function missing(path: string): Problem {
  return { text: `${path} in body is required`, told: (at) => required(at(path)) };
}

export function notOneOf(path: string, value: JsonValue, allowed: readonly JsonValue[]): Problem {
  const values = allowed.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return {
    text: `${path} in body should be one of ${values.join(" ")}`,
    told: (at) => notSupported(at(path), value, values),
  };
}

/** A text of more characters than it may have. */
export function overlong(path: string, most: number): Problem {
  return { text: `${path} in body should be at most ${most} chars long`, told: (at) => tooLong(at(path), most) };
}

/** A list or map of more entries than it may have. */
export function overfull(path: string, count: number, most: number, what: "items" | "properties"): Problem {
  const text = `${path} in body should have at most ${most} ${what}`;
  return { text, told: (at) => tooMany(at(path), count, most) };
}

/** Problems that the server reports without a path. */
export function placeless(text: string): Problem {
  return { text, told: (at) => invalid(at(""), "", text) };
}
