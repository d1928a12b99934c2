/** Whether labels fulfil matchers. Regular expressions must match a whole value. */
import { Regex, RegexError } from "../../../lib/regex.ts";
import type { Labels, Matcher } from "./syntax.ts";
import { EvaluationError } from "./syntax.ts";

export function matcherTest(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(({ name, operator, value }) => {
    const isWanted = operator === "=" || operator === "=~";
    const matches = operator === "=" || operator === "!=" ? (text: string) => text === value : anchored(value);
    return (labels: Labels) => matches(labels[name] ?? "") === isWanted;
  });
  return (labels) => tests.every((test) => test(labels));
}

/** Throws EvaluationError with Go's words. */
export function anchored(pattern: string): (text: string) => boolean {
  const expression = compiled(`^(?s:${pattern})$`, pattern);
  return (text) => expression.test(text);
}

/** As `anchored`, with the groups of the match. */
export function anchoredGroups(pattern: string): (text: string) => readonly string[] | undefined {
  const expression = compiled(`^(?s:${pattern})$`, pattern);
  return (text) => expression.groups(text);
}

function compiled(whole: string, pattern: string): Regex {
  try {
    new Regex(pattern);
    return new Regex(whole);
  } catch (error) {
    if (error instanceof RegexError) throw new EvaluationError(error.message);
    throw error;
  }
}

/** `$1`, `${1}` and `$$` of a replacement. */
export function expandTemplate(template: string, groups: readonly string[]): string {
  return template.replace(/\$(?:(\$)|(\d+)|\{(\w+)\})/g, (_, dollar, digits, braced) =>
    dollar ? "$" : (groups[Number(digits ?? braced)] ?? ""),
  );
}
