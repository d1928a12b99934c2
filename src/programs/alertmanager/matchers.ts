/**
 * Matchers of labels: `severity="critical"`, `name=~"a|b"`.
 * Source: github.com/prometheus/alertmanager pkg/labels/parse.go
 */
import { anchored } from "../prometheus/promql/matchers.ts";
import { EvaluationError, type Labels } from "../prometheus/promql/syntax.ts";

export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

const MATCHER = /^\s*"?([a-zA-Z_:][\w:.-]*)"?\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"]*?)\s*$/;

/** Undefined for a text that is no matcher. */
export function parseMatcher(text: string): Matcher | undefined {
  const [, name, operator = "", given = ""] = MATCHER.exec(text) ?? [];
  if (name === undefined) return undefined;
  const value = given.startsWith('"')
    ? given.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char))
    : given;
  const matcher = { name, value, isRegex: operator.endsWith("~"), isEqual: operator.startsWith("=") };
  return isValid(matcher) ? matcher : undefined;
}

function isValid({ value, isRegex }: Matcher): boolean {
  if (!isRegex) return true;
  try {
    anchored(value);
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, value, isRegex, isEqual }) => {
    const own = labels[name] ?? "";
    return (isRegex ? anchored(value)(own) : own === value) === isEqual;
  });
}
