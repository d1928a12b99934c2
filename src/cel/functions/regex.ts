/**
 * Kubernetes' regex library and `matches`, in RE2's syntax and in linear time.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/regex.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { Regex, RegexError } from "../../lib/regex.ts";
import { charge } from "../metering.ts";

/** Steps of the matcher that cost as much as one node. */
const STEPS_PER_UNIT = 4;

/** Whether the text contains a match. Throws for an invalid pattern, and charges the meter. */
export function regexMatches(text: string, pattern: string): boolean {
  return prepared(text, pattern).test(text);
}

export function registerRegex(environment: Environment): void {
  environment
    .registerFunction("string.find(string): string", (text: string, pattern: string) => {
      return prepared(text, pattern).findAll(text, 1)[0]?.text ?? "";
    })
    .registerFunction("string.findAll(string): list<string>", (text: string, pattern: string) =>
      findAll(text, pattern, -1n),
    )
    .registerFunction("string.findAll(string, int): list<string>", findAll);
}

function findAll(text: string, pattern: string, limit: bigint): string[] {
  const max = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  return prepared(text, pattern)
    .findAll(text, max)
    .map((match) => match.text);
}

/** Compiles the pattern and charges the largest cost of the match. */
function prepared(text: string, pattern: string): Regex {
  charge(pattern.length);
  const regex = compiled(pattern);
  charge((regex.size * (text.length + 1)) / STEPS_PER_UNIT);
  return regex;
}

function compiled(pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new Error(`${JSON.stringify(pattern.slice(0, 80))} is no regular expression: ${error.message}`);
  }
}
