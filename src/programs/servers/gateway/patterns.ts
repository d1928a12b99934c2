/** Regular expressions of routes, in RE2's syntax. */
import { Regex, RegexError } from "../../../lib/regex.ts";

/** The groups of the first match; undefined without a match, and for a pattern that is not valid. */
export function groupsIn(pattern: string, text: string): string[] | undefined {
  try {
    return new Regex(pattern).groups(text);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}
